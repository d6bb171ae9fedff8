using System.Globalization;
using System.Text.Json;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Files;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>A model that predicts the next character of a text: an embedding, one recurrent layer, and a linear head.</summary>
public sealed partial class TextModel : IDisposable
{
    private const string KindKey = "cellwright.model";
    private const string VersionKey = "cellwright.version";
    private const string CellKey = "cellwright.cell";
    private const string NameKey = "cellwright.name";
    private const string SizesKey = "cellwright.sizes";
    private const string VocabularyKey = "cellwright.vocabulary";
    private const string Kind = "text";
    private const string Version = "1";
    private const string LayerPrefix = "layer0.";

    private TextModel(Layer layer, IReadOnlyDictionary<string, int> sizes, CharacterVocabulary vocabulary)
    {
        if (layer.InputWidths.Count != 1)
        {
            throw new ArgumentException($"the cell '{layer.Cell.Name}' has {layer.InputWidths.Count} inputs, and a text gives one", nameof(layer));
        }

        Layer = layer;
        Sizes = sizes;
        Vocabulary = vocabulary;
        Team = WorkerTeam.Default(layer.Threads);
        Embedding = new Embedding(vocabulary.Count, layer.InputWidth, Team);
        Head = new LinearOutput(layer.OutputWidth, vocabulary.Count, Team);
        Parameters = new ParameterSet([Embedding.Table, .. layer.Parameters, Head.Weights, Head.Bias]);
    }

    /// <summary>The recurrent layer.</summary>
    public Layer Layer { get; }

    /// <summary>The equations of the layer.</summary>
    public Cell Cell => Layer.Cell;

    /// <summary>The sizes that the layer was built with.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; }

    /// <summary>The characters that the model knows.</summary>
    public CharacterVocabulary Vocabulary { get; }

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Parameters.Elements;

    /// <summary>The columns of the embedding: the width of the layer's input.</summary>
    public int EmbeddingWidth => Layer.InputWidth;

    internal WorkerTeam Team { get; }

    internal Embedding Embedding { get; }

    internal LinearOutput Head { get; }

    internal ParameterSet Parameters { get; }

    /// <summary>A model with first values drawn from a seed.</summary>
    /// <param name="cell">The equations of the layer.</param>
    /// <param name="sizes">The sizes by name: <c>input</c> (the width of the embedding), <c>hidden</c>, and others that the cell names.</param>
    /// <param name="vocabulary">The characters.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">How many threads work on it; no result depends on it.</param>
    /// <exception cref="ArgumentException">The cell has several inputs, or the sizes do not fit it.</exception>
    public static TextModel Create(Cell cell, IReadOnlyDictionary<string, int> sizes, CharacterVocabulary vocabulary, ulong seed, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        TextModel model = new(new Layer(cell, sizes, threads), sizes, vocabulary);
        model.Layer.Initialize(seed);
        model.Embedding.Initialize(seed);
        model.Head.Initialize(seed);
        model.Load();
        return model;
    }

    /// <summary>Reads a model from a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidFileException">The file is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TextModel Open(string path, int threads = 0)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(KindKey, out string? kind) || kind != Kind)
        {
            throw new InvalidFileException(path, "it holds tensors but no text model; give a file that 'train text' wrote");
        }

        string version = Metadata(file, VersionKey);
        if (version != Version)
        {
            throw new InvalidFileException(path, $"it is of model version '{version}', and this program reads version {Version}");
        }

        Dictionary<string, int> sizes = ReadSizes(file);
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(Metadata(file, VocabularyKey));
        if (vocabulary.Count == 0)
        {
            throw new InvalidFileException(path, "its vocabulary is empty");
        }

        Cell cell;
        try
        {
            cell = Cell.Parse(Metadata(file, CellKey), Metadata(file, NameKey));
        }
        catch (EquationException problem)
        {
            throw new InvalidFileException(path, $"its equations cannot be read: {problem.Message}", problem);
        }

