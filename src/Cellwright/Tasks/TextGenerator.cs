using System.Text;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>Writes text with a model, character by character, each drawn from what the model expects next.</summary>
/// <param name="model">The model.</param>
public sealed class TextGenerator(TextModel model)
{
    /// <summary>Continues a prompt. The same model, prompt, temperature and seed give the same text on every machine.</summary>
    /// <param name="prompt">What the model reads first; it is not given back. Where it is empty, the model reads a line end, or its first character where it knows no line end.</param>
    /// <param name="length">How many characters to write.</param>
    /// <param name="temperature">What scores are divided by: below 1 the text is more likely, above 1 more varied, at 0 always the likeliest.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>The characters, each when it is asked for.</returns>
    /// <exception cref="CorpusException">The prompt has a character that the model never saw.</exception>
    public IEnumerable<Rune> Continue(string prompt, int length, double temperature, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!double.IsFinite(temperature) || temperature < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "a temperature is a number from 0 up");
        }

        Rune lineEnd = new('\n');
        int[] read = prompt.Length > 0 ? model.Vocabulary.Encode(prompt)
            : model.Vocabulary.Contains(lineEnd) ? model.Vocabulary.Encode("\n")
            : [0];
        return Write(read, length, temperature, seed);
    }

    private IEnumerable<Rune> Write(int[] read, int length, double temperature, ulong seed)
    {
        using AlignedBuffer output = new(model.Layer.OutputWidth);
        using AlignedBuffer scores = new(model.Head.Stride);
        using LayerStream stream = model.Layer.CreateStream();
        RandomStream random = new(seed, "generate");
        foreach (int symbol in read)
        {
            stream.Step(EmbeddingOf(symbol), output.Span);
        }

        for (int position = 0; position < length; position++)
        {
            model.Head.Forward(1, output, scores);
            int symbol = Draw(scores.Span[..model.Vocabulary.Count], temperature, random.UniformDouble((ulong)position, element: 0));
            yield return model.Vocabulary[symbol];
            stream.Step(EmbeddingOf(symbol), output.Span);
        }
    }

    private ReadOnlySpan<float> EmbeddingOf(int symbol) =>
        model.Embedding.Table.Values.Slice(symbol * model.EmbeddingWidth, model.EmbeddingWidth);

    private static int Draw(Span<float> scores, double temperature, double uniform)
    {
        float largest = Softmax.Largest(scores);
        if (temperature == 0.0)
        {
            return scores.IndexOf(largest);
        }

        float inverse = (float)Math.Min(1.0 / temperature, float.MaxValue);
        foreach (ref float score in scores)
        {
            score = (score - largest) * inverse;
        }

        Softmax.Exponentials(scores, 0f);
        double sum = 0.0;
        foreach (float weight in scores)
        {
            sum += weight;
        }

        double threshold = uniform * sum;
        double passed = 0.0;
        for (int symbol = 0; symbol < scores.Length; symbol++)
        {
            passed += scores[symbol];
            if (passed > threshold)
            {
                return symbol;
            }
        }

        return scores.Length - 1;
    }
}
