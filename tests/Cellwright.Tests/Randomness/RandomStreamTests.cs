using Cellwright.Randomness;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Randomness;

public class RandomStreamTests
{
    private const int Many = 200_000;

    // Bits come from a second implementation of the definition, written in Python; normal numbers from it too, with the C library's log, cos and sin.
    [Theory]
    [Trait("Category", "SameBits")]
    [InlineData(0UL, "", 0UL, 0UL, 0x3B3C41AA, 0x80D6EB0ED2B97F7C, 0.03303266911711473)]
    [InlineData(1UL, "init/layer0.W_f", 0UL, 1UL, 0x6748C481, 0x929A63578D4B04F1, 0.9627254109703821)]
    [InlineData(42UL, "shuffle", 7UL, 6UL, 0x8D320840, 0x7817F524A3023A0A, -0.7972025477534465)]
    [InlineData(18446744073709551615UL, "σ", 1099511627776UL, 9223372036854775811UL, 0xB1322BC2, 0x0602109669876E03, -0.5641829833147528)]
    public void Draws_are_those_of_the_definition(ulong seed, string purpose, ulong step, ulong element, uint bits, ulong longBits, double normal)
    {
        var stream = new RandomStream(seed, purpose);

        stream.Bits(step, element).ShouldBe(bits);
        stream.LongBits(step, element).ShouldBe(longBits);
        stream.Uniform(step, element).ShouldBe((bits >> 8) / 16777216f);
        stream.UniformDouble(step, element).ShouldBe((longBits >> 11) / 9007199254740992.0);
        stream.NormalDouble(step, element).ShouldBe(normal, 1e-15);
        stream.Normal(step, element).ShouldBe((float)normal);
    }

    // The digest was computed in Python from the definition, with its logarithm, sine and cosine written out.
    [Fact]
    [Trait("Category", "SameBits")]
    public void A_million_normal_numbers_have_the_same_bits_on_every_machine()
    {
        double[] draws = new double[1_000_000];
        new RandomStream(2011, "same bits").FillNormal(draws, step: 3);

        ulong digest = 0;
        foreach (double draw in draws)
        {
            digest = (digest * 0x9E3779B97F4A7C15) + BitConverter.DoubleToUInt64Bits(draw);
        }

        digest.ShouldBe(0x8FF81C28F07DE2D0UL);
    }