        CheckSizes(file, cell, sizes);
        TextModel model;
        try
        {
            model = new TextModel(new Layer(cell, sizes, threads), sizes, vocabulary);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidFileException(path, $"its sizes do not fit its equations: {problem.Message}", problem);
        }

        try
        {
            model.ReadValues(file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the model to one file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        SafetensorsWriter writer = new();
        AddTo(writer);
        writer.Save(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Head.Dispose();
        Layer.Dispose();
    }

    /// <summary>Adds everything the model's file holds, with the values as they are now.</summary>
    internal void AddTo(SafetensorsWriter writer)
    {
        writer.Metadata[KindKey] = Kind;
        writer.Metadata[VersionKey] = Version;
        writer.Metadata[NameKey] = Cell.Name;
        writer.Metadata[CellKey] = Cell.Text;
        writer.Metadata[SizesKey] = JsonSerializer.Serialize(new SortedDictionary<string, int>(Sizes.ToDictionary(), StringComparer.Ordinal));
        writer.Metadata[VocabularyKey] = Vocabulary.Text;
        foreach ((string name, Parameter parameter, int[] shape) in NamedParameters())
        {
            writer.Add(name, shape, parameter.Values.ToArray());
        }
    }

    /// <summary>Prepares everything derived from the values; to be called after they have changed.</summary>
    internal void Load()
    {
        Layer.Load();
        Head.Load();
    }

    private static string Metadata(SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? value)
        ? value
        : throw new InvalidFileException(file.Name, $"its metadata has no '{key}'");

    private static Dictionary<string, int> ReadSizes(SafetensorsFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(Metadata(file, SizesKey)) ?? [];
        }
        catch (JsonException problem)
        {
            throw new InvalidFileException(file.Name, $"its '{SizesKey}' are not names with whole numbers", problem);
        }
    }

    // A layer takes memory for the sizes that the metadata claims, so those are held against the tensors first.
    private static void CheckSizes(SafetensorsFile file, Cell cell, Dictionary<string, int> sizes)
    {
        long stored = file.Tensors.Sum(tensor => tensor.Count);
        foreach ((string name, int size) in sizes)
        {
            if (size < 1 || size > stored)
            {
                throw new InvalidFileException(file.Name, string.Create(CultureInfo.InvariantCulture, $"its size '{name}' is {size}, which its tensors cannot have"));
            }
        }

        try
        {
            foreach (CellParameter parameter in cell.Graph.Parameters)
            {
                long count = (long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes);
                if (count > stored)
                {
                    throw new InvalidFileException(file.Name, $"its tensors are too small for the parameter '{parameter.Name}' that its equations name");
                }
            }
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException)
        {
            throw new InvalidFileException(file.Name, $"its sizes do not fit its equations: {problem.Message}", problem);
        }
    }

    private static int[] MatrixShape(Parameter matrix) => [matrix.Rows, matrix.Columns];

    private IEnumerable<(string Name, Parameter Parameter, int[] Shape)> NamedParameters()
    {
        yield return (Embedding.Table.Name, Embedding.Table, MatrixShape(Embedding.Table));
        foreach ((Parameter parameter, CellParameter named) in Layer.Parameters.Zip(Cell.Graph.Parameters))
        {
            int[] shape = named.Node.Shape.Rank switch { 0 => [], 1 => [parameter.Rows], _ => MatrixShape(parameter) };
            yield return (LayerPrefix + parameter.Name, parameter, shape);
        }

        yield return (Head.Weights.Name, Head.Weights, MatrixShape(Head.Weights));
        yield return (Head.Bias.Name, Head.Bias, [Head.Bias.Rows]);
    }

    private void ReadValues(SafetensorsFile file)
    {
        foreach ((string name, Parameter parameter, int[] shape) in NamedParameters())
        {
            if (!file[name].Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidFileException(
                    file.Name, $"the tensor '{name}' is [{string.Join(", ", file[name].Shape)}] where [{string.Join(", ", shape)}] was expected");
            }

            file.ReadSingles(name, parameter.Values);
        }

        Load();
    }
}
