using Cellwright.Tasks;
using Cellwright.Tensors;

namespace Cellwright.Inspection;

/// <summary>A text through a text model: every signal of every layer, and what was expected at each character.</summary>
/// <example><code>
/// TextTrace trace = TextTrace.Of(model, "He said \"no\".");
/// float unit = trace.Layers[0].At("c", step: 9)[17];
/// </code></example>
public sealed class TextTrace
{
    private const int Likeliest = 5;

    private TextTrace(IReadOnlyList<string> characters, IReadOnlyList<Trace> layers, IReadOnlyList<double> surprise, IReadOnlyList<IReadOnlyList<TextGuess>> guesses)
    {
        Characters = characters;
        Layers = layers;
        Surprise = surprise;
        Guesses = guesses;
    }

    /// <summary>The characters, one a step.</summary>
    public IReadOnlyList<string> Characters { get; }

    /// <summary>The traces of the recurrent layers, the lowest first.</summary>
    public IReadOnlyList<Trace> Layers { get; }

    /// <summary>For each character, how unlikely it was after those before it, in bits; 0 for the first, which follows nothing.</summary>
    public IReadOnlyList<double> Surprise { get; }

    /// <summary>For each character, the likeliest to follow it, the likeliest first.</summary>
    public IReadOnlyList<IReadOnlyList<TextGuess>> Guesses { get; }

    /// <summary>Runs a text through a model, from the state a sequence begins with.</summary>
    /// <exception cref="CorpusException">The text is empty, or has a character that the model never saw.</exception>
    public static TextTrace Of(TextModel model, string text)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(text);
        int[] symbols = model.Vocabulary.Encode(text);
        if (symbols.Length == 0)
        {
            throw new CorpusException("there is no text to run; give a character or more");
        }

        float[] input = TextInput.Of(model, symbols, symbols.Length);
        List<Trace> traces = StackTrace.Of(model.Layers, input, initial: null, out float[] output);
        (double[] surprise, TextGuess[][] guesses) = Judge(model, output, symbols);
        return new TextTrace([.. symbols.Select(symbol => model.Vocabulary.Name(symbol))], traces, surprise, guesses);
    }

    private static (double[] Surprise, TextGuess[][] Guesses) Judge(TextModel model, float[] output, int[] symbols)
    {
        int count = model.Vocabulary.Count;
        using AlignedBuffer outputs = new(output.Length);
        using AlignedBuffer scores = new((long)symbols.Length * model.Head.Stride);
        output.CopyTo(outputs.Span);
        model.Head.Forward(symbols.Length, outputs, scores);
        double[] surprise = new double[symbols.Length];
        TextGuess[][] guesses = new TextGuess[symbols.Length][];
        for (int step = 0; step < symbols.Length; step++)
        {
            double[] weights = new double[count];
            double largest = double.NegativeInfinity;
            for (int symbol = 0; symbol < count; symbol++)
            {
                weights[symbol] = scores.Span[(step * model.Head.Stride) + symbol];
                largest = Math.Max(largest, weights[symbol]);
            }

            double total = 0;
            for (int symbol = 0; symbol < count; symbol++)
            {
                total += weights[symbol] = Math.Exp(weights[symbol] - largest);
            }

            guesses[step] = [.. Enumerable.Range(0, count).OrderByDescending(symbol => weights[symbol]).ThenBy(symbol => symbol).Take(Likeliest)
                .Select(symbol => new TextGuess(model.Vocabulary.Name(symbol), weights[symbol] / total))];
            if (step + 1 < symbols.Length)
            {
                surprise[step + 1] = -Math.Log2(weights[symbols[step + 1]] / total);
            }
        }

        return (surprise, guesses);
    }
}
