using System.Globalization;
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
    private const string SizesKey = "cellwright.sizes";
    private const string ResidualKey = "cellwright.residual";
    private const string TiedKey = "cellwright.tied";
    private const string RegularizationKey = "cellwright.regularization";
    private const string VocabularyKey = "cellwright.vocabulary";
    private const string Bytes = "bytes";
    private const string Kind = "text";
    private const string FirstVersion = "1";
    private const string Version = "2";

    // As version 2, but that symbols are bytes, which a program of before that would take for characters.
    private const string BytesVersion = "3";

    /// <summary>Adds a model's metadata and values.</summary>
    public static void AddTo(SafetensorsWriter writer, TextModel model)
    {
        TextModelDesign design = model.Design;
        ModelMetadata.Add(writer, Kind, model.Vocabulary.IsBytes ? BytesVersion : Version, design.Cells.Count);
        for (int layer = 0; layer < design.Cells.Count; layer++)
        {
            ModelMetadata.Add(writer, ModelMetadata.Place(layer), design.Cells[layer]);
        }

        ModelMetadata.AddJson(writer, SizesKey, new SortedDictionary<string, int>(design.Sizes.ToDictionary(), StringComparer.Ordinal));
        ModelMetadata.Add(writer, ResidualKey, design.Residual);
        ModelMetadata.Add(writer, TiedKey, design.Tied);
        ModelMetadata.AddJson(writer, RegularizationKey, design.Regularization);
        writer.Metadata[VocabularyKey] = model.Vocabulary.IsBytes ? Bytes : model.Vocabulary.Text;
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
        ModelMetadata metadata = new(file);
        if (metadata.Kind != Kind)
        {
            throw metadata.Invalid("it holds tensors but no text model; give a file that 'train text' wrote");
        }

        TextModelDesign design = ReadDesign(metadata);
        CharacterVocabulary vocabulary = metadata.Version == BytesVersion ? CharacterVocabulary.Bytes : CharacterVocabulary.Of(metadata.Text(VocabularyKey));
        if (vocabulary.Count == 0)
        {
            throw new InvalidFileException(path, "its vocabulary is empty");
        }

        CheckSizes(file, metadata, design);
        TextModel model;
        try
        {
            model = new TextModel(design, vocabulary, threads);
        }
        catch (ArgumentException problem)
        {
            throw metadata.Unfit(problem);
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

    private static TextModelDesign ReadDesign(ModelMetadata metadata) => metadata.Version switch
    {
        FirstVersion => new TextModelDesign { Cells = [metadata.Cell("cellwright.cell", "cellwright.name")], Sizes = ReadSizes(metadata) },
        Version or BytesVersion => new TextModelDesign
        {
            Cells = [.. Enumerable.Range(0, metadata.Layers).Select(layer => metadata.Cell(ModelMetadata.Place(layer)))],
            Sizes = ReadSizes(metadata),
            Residual = metadata.Choice(ResidualKey),
            Tied = metadata.Choice(TiedKey),
            Regularization = metadata.Json<TextRegularization>(RegularizationKey, "rates by name"),
        },
        string other => throw metadata.Invalid($"it is of model version '{other}', and this program reads versions {FirstVersion} to {BytesVersion}"),
    };

    private static Dictionary<string, int> ReadSizes(ModelMetadata metadata) => metadata.Json<Dictionary<string, int>>(SizesKey, "names with whole numbers");

    // A layer takes memory for the sizes that the metadata claims, so those are held against the tensors first.
    private static void CheckSizes(SafetensorsFile file, ModelMetadata metadata, TextModelDesign design)
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
            throw metadata.Unfit(problem);
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
