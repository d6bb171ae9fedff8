using System.Globalization;
using System.Text.Json;
using Cellwright.Equations;
using Cellwright.Files;
using Cellwright.Graphs;

namespace Cellwright.Layers;

/// <summary>The metadata of a model file: what kind of model it is, its equations and choices, read with distrust.</summary>
internal sealed class ModelMetadata
{
    /// <summary>The key of the kind of model.</summary>
    public const string KindKey = "cellwright.model";

    private const string VersionKey = "cellwright.version";
    private const string LayersKey = "cellwright.layers";
    private const string True = "true";
    private const string False = "false";
    private const int MostLayers = 1024;

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly SafetensorsFile file;

    /// <summary>The metadata of a file.</summary>
    public ModelMetadata(SafetensorsFile file)
    {
        this.file = file;
    }

    /// <summary>What kind of model the file holds; empty where it does not say.</summary>
    public string Kind => file.Metadata.GetValueOrDefault(KindKey, string.Empty);

    /// <summary>The version of the kind's file.</summary>
    public string Version => Text(VersionKey);

    /// <summary>The number of layers.</summary>
    public int Layers => int.TryParse(Text(LayersKey), NumberStyles.None, CultureInfo.InvariantCulture, out int layers) && layers is >= 1 and <= MostLayers
        ? layers
        : throw Invalid($"its '{LayersKey}' is '{Text(LayersKey)}' where a number of layers from 1 to {MostLayers} was expected");

    /// <summary>Writes what kind of model a file holds.</summary>
    public static void Add(SafetensorsWriter writer, string kind, string version, int layers)
    {
        writer.Metadata[KindKey] = kind;
        writer.Metadata[VersionKey] = version;
        writer.Metadata[LayersKey] = layers.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a layer's equations.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="place">The layer's place, see <see cref="Place"/>.</param>
    /// <param name="cell">Its cell.</param>
    public static void Add(SafetensorsWriter writer, string place, Cell cell)
    {
        writer.Metadata[NameKey(place)] = cell.Name;
        writer.Metadata[CellKey(place)] = cell.Text;
    }

    /// <summary>Writes a choice of two.</summary>
    public static void Add(SafetensorsWriter writer, string key, bool value) => writer.Metadata[key] = value ? True : False;

    /// <summary>Writes a value as JSON.</summary>
    public static void AddJson<T>(SafetensorsWriter writer, string key, T value) => writer.Metadata[key] = JsonSerializer.Serialize(value, Strict);

    /// <summary>What a layer is called in keys.</summary>
    public static string Place(int layer) => FormattableString.Invariant($"cellwright.layer{layer}");

    /// <summary>The cell of a layer.</summary>
    /// <exception cref="InvalidFileException">It is not there, or no cell.</exception>
    public Cell Cell(string place) => Cell(CellKey(place), NameKey(place));

    /// <summary>A cell under keys of its own.</summary>
    public Cell Cell(string equationsKey, string nameKey)
    {
        try
        {
            return Graphs.Cell.Parse(Text(equationsKey), Text(nameKey));
        }
        catch (EquationException problem)
        {
            throw Invalid($"its equations cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>Whether the metadata has a key.</summary>
    public bool Has(string key) => file.Metadata.ContainsKey(key);

    /// <summary>A text.</summary>
    public string Text(string key) => file.Metadata.TryGetValue(key, out string? value) ? value : throw Invalid($"its metadata has no '{key}'");

    /// <summary>A choice of two.</summary>
    public bool Choice(string key) => Text(key) switch
    {
        True => true,
        False => false,
        string other => throw Invalid($"its '{key}' is '{other}' where true or false was expected"),
    };

    /// <summary>A value that stands there as JSON.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="expected">What it should be, for an error: "names with whole numbers".</param>
    public T Json<T>(string key, string expected)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text(key), Strict) ?? throw new JsonException("it is null");
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException or NotSupportedException)
        {
            throw Invalid($"its '{key}' are not {expected}", problem);
        }
    }

    /// <summary>An error of the file.</summary>
    public InvalidFileException Invalid(string problem, Exception? cause = null) => new(file.Name, problem, cause);

    /// <summary>An error of sizes that do not fit the equations.</summary>
    public InvalidFileException Unfit(Exception problem) => Invalid($"its sizes do not fit its equations: {problem.Message}", problem);

    private static string NameKey(string place) => place + ".name";

    private static string CellKey(string place) => place + ".cell";
}
