using System.Text;

namespace Cellwright.Randomness;

/// <summary>
/// Random draws that are a pure function of seed, purpose, step and element: the same on every machine, in any order,
/// for any number of threads. There is no state to advance, so a draw can be made again.
/// </summary>
/// <remarks>
/// Blocks are Philox4x32-10 (Salmon et al., 2011). The counter is (element's block, step); the key is drawn from the
/// seed and the FNV-1a hash of the purpose's UTF-8 bytes, and differs between the kinds of draw, so that a float, a
/// double and a normal number at one place have no bits in common. Within a kind, draws at different places are independent.
/// </remarks>
public readonly struct RandomStream
{
    private readonly ulong key;

    /// <summary>The stream of one seed and one purpose.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the numbers are for, such as <c>init/layer0.W_f</c>; each purpose is a stream of its own. It may be empty.</param>
    public RandomStream(ulong seed, string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        key = Philox4x32.Block(seed, Hash(purpose), key: 0).Low;
    }

    // Part of the key's high word, beside the purpose: nearby keys are as unrelated as any others.
    private enum Draw : ulong
    {
        Word = 0,
        Long = 1UL << 32,
        Normal = 2UL << 32,
    }

    /// <summary>32 random bits.</summary>
    public uint Bits(ulong step, ulong element) => Words(step, element >> 2)[(int)(element & 3)];

    /// <summary>64 random bits.</summary>
    public ulong LongBits(ulong step, ulong element)
    {
        PhiloxBlock block = Philox4x32.Block(element >> 1, step, key ^ (ulong)Draw.Long);
        return (element & 1) == 0 ? block.Low : block.High;
    }

    /// <summary>Uniform in [0, 1): a multiple of 2⁻²⁴, made of the high 24 bits of <see cref="Bits"/>.</summary>
    public float Uniform(ulong step, ulong element) => ToUnit(Bits(step, element));

    /// <summary>Uniform in [0, 1): a multiple of 2⁻⁵³, made of the high 53 bits of <see cref="LongBits"/>.</summary>
    public double UniformDouble(ulong step, ulong element) => ToUnit(LongBits(step, element));

    /// <summary>A whole number in [0, <paramref name="count"/>). The probabilities differ by less than 2⁻³³.</summary>
    /// <param name="step">The step.</param>
    /// <param name="element">The element.</param>
    /// <param name="count">How many numbers there are to choose from, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public int Below(ulong step, ulong element, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(LongBits(step, element), (ulong)count, out _);
    }

    /// <summary>Normal with mean 0 and standard deviation 1: <see cref="NormalDouble"/> rounded to float.</summary>
    public float Normal(ulong step, ulong element) => (float)NormalDouble(step, element);

    /// <summary>
    /// Normal with mean 0 and standard deviation 1, by the transform of Box and Muller (1958): the elements 2k and 2k + 1
    /// are the cosine and the sine of one pair of uniform numbers. The largest magnitude that can occur is 8.6.
    /// </summary>
    public double NormalDouble(ulong step, ulong element)
    {
        (double even, double odd) = NormalPair(step, element >> 1);
        return (element & 1) == 0 ? even : odd;
    }

    /// <summary>Fills a span with <see cref="Bits"/> of consecutive elements.</summary>
    /// <param name="destination">Where the draws go.</param>
    /// <param name="step">The step.</param>
    /// <param name="firstElement">The element of the first draw.</param>
    public void FillBits(Span<uint> destination, ulong step, ulong firstElement = 0)
    {
        int done = 0;
        for (; done < destination.Length && ((firstElement + (ulong)done) & 3) != 0; done++)
        {
            destination[done] = Bits(step, firstElement + (ulong)done);
        }

        // Not where the element's number starts over inside.
        const int Together = 4 * Philox4x32.BlocksAtOnce;
        for (; done <= destination.Length - Together && firstElement + (ulong)done <= ulong.MaxValue - Together; done += Together)
        {
            Philox4x32.Blocks((firstElement + (ulong)done) >> 2, step, key ^ (ulong)Draw.Word, destination.Slice(done, Together));
        }

        for (; done <= destination.Length - 4; done += 4)
        {
            (destination[done], destination[done + 1], destination[done + 2], destination[done + 3]) =
                Words(step, (firstElement + (ulong)done) >> 2);
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = Bits(step, firstElement + (ulong)done);
        }
    }

    /// <summary>Fills a span with draws of consecutive elements, uniform in [0, 1): the same as <see cref="Uniform"/> one by one.</summary>
    /// <param name="destination">Where the draws go.</param>
    /// <param name="step">The step.</param>
    /// <param name="firstElement">The element of the first draw.</param>
    public void FillUniform(Span<float> destination, ulong step, ulong firstElement = 0)
    {
        int done = 0;
        for (; done < destination.Length && ((firstElement + (ulong)done) & 3) != 0; done++)
        {
            destination[done] = Uniform(step, firstElement + (ulong)done);
        }

        for (; done <= destination.Length - 4; done += 4)
        {
            PhiloxBlock block = Words(step, (firstElement + (ulong)done) >> 2);
            destination[done] = ToUnit(block.Word0);
            destination[done + 1] = ToUnit(block.Word1);
            destination[done + 2] = ToUnit(block.Word2);
            destination[done + 3] = ToUnit(block.Word3);
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = Uniform(step, firstElement + (ulong)done);
        }
    }

    /// <summary>Fills a span with draws of consecutive elements, uniform in [0, 1): the same as <see cref="UniformDouble"/> one by one.</summary>
    /// <param name="destination">Where the draws go.</param>
    /// <param name="step">The step.</param>
    /// <param name="firstElement">The element of the first draw.</param>
    public void FillUniform(Span<double> destination, ulong step, ulong firstElement = 0)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = UniformDouble(step, firstElement + (ulong)i);
        }
    }

    /// <summary>Fills a span with draws of consecutive elements, normal with mean 0 and deviation 1: the same as <see cref="Normal"/> one by one.</summary>
    /// <param name="destination">Where the draws go.</param>
    /// <param name="step">The step.</param>
    /// <param name="firstElement">The element of the first draw.</param>
    public void FillNormal(Span<float> destination, ulong step, ulong firstElement = 0)
    {
        int done = 0;
        if ((firstElement & 1) != 0 && !destination.IsEmpty)
        {
            destination[done++] = Normal(step, firstElement);
        }

        for (; done <= destination.Length - 2; done += 2)
        {
            (double even, double odd) = NormalPair(step, (firstElement + (ulong)done) >> 1);
            destination[done] = (float)even;
            destination[done + 1] = (float)odd;
        }

        if (done < destination.Length)
        {
            destination[done] = Normal(step, firstElement + (ulong)done);
        }
    }

    /// <summary>Fills a span with draws of consecutive elements, normal with mean 0 and deviation 1: the same as <see cref="NormalDouble"/> one by one.</summary>
    /// <param name="destination">Where the draws go.</param>
    /// <param name="step">The step.</param>
    /// <param name="firstElement">The element of the first draw.</param>
    public void FillNormal(Span<double> destination, ulong step, ulong firstElement = 0)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = NormalDouble(step, firstElement + (ulong)i);
        }
    }

    /// <summary>The 64-bit FNV-1a hash of the UTF-8 bytes (Fowler, Noll and Vo): fixed, unlike <see cref="string.GetHashCode()"/>.</summary>
    internal static ulong Hash(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte octet in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ octet) * 0x100000001B3);
        }

        return hash;
    }

    private static float ToUnit(uint bits) => (bits >> 8) * (1f / (1 << 24));

    private static double ToUnit(ulong bits) => (bits >> 11) * (1.0 / (1L << 53));

    private PhiloxBlock Words(ulong step, ulong block) => Philox4x32.Block(block, step, key ^ (ulong)Draw.Word);

    private (double Even, double Odd) NormalPair(ulong step, ulong pair)
    {
        PhiloxBlock block = Philox4x32.Block(pair, step, key ^ (ulong)Draw.Normal);

        // In (0, 1], so that the logarithm is finite.
        double radial = ToUnit(block.Low) + (1.0 / (1L << 53));
        double radius = Math.Sqrt(-2 * PortableMath.Log(radial));
        (double sin, double cos) = PortableMath.SinCosOfTurns(ToUnit(block.High));
        return (radius * cos, radius * sin);
    }
}
