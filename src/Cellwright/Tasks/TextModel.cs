using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>A model that predicts the next character of a text: an embedding, recurrent layers one upon the other, and a linear head.</summary>
public sealed partial class TextModel : IDisposable
{
    internal TextModel(TextModelDesign design, CharacterVocabulary vocabulary, int threads)
    {
        Design = design;
        Vocabulary = vocabulary;
        Layers = design.Build(threads);
        Team = WorkerTeam.Default(Layers.Threads);
        Embedding = new Embedding(vocabulary.Count, Layers.InputWidth, Team);
        Head = new LinearOutput(Layers.OutputWidth, vocabulary.Count, Team, design.Tied ? Embedding.Table : null);
        Parameters = new ParameterSet([Embedding.Table, .. Layers.Parameters, .. design.Tied ? (Parameter[])[] : [Head.Weights], Head.Bias]);
    }

    /// <summary>What the model is made of.</summary>
    public TextModelDesign Design { get; }

    /// <summary>The recurrent layers; parameters and states are named <c>layer0.</c> and so on, from the lowest.</summary>
    public LayerStack Layers { get; }

    /// <summary>The sizes that the layers were built with.</summary>
    public IReadOnlyDictionary<string, int> Sizes => Design.Sizes;

    /// <summary>The characters that the model knows.</summary>
    public CharacterVocabulary Vocabulary { get; }

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Parameters.Elements;

    /// <summary>The columns of the embedding: the width of the lowest layer's input.</summary>
    public int EmbeddingWidth => Layers.InputWidth;

    internal WorkerTeam Team { get; }

    internal Embedding Embedding { get; }

    internal LinearOutput Head { get; }

    internal ParameterSet Parameters { get; }

    /// <summary>A model of one layer with first values drawn from a seed.</summary>
    /// <param name="cell">The equations of the layer.</param>
    /// <param name="sizes">The sizes by name: <c>input</c> (the width of the embedding), <c>hidden</c>, and others that the cell names.</param>
    /// <param name="vocabulary">The characters.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">How many threads work on it, 0 for one per processor; no result depends on it.</param>
    /// <exception cref="ArgumentException">The cell has several inputs, or the sizes do not fit it.</exception>
    public static TextModel Create(Cell cell, IReadOnlyDictionary<string, int> sizes, CharacterVocabulary vocabulary, ulong seed, int threads = 0) =>
        Create(new TextModelDesign { Cells = [cell], Sizes = sizes }, vocabulary, seed, threads);

    /// <summary>A model with first values drawn from a seed.</summary>
    /// <param name="design">What it is made of.</param>
    /// <param name="vocabulary">The characters.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">How many threads work on it, 0 for one per processor; no result depends on it.</param>
    /// <exception cref="ArgumentException">A cell has several inputs, or the sizes do not fit.</exception>
    public static TextModel Create(TextModelDesign design, CharacterVocabulary vocabulary, ulong seed, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(vocabulary);
        TextModel model = new(design, vocabulary, threads);
        model.Layers.Initialize(seed);
        model.Embedding.Initialize(seed);
        model.Head.Initialize(seed);
        model.Load();
        return model;
    }

    /// <summary>Reads a model from a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file; a checkpoint of a run is one too.</param>
    /// <param name="threads">How many threads work on it, 0 for one per processor; no result depends on it.</param>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TextModel Open(string path, int threads = 0) => TextModelFile.Open(path, threads);

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
        Embedding.Dispose();
        Head.Dispose();
        Layers.Dispose();
    }

    /// <summary>A model of its own with the same values.</summary>
    internal TextModel Copy()
    {
        TextModel copy = new(Design, Vocabulary, Layers.Threads);
        foreach ((Parameter to, Parameter from) in copy.Parameters.Parameters.Zip(Parameters.Parameters))
        {
            from.Values.CopyTo(to.Values);
        }

        copy.Load();
        return copy;
    }

    /// <summary>Layers of their own with the same values.</summary>
    /// <param name="trace">Whether each records its signals.</param>
    internal LayerStack CopyLayers(bool trace)
    {
        LayerStack copy = Design.Build(Layers.Threads, trace);
        foreach ((Parameter to, Parameter from) in copy.Parameters.Zip(Layers.Parameters))
        {
            from.Values.CopyTo(to.Values);
        }

        copy.Load();
        return copy;
    }

    /// <summary>Adds everything the model's file holds, with the values as they are now.</summary>
    internal void AddTo(SafetensorsWriter writer) => TextModelFile.AddTo(writer, this);

    /// <summary>Prepares everything derived from the values; to be called after they have changed.</summary>
    internal void Load()
    {
        Layers.Load();
        Head.Load();
    }
}
