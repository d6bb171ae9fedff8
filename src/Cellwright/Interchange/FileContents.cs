namespace Cellwright.Interchange;

/// <summary>What is in a model file, its values aside.</summary>
/// <param name="Format">The format in a few words: <c>safetensors, layers of Cellwright</c>, <c>PyTorch state_dict (zip)</c>, ….</param>
public sealed record FileContents(string Format)
{
    /// <summary>The tensors, in the order of their names or of the file.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; init; } = [];

    /// <summary>Strings by name that the file carries besides, such as sizes; without the equations.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The cells of a model of ours.</summary>
    public IReadOnlyList<StoredCell> Cells { get; init; } = [];

    /// <summary>The operators of a graph, each with how often it stands there; empty for files that hold none.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Operators { get; init; } = [];
}
