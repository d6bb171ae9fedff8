using Cellwright.Files;
using Cellwright.Onnx.Format;

namespace Cellwright.Onnx.Import;

/// <summary>A node of the graph with what its inputs stand for; reads attributes with distrust.</summary>
internal sealed class GraphNode(OnnxFile file, NodeProto node, IReadOnlyList<GraphValue?> inputs)
{
    /// <summary>The file.</summary>
    public OnnxFile File => file;

    /// <summary>The operator.</summary>
    public string Operator => node.OpType;

    /// <summary>How many inputs are written down, empty ones among them.</summary>
    public int InputCount => inputs.Count;

    /// <summary>The operator set it is of.</summary>
    public long OperatorSet => file.OperatorSet;

    /// <summary>The names of its outputs; empty for one that is not wanted.</summary>
    public IReadOnlyList<string> Outputs => node.Output;

    /// <summary>An error at this node.</summary>
    public InvalidFileException Error(string problem) => file.Error(node, problem);

    /// <summary>An input, null where it is left out.</summary>
    public GraphValue? Optional(int index) => index < inputs.Count ? inputs[index] : null;

    /// <summary>An input.</summary>
    /// <exception cref="InvalidFileException">It is left out.</exception>
    public GraphValue Input(int index) => Optional(index) ?? throw Error($"its input {index + 1} is missing");

    /// <summary>An input that has to be in the file.</summary>
    /// <exception cref="InvalidFileException">It is left out, or computed.</exception>
    public ConstantTensor Constant(int index, string what) => Input(index) switch
    {
        ConstantValue constant => constant.Tensor,
        NetworkValue { Signal: InputSignal given } => throw Error(
            $"its {what} is the input {OnnxFile.Quote(given.Input.Name)} of the graph, where numbers in the file were expected; make it an initializer, or give its values when the model is loaded"),
        _ => throw Error($"its {what} is computed, where numbers in the file were expected"),
    };

    /// <summary>A list of whole numbers, or a single one, that may come from shapes.</summary>
    /// <exception cref="InvalidFileException">It is something else.</exception>
    public IReadOnlyList<SymbolicNumber> Numbers(int index, string what) => NumbersOf(Input(index)) ?? throw Error($"its {what} is no list of whole numbers known from shapes and constants");

    /// <summary>A list of whole numbers in the file.</summary>
    public IReadOnlyList<long> Wholes(int index, string what) =>
        [.. Numbers(index, what).Select(number => number.Known ?? throw Error($"its {what} depends on the batch, where numbers in the file were expected"))];

    /// <summary>The whole numbers of a value, null where it holds something else.</summary>
    public static IReadOnlyList<SymbolicNumber>? NumbersOf(GraphValue value)
    {
        const int LongestList = 64;
        return value switch
        {
            ShapeValue shape => shape.Numbers,
            ConstantValue { Tensor: { IsWhole: true, Rank: <= 1, Count: <= LongestList } tensor } => [.. tensor.Wholes().Select(number => (SymbolicNumber)number)],
            _ => null,
        };
    }

    /// <summary>An attribute that is a whole number.</summary>
    public long? Int(string name) => Find(name) is not { } found ? null : found.HasI ? found.I : throw WrongType(name, "a whole number");

    /// <summary>An attribute that is 0 or 1, 0 where it is left out.</summary>
    public bool Flag(string name) => Int(name) switch
    {
        null or 0 => false,
        1 => true,
        { } other => throw Error($"its {name} is {other} where 0 or 1 was expected"),
    };

    /// <summary>An attribute that is a fraction.</summary>
    public float? Float(string name) => Find(name) is not { } found ? null : found.HasF ? found.F : throw WrongType(name, "a number");

    /// <summary>An attribute that is a text.</summary>
    public string? String(string name) => Find(name) is not { } found ? null : found.HasS ? found.S.ToStringUtf8() : throw WrongType(name, "a text");

    /// <summary>An attribute that is a tensor.</summary>
    public TensorProto? Tensor(string name) => Find(name) is not { } found ? null : found.T ?? throw WrongType(name, "a tensor");

    /// <summary>An attribute that is a list of whole numbers; null where it is left out.</summary>
    public IReadOnlyList<long>? Ints(string name) => Find(name) is { } found ? [.. found.Ints.Take(64)] : null;

    /// <summary>An attribute that is a list of fractions; empty where it is left out.</summary>
    public IReadOnlyList<float> Floats(string name) => Find(name) is { } found ? [.. found.Floats.Take(64)] : [];

    /// <summary>An attribute that is a list of texts; empty where it is left out.</summary>
    public IReadOnlyList<string> Strings(string name) => Find(name) is { } found ? [.. found.Strings.Take(64).Select(text => text.ToStringUtf8())] : [];

    /// <summary>An axis by its number, which may count from the end.</summary>
    /// <exception cref="InvalidFileException">There is no such axis.</exception>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Error($"its axis {axis} is none of the {rank} of what it reads");

    private AttributeProto? Find(string name)
    {
        AttributeProto? found = null;
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (attribute.Name == name)
            {
                found = found is null ? attribute : throw Error($"its attribute {name} stands twice");
            }
        }

        return found;
    }

    private InvalidFileException WrongType(string name, string expected) => Error($"its attribute {name} is not {expected}");
}
