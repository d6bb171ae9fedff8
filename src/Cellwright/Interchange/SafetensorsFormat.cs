using Cellwright.Equations;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Interchange;

/// <summary>safetensors files: models, checkpoints and layers of ours, and tensors of others.</summary>
public sealed class SafetensorsFormat : IModelFormat
{
    private const string CellEnd = ".cell";
    private const string NameEnd = ".name";
    private const string Prefix = "cellwright.";

    /// <inheritdoc/>
    public string Name => "safetensors";

    /// <inheritdoc/>
    public bool Matches(string path, ReadOnlySpan<byte> start) =>
        (start.Length > sizeof(ulong) && start[sizeof(ulong)] == '{') || path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public FileContents Inspect(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        string format = file.Metadata.TryGetValue(ModelMetadata.KindKey, out string? kind) ? $"safetensors, a {kind} model of Cellwright" : "safetensors";
        StoredCell[] cells = [.. file.Metadata.Keys.Where(IsCell).Order(StringComparer.Ordinal).Select(key => ReadCell(file, key))];
        return new FileContents(format)
        {
            Tensors = [.. file.Tensors.Select(entry => new StoredTensor(entry.Name, entry.Type.Describe(), [.. entry.Shape.Select(size => (long)size)]))],
            Metadata = file.Metadata.Where(pair => !IsCell(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(),
            Cells = cells,
        };
    }

    private static bool IsCell(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) && key.EndsWith(CellEnd, StringComparison.Ordinal);

    private static StoredCell ReadCell(SafetensorsFile file, string key)
    {
        string stem = key[..^CellEnd.Length];
        try
        {
            Cell cell = Cell.Parse(file.Metadata[key], file.Metadata.GetValueOrDefault(stem + NameEnd, "cell"));
            return new StoredCell(stem.Length > Prefix.Length ? stem[Prefix.Length..] : "layer0", cell.Name, cell.Print());
        }
        catch (EquationException problem)
        {
            throw new InvalidFileException(file.Name, $"its equations '{key}' cannot be read: {problem.Message}", problem);
        }
    }
}
