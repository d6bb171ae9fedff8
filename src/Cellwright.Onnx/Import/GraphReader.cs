using System.Globalization;
using Cellwright.Files;
using Cellwright.Onnx.Format;

namespace Cellwright.Onnx.Import;

/// <summary>
/// Understands a graph node by node: what is constant is computed, what depends on shapes is kept as symbols, and what is
/// left has to be a recurrent network. Anything else is refused by name.
/// </summary>
internal sealed class GraphReader
{
    private const int MostAxes = 8;
    private const int MostDepth = 8;
    private const int MostHeadSteps = 16;
    private const long FreeElements = 1 << 20;

    private static readonly Dictionary<string, NodeRule> Rules = NodeRules.All;

    private readonly Dictionary<string, GraphValue> values = [];
    private readonly Dictionary<string, TensorProto> stored = [];

    // How many elements of constants may still be looked at: weights that many nodes share are not free.
    private long room;
    private int headSteps;

    private GraphReader(OnnxFile file, IReadOnlyDictionary<string, ConstantTensor> given)
    {
        File = file;
        foreach (TensorProto tensor in file.Graph.Initializer)
        {
            if (!stored.TryAdd(tensor.Name, tensor))
            {
                throw file.Error($"the tensor {OnnxFile.Quote(tensor.Name)} stands twice");
            }
        }

        foreach ((string name, ConstantTensor tensor) in given)
        {
            values[name] = new ConstantValue(tensor);
        }

        Plan = new NetworkPlan { Inputs = ReadInputs() };
    }

    /// <summary>The file.</summary>
    public OnnxFile File { get; }

    /// <summary>What was understood so far.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Reads the graph of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="given">Values of inputs of the graph that are none of a batch, such as weights.</param>
    /// <exception cref="InvalidFileException">Something in it is not understood, or not valid.</exception>
    public static NetworkPlan Read(OnnxFile file, IReadOnlyDictionary<string, ConstantTensor> given)
    {
        file.CheckOperatorSet();
        GraphReader reader = new(file, given);
        reader.room = FreeElements + file.Length + given.Values.Sum(tensor => (long)tensor.Count);
        foreach (NodeProto node in file.Graph.Node)
        {
            reader.Read(node);
        }

        reader.ReadOutputs();
        return reader.Plan;
    }

    /// <summary>Says that a node looks at elements of a constant.</summary>
    /// <exception cref="InvalidFileException">All nodes together look at far more than the file has.</exception>
    public void Charge(GraphNode node, long elements)
    {
        room -= elements;
        if (room < 0)
        {
            throw node.Error("its constants are together far larger than the file");
        }
    }

    /// <summary>Says that a node is a step of the head.</summary>
    /// <exception cref="InvalidFileException">There are more than a head has.</exception>
    public void AddHeadStep(GraphNode node)
    {
        if (++headSteps > MostHeadSteps)
        {
            throw node.Error($"there are more than {MostHeadSteps} steps behind the layers, which is no head");
        }
    }

    private void Read(NodeProto node)
    {
        if (!OnnxFile.IsDefaultDomain(node.Domain) || !Rules.TryGetValue(node.OpType, out NodeRule? rule))
        {
            string domain = OnnxFile.IsDefaultDomain(node.Domain) ? string.Empty : $" of the domain {OnnxFile.Quote(node.Domain)}";
            throw File.Error(
                $"it has the operator {OnnxFile.Quote(node.OpType)}{domain}, which cannot be imported: RNN, GRU and LSTM can, and around them an embedding, a linear head and the handling of shapes ({string.Join(", ", Rules.Keys)})");
        }

        if (node.Input.Count < rule.LeastInputs || node.Input.Count > rule.MostInputs)
        {
            throw File.Error(node, $"it has {node.Input.Count} inputs where {rule.LeastInputs} to {rule.MostInputs} were expected");
        }

        GraphNode reading = new(File, node, [.. node.Input.Select(name => name.Length == 0 ? null : Value(node, name))]);
        if (node.Attribute.FirstOrDefault(attribute => !rule.Attributes.Contains(attribute.Name)) is { } unknown)
        {
            throw reading.Error($"it has the attribute {OnnxFile.Quote(unknown.Name)}, which is none of its operator's");
        }

        IReadOnlyList<GraphValue?> results = rule.Read(this, reading);
        for (int i = 0; i < node.Output.Count; i++)
        {
            string name = node.Output[i];
            if (name.Length > 0 && i < results.Count && results[i] is { } value)
            {
                Check(reading, value);
                if (stored.ContainsKey(name) || !values.TryAdd(name, value))
                {
                    throw reading.Error($"its output {OnnxFile.Quote(name)} is computed twice");
                }
            }
        }
    }

