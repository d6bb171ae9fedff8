using Cellwright.Graphs;
using Cellwright.Randomness;

namespace Cellwright.Tests.Layers;

/// <summary>The random choices of training, one element at a time.</summary>
internal static class PlainNoise
{
    /// <summary>1 where an element is chosen, else 0, for all steps of all sequences.</summary>
    public static double[] Chosen(SequenceShape shape, int width, double rate, ulong seed, string purpose, int step) =>
        [.. Elements(shape, width, variational: false).Select(element => IsChosen(seed, purpose, step, element, rate) ? 1.0 : 0.0)];

    /// <summary>What dropout multiplies an element by.</summary>
    public static double Kept(ulong seed, string purpose, int step, ulong element, double rate) =>
        IsChosen(seed, purpose, step, element, rate) ? 0 : 1 / (1 - (Math.Round(rate * 65536) / 65536));

    /// <summary>The numbers of the elements, step by step, sequence by sequence; a sequence's rows begin at multiples of 8.</summary>
    public static IEnumerable<ulong> Elements(SequenceShape shape, int width, bool variational) =>
        from t in Enumerable.Range(0, shape.Steps)
        from sequence in Enumerable.Range(0, shape.Batch)
        from i in Enumerable.Range(0, width)
        select ((ulong)sequence << 40) + (ulong)(((variational ? 0 : t) * ((width + 7) / 8 * 8)) + i);

    private static bool IsChosen(ulong seed, string purpose, int step, ulong element, double rate)
    {
        uint word = new RandomStream(seed, purpose).Bits((ulong)step, element / 2);
        return (element % 2 == 0 ? word & 0xFFFF : word >> 16) < Math.Round(rate * 65536);
    }
}
