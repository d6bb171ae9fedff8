using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How the next character is drawn from what a model expects.</summary>
public sealed record TextSampling
{
    /// <summary>What scores are divided by: below 1 the text is more likely, above 1 more varied, at 0 always the likeliest.</summary>
    public double Temperature { get; init; } = 0.7;

    /// <summary>Only so many of the likeliest characters may come; 0 for all. Of equally likely ones the first in the vocabulary stays.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the fewest of the likeliest characters whose probabilities together reach this may come (nucleus sampling,
    /// Holtzman et al., 2020); above 0, and 1 for all. It is applied after the temperature and after <see cref="TopK"/>.
    /// </summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Checks that each setting has a meaning.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One has none.</exception>
    internal void Check()
    {
        if (!double.IsFinite(Temperature) || Temperature < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "a temperature is a number from 0 up");
        }

        if (TopK < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(TopK), TopK, "a number of characters to draw from is 0, for all, or more");
        }

        if (!(TopP > 0.0 && TopP <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "a probability to draw from is above 0 and at most 1");
        }
    }

    /// <summary>Draws a symbol.</summary>
    /// <param name="scores">A score for each symbol; overwritten.</param>
    /// <param name="ranks">Memory for as many numbers as there are scores.</param>
    /// <param name="uniform">What decides, in [0, 1).</param>
    internal int Draw(Span<float> scores, Span<ulong> ranks, double uniform)
    {
        float largest = Softmax.Largest(scores);
        if (Temperature == 0.0)
        {
            return scores.IndexOf(largest);
        }

        float inverse = (float)Math.Min(1.0 / Temperature, float.MaxValue);
        foreach (ref float score in scores)
        {
            score = (score - largest) * inverse;
        }

        Softmax.Exponentials(scores, 0f);
        Narrow(scores, ranks[..scores.Length]);
        double threshold = uniform * Sum(scores);
        double passed = 0.0;
        int last = 0;
        for (int symbol = 0; symbol < scores.Length; symbol++)
        {
            passed += scores[symbol];
            if (passed > threshold)
            {
                return symbol;
            }

            last = scores[symbol] > 0f ? symbol : last;
        }

        return last;
    }

    /// <summary>The sum of weights, in order and in double precision.</summary>
    internal static double Sum(ReadOnlySpan<float> weights)
    {
        double sum = 0.0;
        foreach (float weight in weights)
        {
            sum += weight;
        }

        return sum;
    }

    // Takes the weight of every symbol that may not come.
    private void Narrow(Span<float> weights, Span<ulong> ranks)
    {
        bool few = TopK > 0 && TopK < weights.Length;
        if (!few && TopP >= 1.0)
        {
            return;
        }

        Rank(weights, ranks);
        int kept = few ? TopK : weights.Length;
        Clear(weights, ranks[kept..]);
        if (TopP >= 1.0)
        {
            return;
        }

        double enough = TopP * Sum(weights);
        double reached = 0.0;
        int needed = 0;
        while (needed < kept && reached < enough)
        {
            reached += weights[Symbol(ranks[needed++])];
        }

        Clear(weights, ranks[needed..]);
    }

    // The likeliest first, and of equals the lower symbol: bits of numbers from 0 up are ordered as the numbers are.
    private static void Rank(ReadOnlySpan<float> weights, Span<ulong> ranks)
    {
        for (int symbol = 0; symbol < weights.Length; symbol++)
        {
            ranks[symbol] = ((ulong)~BitConverter.SingleToUInt32Bits(weights[symbol]) << 32) | (uint)symbol;
        }

        ranks.Sort();
    }

    private static int Symbol(ulong rank) => (int)(uint)rank;

    private static void Clear(Span<float> weights, ReadOnlySpan<ulong> ranks)
    {
        foreach (ulong rank in ranks)
        {
            weights[Symbol(rank)] = 0f;
        }
    }
}
