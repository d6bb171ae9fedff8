using System.Globalization;
using System.Text.Json;
using Cellwright.Equations;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tasks;

/// <summary>
/// The file of a text model: the values by name, and in the metadata the equations of each layer, the sizes and the
/// vocabulary. Version 1 had one layer and no other choice.
/// </summary>
internal static class TextModelFile
{
    private const string KindKey = "cellwright.model";
    private const string VersionKey = "cellwright.version";
    private const string LayersKey = "cellwright.layers";
    private const string SizesKey = "cellwright.sizes";
    private const string ResidualKey = "cellwright.residual";
    private const string TiedKey = "cellwright.tied";
    private const string RegularizationKey = "cellwright.regularization";
    private const string VocabularyKey = "cellwright.vocabulary";
    private const string Kind = "text";
    private const string FirstVersion = "1";
    private const string Version = "2";
    private const int MostLayers = 1024;

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true };

    /// <summary>Adds a model's metadata and values.</summary>
    public static void AddTo(SafetensorsWriter writer, TextModel model)
    {
        TextModelDesign design = model.Design;
        writer.Metadata[KindKey] = Kind;
        writer.Metadata[VersionKey] = Version;
        writer.Metadata[LayersKey] = design.Cells.Count.ToString(CultureInfo.InvariantCulture);
        for (int layer = 0; layer < design.Cells.Count; layer++)
        {
            writer.Metadata[NameKey(layer)] = design.Cells[layer].Name;
            writer.Metadata[CellKey(layer)] = design.Cells[layer].Text;
        }

        writer.Metadata[SizesKey] = JsonSerializer.Serialize(new SortedDictionary<string, int>(design.Sizes.ToDictionary(), StringComparer.Ordinal));
        writer.Metadata[ResidualKey] = Text(design.Residual);
        writer.Metadata[TiedKey] = Text(design.Tied);
        writer.Metadata[RegularizationKey] = JsonSerializer.Serialize(design.Regularization);
        writer.Metadata[VocabularyKey] = model.Vocabulary.Text;
        foreach ((Parameter parameter, int[] shape) in Tensors(model))
        {
            writer.Add(parameter.Name, shape, parameter.Values.ToArray());
        }
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TextModel Open(string path, int threads)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, Directory.Exists(path)
                ? "it is a folder; give the file of a model that 'train text' wrote"
                : "there is no such file; give a model that 'train text' wrote");
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(KindKey, out string? kind) || kind != Kind)
        {
            throw new InvalidFileException(path, "it holds tensors but no text model; give a file that 'train text' wrote");
        }

        TextModelDesign design = ReadDesign(file);
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(Metadata(file, VocabularyKey));
        if (vocabulary.Count == 0)
        {
            throw new InvalidFileException(path, "its vocabulary is empty");
        }

        CheckSizes(file, design);
        TextModel model;
        try
        {
            model = new TextModel(design, vocabulary, threads);
        }
        catch (ArgumentException problem)
        {
            throw Unfit(file, problem);
        }

        try
        {
            ReadValues(file, model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static string NameKey(int layer) => FormattableString.Invariant($"cellwright.layer{layer}.name");

    private static string CellKey(int layer) => FormattableString.Invariant($"cellwright.layer{layer}.cell");

    private static string Text(bool value) => value ? "true" : "false";

    private static InvalidFileException Unfit(SafetensorsFile file, Exception problem) =>
        new(file.Name, $"its sizes do not fit its equations: {problem.Message}", problem);

    private static string Metadata(SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? value)
        ? value
        : throw new InvalidFileException(file.Name, $"its metadata has no '{key}'");

    private static bool ReadChoice(SafetensorsFile file, string key) => Metadata(file, key) switch
    {
        "true" => true,
        "false" => false,
        string other => throw new InvalidFileException(file.Name, $"its '{key}' is '{other}' where true or false was expected"),
    };

    private static TextModelDesign ReadDesign(SafetensorsFile file)
    {
        switch (Metadata(file, VersionKey))
        {
            case FirstVersion:
                return new TextModelDesign { Cells = [ReadCell(file, "cellwright.cell", "cellwright.name")], Sizes = ReadSizes(file) };
            case Version:
                if (!int.TryParse(Metadata(file, LayersKey), NumberStyles.None, CultureInfo.InvariantCulture, out int layers) || layers is < 1 or > MostLayers)
                {
                    throw new InvalidFileException(file.Name, $"its '{LayersKey}' is '{Metadata(file, LayersKey)}' where a number of layers from 1 to {MostLayers} was expected");
                }

                return new TextModelDesign
                {
                    Cells = [.. Enumerable.Range(0, layers).Select(layer => ReadCell(file, CellKey(layer), NameKey(layer)))],
                    Sizes = ReadSizes(file),
                    Residual = ReadChoice(file, ResidualKey),
                    Tied = ReadChoice(file, TiedKey),
                    Regularization = ReadJson<TextRegularization>(file, RegularizationKey, "rates by name"),
                };
            default:
                throw new InvalidFileException(file.Name, $"it is of model version '{Metadata(file, VersionKey)}', and this program reads versions {FirstVersion} and {Version}");
        }
    }

    private static Cell ReadCell(SafetensorsFile file, string equations, string name)
    {
        try
        {
            return Cell.Parse(Metadata(file, equations), Metadata(file, name));
        }
        catch (EquationException problem)
        {
            throw new InvalidFileException(file.Name, $"its equations cannot be read: {problem.Message}", problem);
        }
    }

    private static Dictionary<string, int> ReadSizes(SafetensorsFile file) => ReadJson<Dictionary<string, int>>(file, SizesKey, "names with whole numbers");

    private static T ReadJson<T>(SafetensorsFile file, string key, string expected)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Metadata(file, key), Strict) ?? throw new JsonException("it is null");
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            throw new InvalidFileException(file.Name, $"its '{key}' are not {expected}", problem);
        }
    }

    // A layer takes memory for the sizes that the metadata claims, so those are held against the tensors first.
    private static void CheckSizes(SafetensorsFile file, TextModelDesign design)
    {
        long stored = file.Tensors.Sum(tensor => tensor.Count);
        foreach ((string name, int size) in design.Sizes)
        {
            if (size < 1 || size > stored)
            {
                throw new InvalidFileException(file.Name, string.Create(CultureInfo.InvariantCulture, $"its size '{name}' is {size}, which its tensors cannot have"));
            }
        }

        try
        {
            int? below = null;
            foreach (Cell cell in design.Cells)
            {
                Dictionary<string, int> sizes = design.SizesOver(below);
                foreach (CellParameter parameter in cell.Graph.Parameters)
                {
                    long count = (long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes);
                    if (count > stored)
                    {
                        throw new InvalidFileException(file.Name, $"its tensors are too small for the parameter '{parameter.Name}' that its equations name");
                    }
                }

                below = cell.Graph.Output.Node.Shape.Rows.Evaluate(sizes);
            }
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException)
        {
            throw Unfit(file, problem);
        }
    }

    // A vector has one dimension in a file and a scalar none.
    private static IEnumerable<(Parameter Parameter, int[] Shape)> Tensors(TextModel model)
    {
        IEnumerable<int> ranks = model.Design.Cells.SelectMany(cell => cell.Graph.Parameters).Select(parameter => parameter.Node.Shape.Rank);
        Dictionary<Parameter, int> rankOf = model.Layers.Parameters.Zip(ranks).ToDictionary();
        rankOf[model.Head.Bias] = 1;
        return model.Parameters.Parameters.Select(parameter => (parameter, rankOf.GetValueOrDefault(parameter, 2) switch
        {
            0 => (int[])[],
            1 => [parameter.Rows],
            _ => [parameter.Rows, parameter.Columns],
        }));
    }

    private static void ReadValues(SafetensorsFile file, TextModel model)
    {
        foreach ((Parameter parameter, int[] shape) in Tensors(model))
        {
            SafetensorsEntry entry = file[parameter.Name];
            if (!entry.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidFileException(
                    file.Name, $"the tensor '{parameter.Name}' is [{string.Join(", ", entry.Shape)}] where [{string.Join(", ", shape)}] was expected");
            }

            file.ReadSingles(parameter.Name, parameter.Values);
        }

        model.Load();
    }
}
