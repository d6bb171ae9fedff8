using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Loss">The mean cross-entropy in nats a character.</param>
/// <param name="Characters">The characters that were predicted: all but the first.</param>
/// <param name="Streams">Into how many parts the text was cut.</param>
public readonly record struct TextEvaluation(double Loss, long Characters, int Streams)
{
    /// <summary>The characters before a part that are read, uncounted, to bring the state to where it would be.</summary>
    public const int LeadIn = 256;

    private const double NatsInABit = 0.6931471805599453;
    private const int Window = 128;
    private const int ShortestPart = 4096;
    private const int MostStreams = 32;

    /// <summary>The characters that were left out because the model never saw them, where a text was given and not its symbols.</summary>
    public long Unknown { get; init; }

    /// <summary>The mean cross-entropy in bits a character.</summary>
    public double BitsPerCharacter => Loss / NatsInABit;

    /// <summary>e to the loss: among how many equally likely characters the choice would be as hard.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>The number of parts used unless told otherwise: parts of 4096 characters or more, at most 32 of them.</summary>
    public static int DefaultStreams(long characters) => (int)Math.Clamp(characters / ShortestPart, 1, MostStreams);

    /// <summary>The evaluation of several texts, each read by itself: every predicted character counts alike.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TextEvaluation Total(IReadOnlyCollection<TextEvaluation> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        long characters = texts.Sum(text => text.Characters);
        return characters > 0
            ? new TextEvaluation(texts.Sum(text => text.Loss * text.Characters) / characters, characters, texts.Max(text => text.Streams)) { Unknown = texts.Sum(text => text.Unknown) }
            : throw new ArgumentException("there is no evaluation to sum up", nameof(texts));
    }

    /// <summary>Predicts every character of a text but the first from those before it, in order and with the state carried.</summary>
    /// <remarks>
    /// With one stream the state is carried from the first character to the last. With more, the text is cut into parts
    /// that are read side by side; a part's state starts from the cell's initial state <see cref="LeadIn"/> characters
    /// before the part, or at the start of the text. Every character counts exactly once either way.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="symbols">The text as symbols.</param>
    /// <param name="streams">The number of parts; 0 for <see cref="DefaultStreams"/>.</param>
    /// <exception cref="CorpusException">The text has fewer than two characters.</exception>
    public static TextEvaluation Of(TextModel model, SymbolText symbols, int streams = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model, [model.Layers], symbols, streams).Results[0];
    }

    /// <summary>The same of layers of the same shape in the model's place, and the largest difference of a score from the first layers'.</summary>
    internal static (TextEvaluation[] Results, double LargestDifference) Of(TextModel model, LayerStack[] all, SymbolText symbols, int streams)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentOutOfRangeException.ThrowIfNegative(streams);
        long predicted = symbols.Length - 1;
        if (predicted < 1)
        {
            throw new CorpusException("a text of fewer than two characters has nothing to predict; give a longer text");
        }

        int parts = (int)Math.Min(streams == 0 ? DefaultStreams(symbols.Length) : streams, predicted);
        long longest = (predicted + parts - 1) / parts;
        int leadIn = parts == 1 ? 0 : LeadIn;
        int positions = parts * Window;
        int[] inputs = new int[positions];
        int[] targets = new int[positions];
        using AlignedBuffer outputs = new((long)positions * model.Layers.OutputWidth);
        AlignedBuffer[] scores = [.. all.Select(_ => new AlignedBuffer((long)positions * model.Head.Stride))];
        CrossEntropy loss = new(model.Team);
        LayerState[] states = [.. all.Select(layers => layers.CreateState(parts))];
        LayerState[] nexts = [.. all.Select(layers => layers.CreateState(parts))];
        double[] totals = new double[all.Length];
        double difference = 0.0;
        int[] read = new int[Window + 1];
        try
        {
            for (long start = 0; start < leadIn + longest; start += Window)
            {
                Fill(symbols, read, start, parts, leadIn, inputs, targets);
                for (int i = 0; i < all.Length; i++)
                {
                    model.Embedding.Forward(all[i], inputs, Window, parts, states[i], outputs, nexts[i]);
                    model.Head.Forward(positions, outputs, scores[i]);
                    difference = i == 0 ? difference : Math.Max(difference, Difference(scores[0].Span, scores[i].Span, targets, model));
                }

                // Which overwrites the scores.
                for (int i = 0; i < all.Length; i++)
                {
                    totals[i] += loss.Sum(scores[i], targets, model.Vocabulary.Count, model.Head.Stride);
                }

                (states, nexts) = (nexts, states);
            }
        }
        finally
        {
            Array.ForEach(scores, each => each.Dispose());
        }

        return ([.. totals.Select(total => new TextEvaluation(total / predicted, predicted, parts))], difference);
    }

    // Where something is predicted.
    private static double Difference(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int[] targets, TextModel model)
    {
        double largest = 0.0;
        for (int i = 0; i < targets.Length; i++)
        {
            for (int j = i * model.Head.Stride; targets[i] >= 0 && j < (i * model.Head.Stride) + model.Vocabulary.Count; j++)
            {
                largest = Math.Max(largest, Math.Abs((double)first[j] - second[j]));
            }
        }

        return largest;
    }

    // Part s predicts the characters from 1 + s·n/parts on, of n that are predicted in all.
    private static void Fill(SymbolText text, int[] read, long start, int parts, int leadIn, Span<int> inputs, Span<int> targets)
    {
        long predicted = text.Length - 1;
        for (int part = 0; part < parts; part++)
        {
            long first = 1 + (predicted * part / parts);
            long end = 1 + (predicted * (part + 1) / parts);
            long position = Math.Max(0, first - 1 - leadIn) + start;
            int length = (int)Math.Clamp(end - position, 0, read.Length);
            text.Read(Math.Min(position, text.Length), read.AsSpan(0, length));
            for (int time = 0; time < Window; time++, position++)
            {
                bool within = position + 1 < end;
                inputs[(time * parts) + part] = within ? read[time] : 0;
                targets[(time * parts) + part] = within && position + 1 >= first ? read[time + 1] : -1;
            }
        }
    }
}
