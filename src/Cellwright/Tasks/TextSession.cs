using System.Text;
using Cellwright.Files;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;
using Cellwright.Training;

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
    private bool isDisposed;

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
    /// <param name="length">How many characters, or bytes where the model has those, to draw at most.</param>
    /// <param name="stops">Texts that end the writing where one of them has come; it is not given back.</param>
    /// <returns>The characters, each when it is asked for and can no longer begin one of the texts that end the writing.</returns>
    public IEnumerable<Rune> Write(int length, params IReadOnlyList<string> stops)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Write(length, new StopTexts(stops));
    }

    /// <summary>Writes on, and says of each character or byte how likely it was.</summary>
    /// <param name="length">How many to draw.</param>
    /// <param name="likeliest">How many of the likeliest are told of each time.</param>
    /// <returns>What was written, each when it is asked for.</returns>
    public IEnumerable<TextChoice> WriteChoices(int length, int likeliest = 5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(likeliest);
        return Choices();

        IEnumerable<TextChoice> Choices()
        {
            float[] expected = new float[model.Vocabulary.Count];
            for (int position = 0; position < length; position++)
            {
                int symbol = Next(expected);
                double drawn = sampling.Temperature == 0.0 ? 1.0 : scores.Span[symbol] / TextSampling.Sum(scores.Span[..expected.Length]);
                double total = TextSampling.Sum(expected);
                yield return new TextChoice(
                    symbol,
                    model.Vocabulary.Name(symbol),
                    expected[symbol] / total,
                    drawn,
                    [.. Enumerable.Range(0, expected.Length).OrderByDescending(each => expected[each]).Take(likeliest).Select(each => (model.Vocabulary.Name(each), expected[each] / total))]);
            }
        }
    }

    /// <summary>Writes on byte by byte: with a model of bytes those that are drawn, else the UTF-8 bytes of the characters.</summary>
    /// <param name="length">How many symbols to draw.</param>
    /// <returns>The bytes, each when it is asked for.</returns>
    public IEnumerable<byte> WriteBytes(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Draw();

        IEnumerable<byte> Draw()
        {
            for (int position = 0; position < length; position++)
            {
                int symbol = Next();
                foreach (byte each in model.Vocabulary.IsBytes ? [(byte)symbol] : Encoding.UTF8.GetBytes(model.Vocabulary[symbol].ToString()))
                {
                    yield return each;
                }
            }
        }
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
        isDisposed = true;
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
        SymbolDecoder decoder = new(model.Vocabulary);
        for (int position = 0; position < length && !stops.HasCome; position++)
        {
            decoder.Add(Next());
            if (position + 1 == length)
            {
                decoder.End();
            }

            while (!stops.HasCome && decoder.TryTake(out Rune next))
            {
                stops.Add(next);
            }

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

    // What is expected is proportional to probabilities; afterwards the scores are to those of the draw.
    private int Next(float[]? expected = null)
    {
        // The head comes first here, and knows nothing of the session's own memory.
        ObjectDisposedException.ThrowIf(isDisposed, this);
        model.Head.Forward(1, output, scores);
        if (expected is not null)
        {
            scores.Span[..expected.Length].CopyTo(expected);
            Softmax.Exponentials(expected, Softmax.Largest(expected));
        }

        int symbol = sampling.Draw(scores.Span[..model.Vocabulary.Count], ranks, random.UniformDouble(written++, element: 0));
        Read([symbol]);
        return symbol;
    }

    private void Read(ReadOnlySpan<int> symbols)
    {
        foreach (int symbol in symbols)
        {
            stream.StepSymbol(model.Embedding.Table, symbol, output.Span);
        }
    }
}
