using System.Globalization;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Interchange;
using Cellwright.Onnx.Format;

namespace Cellwright.Onnx.Import;

/// <summary>ONNX files, of whatever operators; those that can be imported with the equations their nodes become.</summary>
public sealed class OnnxModelFormat : IModelFormat
{
    // The first field of a model is the version of its format.
    private const byte VersionTag = 0x08;
    private const int NewestVersion = 0x40;

    /// <inheritdoc/>
    public string Name => "ONNX";

    /// <inheritdoc/>
    public bool Matches(string path, ReadOnlySpan<byte> start) =>
        path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || (start is [VersionTag, > 0 and < NewestVersion, 0x12 or 0x1A or 0x22 or 0x32 or 0x3A, ..]);

    /// <inheritdoc/>
    public FileContents Inspect(string path) => Inspect(OnnxFile.Open(path));

    internal static FileContents Inspect(OnnxFile file)
    {
        (IReadOnlyList<StoredCell> cells, string? reason) = Cells(file);
        ModelProto model = file.Model;
        string producer = model.ProducerName.Length == 0 ? string.Empty : $", made by {Line(model.ProducerName)} {Line(model.ProducerVersion)}".TrimEnd();
        Dictionary<string, string> metadata = [];
        void Say(string name, string value) => metadata.TryAdd(Line(name), Line(value));
        foreach (OperatorSetIdProto set in model.OpsetImport)
        {
            Say(OnnxFile.IsDefaultDomain(set.Domain) ? "operator set" : $"operator set of {set.Domain}", set.Version.ToString(CultureInfo.InvariantCulture));
        }

        foreach (ValueInfoProto input in file.Graph.Input)
        {
            Say($"input {input.Name}", Type(input));
        }

        foreach (ValueInfoProto output in file.Graph.Output)
        {
            Say($"output {output.Name}", Type(output));
        }

        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            Say(entry.Key, entry.Value);
        }

        if (reason is not null)
        {
            Say("cannot be imported", reason);
        }

        return new FileContents($"ONNX, format version {model.IrVersion}{producer}")
        {
            Tensors = [.. file.Graph.Initializer.Select(tensor => new StoredTensor(Line(tensor.Name), TypeName(tensor.DataType), [.. tensor.Dims.Take(8)]))],
            Operators = [.. file.Graph.Node.GroupBy(node => Line(node.OpType)).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => KeyValuePair.Create(group.Key, group.Count()))],
            Metadata = metadata,
            Cells = cells,
        };
    }

    private static (IReadOnlyList<StoredCell> Cells, string? Reason) Cells(OnnxFile file)
    {
        try
        {
            NetworkPlan plan = GraphReader.Read(file, new Dictionary<string, ConstantTensor>());
            return ([.. plan.Layers.SelectMany(Directions)], null);
        }
        catch (InvalidFileException problem)
        {
            return ([], problem.Problem);
        }
    }

    private static IEnumerable<StoredCell> Directions(LayerPlan layer, int index) => Enumerable.Range(0, layer.Node.Directions).Select(direction =>
    {
        Cell cell = RecurrentEquations.Of(layer.Node, direction, layer.Learned);
        string against = direction == 1 || layer.Node.Direction == "reverse" ? ".reverse" : string.Empty;
        return new StoredCell(string.Create(CultureInfo.InvariantCulture, $"layer{index}{against}"), cell.Name, cell.Print());
    });

    private static string Type(ValueInfoProto value)
    {
        TypeProto.Types.Tensor? tensor = value.Type?.TensorType;
        IEnumerable<string> sizes = (tensor?.Shape?.Dim ?? []).Take(8).Select(size =>
            size.HasDimValue ? size.DimValue.ToString(CultureInfo.InvariantCulture) : size.HasDimParam ? size.DimParam : "?");
        return tensor is null ? "no tensor" : $"{TypeName(tensor.ElemType)} [{string.Join(", ", sizes)}]";
    }

    // The names that the other formats' tensors have.
    private static string TypeName(int type) => (TensorProto.Types.DataType)type switch
    {
        TensorProto.Types.DataType.Float => "float32",
        TensorProto.Types.DataType.Double => "float64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Line(string text)
    {
        const int Longest = 200;
        string shown = text.Length > Longest ? text[..Longest] + "…" : text;
        return string.Concat(shown.Select(letter => char.IsControl(letter) ? ' ' : letter));
    }
}
