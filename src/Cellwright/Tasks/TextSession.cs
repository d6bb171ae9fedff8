using System.Text;
using Cellwright.Files;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;

namespace Cellwright.Tasks;

/// <summary>
/// A model that reads and writes by turns and remembers both: its state goes on from each turn to the next. The same
/// turns with the same seed give the same text on every machine.
/// </summary>
public sealed class TextSession : IDisposable
{
    private const string OutputName = "session.output";
    private const string WrittenName = "session.written";

    private readonly TextModel model;
    private readonly TextSampling sampling;
    private readonly RandomStream random;
    private readonly LayerStream stream;
    private readonly AlignedBuffer output;
    private readonly AlignedBuffer scores;
    private readonly ulong[] ranks;
    private ulong written;

    /// <summary>A session that has read its beginning.</summary>
    /// <param name="model">The model.</param>
    /// <param name="beginning">What the model reads first. Where it is empty, that is a line end, or its first character where it knows no line end.</param>
    /// <param name="sampling">How characters are drawn; as <see cref="TextSampling"/> does by default where it is left out.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="options">How the layers' matrices are held; null for float32.</param>
    /// <exception cref="CorpusException">The beginning has a character that the model never saw.</exception>
    public TextSession(TextModel model, string beginning = "", TextSampling? sampling = null, ulong seed = 1, StreamOptions? options = null)
        : this(model, Beginning(model?.Vocabulary!, beginning), sampling ?? new TextSampling(), seed, options)
    {
    }

    internal TextSession(TextModel model, ReadOnlySpan<int> beginning, TextSampling sampling, ulong seed, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        sampling.Check();
        this.model = model;
        this.sampling = sampling;
        random = new RandomStream(seed, "generate");
        output = new AlignedBuffer(model.Layers.OutputWidth);
        scores = new AlignedBuffer(model.Head.Stride);
        ranks = new ulong[model.Vocabulary.Count];
        stream = model.Layers.CreateStream(options);
        Read(beginning);
    }

    /// <summary>Reads a text, all of it or, where the model does not know a character, nothing.</summary>
    /// <exception cref="CorpusException">The text has a character that the model never saw.</exception>
    public void Read(string text) => Read(model.Vocabulary.Encode(text));

    /// <summary>Writes on. What is written is remembered as if it had been read, a text that ended the writing included.</summary>
    /// <param name="length">How many characters to draw at most.</param>
    /// <param name="stops">Texts that end the writing where one of them has come; it is not given back.</param>
    /// <returns>The characters, each when it is asked for and can no longer begin one of the texts that end the writing.</returns>
    public IEnumerable<Rune> Write(int length, params IReadOnlyList<string> stops)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Write(length, new StopTexts(stops));
    }

    /// <summary>Writes what is remembered to one file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        SafetensorsWriter writer = new();
        stream.State.AddTo(writer);
        writer.Add(OutputName, [model.Layers.OutputWidth], output.Span[..model.Layers.OutputWidth].ToArray());
        writer.Add(WrittenName, [], new[] { (long)written });
        writer.Save(path);
    }

    /// <summary>
    /// Goes to where <see cref="Save"/> was called in a session of the same model; with the same sampling and seed it
    /// writes on with the same characters. Where the file does not fit, nothing changes.
    /// </summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is not of a session of such a model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Restore(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] last = file.ReadSingles(OutputName);
        long[] count = file.ReadInt64s(WrittenName);
        if (last.Length != model.Layers.OutputWidth || count is not [>= 0])
        {
            throw new InvalidFileException(
                file.Name, $"its session has an output of {last.Length} values and {count.Length} counts of characters where the model gives {model.Layers.OutputWidth} and one count was expected");
        }

        stream.State.ReadFrom(file);
        last.CopyTo(output.Span);
        written = (ulong)count[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        output.Dispose();
        scores.Dispose();
    }

    internal static int[] Beginning(CharacterVocabulary vocabulary, string text)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 ? vocabulary.Encode(text)
            : vocabulary.Contains(new Rune('\n')) ? vocabulary.Encode("\n")
            : [0];
    }

    internal IEnumerable<Rune> Write(int length, StopTexts stops)
    {
        stops.Begin();
        for (int position = 0; position < length && !stops.HasCome; position++)
        {
            stops.Add(Next());
            while (stops.TryTake(out Rune character))
            {
                yield return character;
            }
        }

        while (stops.TryTakeRest(out Rune character))
        {
            yield return character;
        }
    }

    private Rune Next()
    {
        model.Head.Forward(1, output, scores);
        int symbol = sampling.Draw(scores.Span[..model.Vocabulary.Count], ranks, random.UniformDouble(written++, element: 0));
        Read([symbol]);
        return model.Vocabulary[symbol];
    }

    private void Read(ReadOnlySpan<int> symbols)
    {
        foreach (int symbol in symbols)
        {
            stream.StepSymbol(model.Embedding.Table, symbol, output.Span);
        }
    }
}
