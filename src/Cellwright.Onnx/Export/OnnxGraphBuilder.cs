using System.Globalization;
using System.Runtime.InteropServices;
using Cellwright.Onnx.Format;
using Google.Protobuf;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>A graph while it is written. Constants of a graph within another stand in the outermost one.</summary>
internal sealed class OnnxGraphBuilder
{
    private readonly OnnxGraphBuilder? outer;
    private readonly OnnxNames names;
    private readonly Dictionary<string, string> constants = new(StringComparer.Ordinal);
    private readonly Dictionary<(object Owner, string Part), string> shared = [];

    /// <summary>An empty graph.</summary>
    /// <param name="name">Its name.</param>
    public OnnxGraphBuilder(string name)
        : this(name, null)
    {
    }

    private OnnxGraphBuilder(string name, OnnxGraphBuilder? outer)
    {
        this.outer = outer;
        names = outer?.names ?? new OnnxNames();
        Graph = new GraphProto { Name = name };
    }

    /// <summary>What has been written.</summary>
    public GraphProto Graph { get; }

    private OnnxGraphBuilder Outermost => outer?.Outermost ?? this;

    /// <summary>A graph within this one, such as the body of a loop, which may use what stands here.</summary>
    public OnnxGraphBuilder Inner(string name) => new(name, this);

    /// <summary>An input.</summary>
    /// <returns>Its name: the one wanted, unless it is taken.</returns>
    public string Input(string name, DataType type, params ReadOnlySpan<OnnxAxis> axes)
    {
        string own = names.Take(name);
        Graph.Input.Add(Info(own, type, axes));
        return own;
    }

    /// <summary>Keeps names for outputs, so that nothing before them is called so.</summary>
    public void Reserve(params ReadOnlySpan<string> outputs)
    {
        foreach (string name in outputs)
        {
            names.Reserve(name);
        }
    }

    /// <summary>Gives a value out under a name.</summary>
    public void Output(string name, string value, DataType type, params ReadOnlySpan<OnnxAxis> axes)
    {
        string own = names.TakeReserved(name);
        NodeProto node = new() { OpType = "Identity", Name = own };
        node.Input.Add(value);
        node.Output.Add(own);
        Graph.Node.Add(node);
        Graph.Output.Add(Info(own, type, axes));
    }

    /// <summary>A node with one output.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="name">What the output is called, unless that is taken; the node is called so too.</param>
    /// <param name="inputs">The names of the inputs; empty for one that is left out.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The name of the output.</returns>
    public string Add(string operation, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Add(operation, [name], inputs, attributes)[0];

    /// <summary>A node with several outputs.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="outputs">What the outputs are called; empty for one that nobody reads.</param>
    /// <param name="inputs">The names of the inputs; empty for one that is left out.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The names of the outputs.</returns>
    public string[] Add(string operation, ReadOnlySpan<string> outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        string[] own = new string[outputs.Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = outputs[i].Length == 0 ? string.Empty : names.Take(outputs[i]);
        }

        NodeProto node = new() { OpType = operation, Name = Array.Find(own, name => name.Length > 0) };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.AddRange(own);
        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        Graph.Node.Add(node);
        return own;
    }

    /// <summary>A tensor of numbers that stays as it is, such as a parameter.</summary>
    public string Tensor(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Tensor(name, DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>A tensor that several places of the file read: written when the first of them asks for it.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="part">Which of its tensors.</param>
    /// <param name="write">Writes it and says its name.</param>
    public string Shared(object owner, string part, Func<string> write)
    {
        Dictionary<(object, string), string> known = Outermost.shared;
        if (!known.TryGetValue((owner, part), out string? name))
        {
            known[(owner, part)] = name = write();
        }

        return name;
    }

    /// <summary>One number.</summary>
    public string Number(double value) => Constant(
        "number_" + ((float)value).ToString("R", CultureInfo.InvariantCulture), DataType.Float, [], MemoryMarshal.AsBytes([(float)value]));

    /// <summary>One whole number, as a tensor without axes.</summary>
    public string Whole(long value) => Constant(
        FormattableString.Invariant($"whole_{value}"), DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    /// <summary>Whole numbers, as a tensor of one axis.</summary>
    public string Wholes(params ReadOnlySpan<long> values) => Constant(
        "wholes_" + string.Join('_', values.ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture))), DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    private static ValueInfoProto Info(string name, DataType type, ReadOnlySpan<OnnxAxis> axes)
    {
        TensorShapeProto shape = new();
        foreach (OnnxAxis axis in axes)
        {
            shape.Dim.Add(axis.Name is null
                ? new TensorShapeProto.Types.Dimension { DimValue = axis.Size }
                : new TensorShapeProto.Types.Dimension { DimParam = axis.Name });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private string Constant(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> values)
    {
        Dictionary<string, string> known = Outermost.constants;
        if (!known.TryGetValue(name, out string? own))
        {
            known[name] = own = Tensor(name, type, shape, values);
        }

        return own;
    }

    private string Tensor(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> values)
    {
        string own = names.Take(name);
        TensorProto tensor = new() { Name = own, DataType = (int)type, RawData = ByteString.CopyFrom(values) };
        foreach (long size in shape)
        {
            tensor.Dims.Add(size);
        }

        Outermost.Graph.Initializer.Add(tensor);
        return own;
    }
}