    private static void Check(GraphNode node, GraphValue value)
    {
        int axes = value switch
        {
            ConstantValue constant => constant.Tensor.Rank,
            NetworkValue network => network.Axes.Count,
            FilledValue filled => filled.Shape.Count,
            _ => 0,
        };
        if (axes > MostAxes)
        {
            throw node.Error($"what it computes has {axes} axes, more than any recurrent model needs");
        }

        if (value is ConstantValue { Tensor.Depth: > MostDepth })
        {
            throw node.Error("its constants are put together from parts of parts, more deeply than any export does");
        }
    }

    private GraphValue Value(NodeProto node, string name)
    {
        if (values.TryGetValue(name, out GraphValue? value))
        {
            return value;
        }

        if (!stored.TryGetValue(name, out TensorProto? tensor))
        {
            throw File.Error(node, $"it reads {OnnxFile.Quote(name)}, which nothing before it computes");
        }

        return values[name] = new ConstantValue(Constant(tensor, name));
    }

    /// <summary>A tensor of the file.</summary>
    public ConstantTensor Constant(TensorProto tensor, string name) => tensor.Dims.Count > MostAxes
        ? throw File.Error($"the tensor {OnnxFile.Quote(name)} has {tensor.Dims.Count} axes, more than any recurrent model needs")
        : ConstantTensor.Of(File, tensor, name);

    private List<GraphInput> ReadInputs()
    {
        List<GraphInput> inputs = [];
        foreach (ValueInfoProto input in File.Graph.Input)
        {
            if (stored.ContainsKey(input.Name) || values.ContainsKey(input.Name))
            {
                continue;
            }

            TensorProto.Types.DataType type = (TensorProto.Types.DataType)(input.Type?.TensorType?.ElemType ?? 0);
            bool isWhole = type is TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32;
            if (!isWhole && type is not (TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16))
            {
                throw File.Error($"its input {OnnxFile.Quote(input.Name)} is of type {type}, where fractions or whole numbers were expected");
            }

            IReadOnlyList<TensorShapeProto.Types.Dimension>? shape = input.Type?.TensorType?.Shape?.Dim;
            if (shape is null || shape.Count is 0 or > 3)
            {
                throw File.Error($"its input {OnnxFile.Quote(input.Name)} has {shape?.Count.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} axes where 1 to 3 were expected");
            }

            AxisFactor?[] axes = [.. shape.Select((size, axis) => Factor(input.Name, size, isFeature: !isWhole && axis == shape.Count - 1, axis))];
            inputs.Add(new GraphInput(input.Name, isWhole, [.. shape.Select(Text)]) { Axes = axes });
            InputSignal signal = new(inputs[^1], [.. axes.OfType<AxisFactor>()]);
            values[input.Name] = new NetworkValue(signal, [.. axes.Select(factor => factor is null ? (IReadOnlyList<AxisFactor>)[] : [factor])]);
        }

        return inputs;
    }

    // An axis of one place carries nothing, but for the width, which is one all the same.
    private AxisFactor? Factor(string input, TensorShapeProto.Types.Dimension size, bool isFeature, int axis)
    {
        if (!size.HasDimValue)
        {
            return new AxisFactor($"axis {axis + 1} of {OnnxFile.Quote(input)}");
        }

        if (size.DimValue is < 1 or > int.MaxValue)
        {
            throw File.Error($"axis {axis + 1} of its input {OnnxFile.Quote(input)} has {size.DimValue} places where 1 or more were expected");
        }

        return size.DimValue == 1 && !isFeature ? null : new AxisFactor($"axis {axis + 1} of {OnnxFile.Quote(input)}", size.DimValue);
    }

    private static string Text(TensorShapeProto.Types.Dimension size) =>
        size.HasDimValue ? size.DimValue.ToString(CultureInfo.InvariantCulture) : size.HasDimParam ? size.DimParam : "?";

    private void ReadOutputs()
    {
        if (Plan.Layers.Count == 0)
        {
            throw File.Error("it has no RNN, GRU or LSTM node, so there is no layer to import");
        }

        foreach (ValueInfoProto output in File.Graph.Output)
        {
            string named = $"its output {OnnxFile.Quote(output.Name)}";
            switch (values.GetValueOrDefault(output.Name))
            {
                case NetworkValue { Signal: InputSignal or InputRows or EmbeddedSignal }:
                    throw File.Error($"{named} comes before the recurrent layers, which an imported model does not give out");
                case NetworkValue network when network.Axes.SelectMany(axis => axis).Any(factor => factor.IsSorted):
                    throw File.Error($"{named} has the sequences in the order of their lengths, not in that of the input");
                case NetworkValue network:
                    Plan.Outputs.Add((output.Name, network));
                    break;
                case null when !stored.ContainsKey(output.Name):
                    throw File.Error($"{named} is computed by no node");
                default:
                    throw File.Error($"{named} does not come from the recurrent layers");
            }
        }

        if (Plan.Outputs.Count == 0)
        {
            throw File.Error("its graph has no output");
        }
    }
}
