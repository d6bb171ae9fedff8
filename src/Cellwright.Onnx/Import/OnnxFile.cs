using Cellwright.Files;
using Cellwright.Onnx.Format;
using Google.Protobuf;

namespace Cellwright.Onnx.Import;

/// <summary>An ONNX file, read and checked as far as its form goes: its graph, and how errors name it.</summary>
internal sealed class OnnxFile
{
    /// <summary>The oldest operator set whose recurrent operators are those of today.</summary>
    private const int OldestOperatorSet = 7;

    /// <summary>The newest operator set that was held against its specification.</summary>
    private const int NewestOperatorSet = 25;

    private OnnxFile(string name, ModelProto model)
    {
        Name = name;
        Model = model;
    }

    /// <summary>The path, or the name given for contents in memory.</summary>
    public string Name { get; }

    /// <summary>The file's message.</summary>
    public ModelProto Model { get; }

    /// <summary>The graph.</summary>
    public GraphProto Graph => Model.Graph;

    /// <summary>How many bytes it has.</summary>
    public long Length { get; private init; }

    /// <summary>The operator set of ONNX that the nodes are of.</summary>
    public long OperatorSet { get; private init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no ONNX file.</exception>
    public static OnnxFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, Directory.Exists(path) ? "it is a folder; an ONNX file was expected" : "there is no such file");
        }

        // One array and one message hold the file, and neither has room for more.
        if (new FileInfo(path).Length > Array.MaxLength)
        {
            throw new InvalidFileException(path, "it is larger than the 2 GB of an ONNX file");
        }

        return Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="contents">The whole file.</param>
    /// <param name="name">The name that errors give it.</param>
    /// <exception cref="InvalidFileException">It is no ONNX file.</exception>
    public static OnnxFile Read(ReadOnlySpan<byte> contents, string name)
    {
        if (contents.IsEmpty)
        {
            throw new InvalidFileException(name, "it is empty; an ONNX file was expected");
        }

        if (MessageCensus.Problem(contents) is { } problem)
        {
            throw new InvalidFileException(name, problem);
        }

        ModelProto model;
        try
        {
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(contents);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new InvalidFileException(name, "it is no ONNX file, or a damaged one: its messages cannot be read", broken);
        }

        if (model.Graph is null || model.OpsetImport.Count == 0)
        {
            throw new InvalidFileException(name, $"it is no ONNX file: it has no {(model.Graph is null ? "graph" : "operator set")}");
        }

        OperatorSetIdProto? set = model.OpsetImport.FirstOrDefault(set => IsDefaultDomain(set.Domain));
        return new OnnxFile(name, model) { OperatorSet = set?.Version ?? 0, Length = contents.Length };
    }

    /// <summary>Whether a domain is that of ONNX's own operators.</summary>
    public static bool IsDefaultDomain(string domain) => domain is "" or "ai.onnx";

    /// <summary>An error in the file.</summary>
    public InvalidFileException Error(string problem) => new(Name, problem);

    /// <summary>An error at a node.</summary>
    public InvalidFileException Error(NodeProto node, string problem) => new(Name, $"the {node.OpType} node {NameOf(node)}: {problem}");

    /// <summary>Refuses operator sets that this reader does not know.</summary>
    /// <exception cref="InvalidFileException">The operators are older or newer.</exception>
    public void CheckOperatorSet()
    {
        if (OperatorSet is < OldestOperatorSet or > NewestOperatorSet)
        {
            throw Error($"its nodes are of ONNX's operator set {OperatorSet}, and sets {OldestOperatorSet} to {NewestOperatorSet} can be imported; save it with one of those");
        }
    }

    private static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? Quote(node.Name) : node.Output.FirstOrDefault(output => output.Length > 0) is { } output ? $"of {Quote(output)}" : "without a name";

    /// <summary>A name of the file as errors show it: short, and on one line.</summary>
    public static string Quote(string name)
    {
        const int Longest = 80;
        string shown = name.Length > Longest ? name[..Longest] + "…" : name;
        return $"'{string.Concat(shown.Select(letter => char.IsControl(letter) ? '·' : letter))}'";
    }
}