    // Published test values of 64-bit FNV-1a.
    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("foobar", 0x85944171f73967e8)]
    public void The_hash_of_a_purpose_is_FNV_1a(string text, ulong hash) => RandomStream.Hash(text).ShouldBe(hash);

    [Theory]
    [InlineData(0, 0UL)]
    [InlineData(1, 5UL)]
    [InlineData(2, 3UL)]
    [InlineData(17, 1UL)]
    [InlineData(64, 2UL)]
    [InlineData(9, ulong.MaxValue - 5)]
    [InlineData(200, ulong.MaxValue - 90)]
    [InlineData(200, (1UL << 34) - 90)]
    public void Filling_is_drawing_one_by_one(int length, ulong first)
    {
        var stream = new RandomStream(9, "fill");
        uint[] bits = new uint[length];
        float[] singles = new float[length];
        double[] doubles = new double[length];
        float[] normals = new float[length];
        double[] normalDoubles = new double[length];
        stream.FillBits(bits, 4, first);
        stream.FillUniform(singles, 4, first);
        stream.FillUniform(doubles, 4, first);
        stream.FillNormal(normals, 4, first);
        stream.FillNormal(normalDoubles, 4, first);

        for (int i = 0; i < length; i++)
        {
            ulong element = unchecked(first + (ulong)i);
            bits[i].ShouldBe(stream.Bits(4, element));
            singles[i].ShouldBe(stream.Uniform(4, element));
            doubles[i].ShouldBe(stream.UniformDouble(4, element));
            normals[i].ShouldBe(stream.Normal(4, element));
            normalDoubles[i].ShouldBe(stream.NormalDouble(4, element));
        }
    }

    [Fact]
    public void Seed_purpose_step_and_element_each_change_the_draw()
    {
        ulong[] draws =
        [
            new RandomStream(1, "a").LongBits(1, 1),
            new RandomStream(2, "a").LongBits(1, 1),
            new RandomStream(1, "b").LongBits(1, 1),
            new RandomStream(1, "a").LongBits(2, 1),
            new RandomStream(1, "a").LongBits(1, 2),
            new RandomStream(1, "a").LongBits(1 | (1UL << 32), 1),
            new RandomStream(1, "a").LongBits(1, 1 | (1UL << 63)),
        ];

        draws.Distinct().Count().ShouldBe(draws.Length);
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        float[] draws = new float[Many];
        new RandomStream(3, "uniform").FillUniform(draws, 0);
        int[] bins = new int[100];
        foreach (float draw in draws)
        {
            draw.ShouldBeInRange(0, BitConverter.Int32BitsToSingle(0x3F7FFFFF));
            bins[(int)(draw * bins.Length)]++;
        }

        // χ² with 99 degrees of freedom: mean 99, deviation 14.
        double expected = (double)Many / bins.Length;
        bins.Sum(count => (count - expected) * (count - expected) / expected).ShouldBeInRange(99 - (4 * 14), 99 + (4 * 14));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_the_normal_distribution()
    {
        double[] draws = new double[Many];
        new RandomStream(4, "normal").FillNormal(draws, 0);

        draws.Average().ShouldBe(0, 4 / Math.Sqrt(Many));
        draws.Average(draw => draw * draw).ShouldBe(1, 4 * Math.Sqrt(2.0 / Many));
        draws.Average(draw => draw * draw * draw).ShouldBe(0, 4 * Math.Sqrt(15.0 / Many));
        draws.Average(draw => draw * draw * draw * draw).ShouldBe(3, 4 * Math.Sqrt(96.0 / Many));
        foreach ((double bound, double tail) in new[] { (0.5, 0.3085375), (1, 0.1586553), (2, 0.0227501), (3, 0.0013499) })
        {
            double deviation = Math.Sqrt(tail * (1 - tail) / Many);
            (draws.Count(draw => draw > bound) / (double)Many).ShouldBe(tail, 4 * deviation);
            (draws.Count(draw => draw < -bound) / (double)Many).ShouldBe(tail, 4 * deviation);
        }
    }

    [Fact]
    public void Neighbouring_draws_are_not_correlated()
    {
        var stream = new RandomStream(5, "correlation");
        (double Element, double Step, double Kind) sum = default;
        for (ulong i = 0; i < Many; i++)
        {
            double here = stream.NormalDouble(7, i);
            sum.Element += here * stream.NormalDouble(7, i + 1);
            sum.Step += here * stream.NormalDouble(8, i);
            sum.Kind += here * (stream.UniformDouble(7, i) - 0.5) * Math.Sqrt(12);
        }

        double bound = 4 * Math.Sqrt(Many);
        sum.Element.ShouldBeInRange(-bound, bound);
        sum.Step.ShouldBeInRange(-bound, bound);
        sum.Kind.ShouldBeInRange(-bound, bound);
    }

    [Fact]
    public void Whole_numbers_below_a_count_are_all_drawn_and_equally_often()
    {
        var stream = new RandomStream(6, "below");
        int[] counts = new int[7];
        for (ulong i = 0; i < Many; i++)
        {
            counts[stream.Below(0, i, 7)]++;
        }

        double expected = Many / 7.0;
        foreach (int count in counts)
        {
            ((double)count).ShouldBe(expected, 4 * Math.Sqrt(expected));
        }

        stream.Below(0, 0, 1).ShouldBe(0);
        Should.Throw<ArgumentOutOfRangeException>(() => stream.Below(0, 0, 0));
    }

    [Fact]
    public void Draws_allocate_nothing()
    {
        var stream = new RandomStream(7, "allocation");
        float[] buffer = new float[64];
        stream.FillNormal(buffer, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong step = 0; step < 100; step++)
        {
            stream.FillNormal(buffer, step);
            stream.FillUniform(buffer, step);
            buffer[0] = stream.Normal(step, 0) + stream.Uniform(step, 1) + stream.Below(step, 2, 5);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
