using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextSamplingTests
{
    // Of 0.1, 0.4, 0.2, 0.05, 0.25.
    private static readonly double[] Probabilities = [0.1, 0.4, 0.2, 0.05, 0.25];

    public static TheoryData<int, double, int[]> Kept() => new()
    {
        { 0, 1.0, [0, 1, 2, 3, 4] },
        { 5, 1.0, [0, 1, 2, 3, 4] },
        { 99, 1.0, [0, 1, 2, 3, 4] },
        { 1, 1.0, [1] },
        { 3, 1.0, [1, 2, 4] },
        { 0, 0.39, [1] },
        { 0, 0.41, [1, 4] },
        { 0, 0.64, [1, 4] },
        { 0, 0.66, [1, 2, 4] },
        { 0, 0.94, [0, 1, 2, 4] },
        { 0, 0.96, [0, 1, 2, 3, 4] },
        { 0, 1e-9, [1] },

        // Of the three kept, 0.85 in all, two have 0.65: more than 0.7 of it.
        { 3, 0.7, [1, 4] },
        { 3, 0.8, [1, 2, 4] },
        { 2, 0.99, [1, 4] },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void Each_symbol_comes_as_often_as_its_share_of_those_that_may(int topK, double topP, int[] kept)
    {
        const int draws = 20000;
        TextSampling sampling = new() { Temperature = 1, TopK = topK, TopP = topP };
        int[] counts = new int[Probabilities.Length];
        for (int i = 0; i < draws; i++)
        {
            counts[Draw(sampling, Probabilities, (i + 0.5) / draws)]++;
        }

        double sum = kept.Sum(symbol => Probabilities[symbol]);
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            // The draws are spread evenly, so a count is off by its two borders at most.
            double expected = kept.Contains(symbol) ? draws * Probabilities[symbol] / sum : 0;
            ((double)counts[symbol]).ShouldBe(expected, expected == 0 ? double.Epsilon : 2, $"symbol {symbol}");
        }
    }

    [Fact]
    public void Of_equals_the_first_stay()
    {
        double[] equal = [0.25, 0.25, 0.25, 0.25];
        int[] drawn = [.. Enumerable.Range(0, 100).Select(i => Draw(new TextSampling { Temperature = 1, TopK = 2 }, equal, (i + 0.5) / 100))];
        drawn.Distinct().Order().ShouldBe([0, 1]);
        drawn = [.. Enumerable.Range(0, 100).Select(i => Draw(new TextSampling { Temperature = 1, TopP = 0.74 }, equal, (i + 0.5) / 100))];
        drawn.Distinct().Order().ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Temperature_comes_before_the_share()
    {
        // Squared, 0.4 has 0.16 of 0.275 in all: 0.58, where it had 0.4.
        Enumerable.Range(0, 100).ShouldAllBe(i => Draw(new TextSampling { Temperature = 0.5, TopP = 0.57 }, Probabilities, (i + 0.5) / 100) == 1);
        Enumerable.Range(0, 100).ShouldAllBe(i => Draw(new TextSampling { Temperature = 0 }, Probabilities, (i + 0.5) / 100) == 1);
        Draw(new TextSampling { Temperature = 0.5, TopP = 0.59 }, Probabilities, 0.99).ShouldBe(4);
    }

    [Fact]
    public void The_largest_draw_takes_a_symbol_that_may_come()
    {
        Draw(new TextSampling { Temperature = 1, TopK = 1 }, Probabilities, 1 - (1.0 / (1L << 53))).ShouldBe(1);
        Draw(new TextSampling { Temperature = 1, TopK = 4 }, Probabilities, 1 - (1.0 / (1L << 53))).ShouldBe(4);
    }

    [Fact]
    public void Settings_without_a_meaning_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new TextSampling { Temperature = -1 }.Check()).Message.ShouldContain("from 0 up");
        Should.Throw<ArgumentOutOfRangeException>(() => new TextSampling { Temperature = double.NaN }.Check());
        Should.Throw<ArgumentOutOfRangeException>(() => new TextSampling { TopK = -1 }.Check());
        Should.Throw<ArgumentOutOfRangeException>(() => new TextSampling { TopP = 0 }.Check()).Message.ShouldContain("above 0 and at most 1");
        Should.Throw<ArgumentOutOfRangeException>(() => new TextSampling { TopP = 1.01 }.Check());
    }

    private static int Draw(TextSampling sampling, double[] probabilities, double uniform)
    {
        float[] scores = [.. probabilities.Select(probability => (float)Math.Log(probability) + 3f)];
        return sampling.Draw(scores, new ulong[scores.Length], uniform);
    }
}
