using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Training;

/// <summary>
/// The one order in which a long sum is taken: 16 partial sums, element i into sum i mod 16, then a fixed tree that
/// adds the upper half to the lower until one is left. It does not depend on the width of the machine's vectors.
/// </summary>
internal static class PartialSums
{
    /// <summary>How many partial sums there are.</summary>
    public const int Count = 16;

    /// <summary>The tree over 16 sums, the first eight in <paramref name="low"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(Vector256<float> low, Vector256<float> high)
    {
        Vector256<float> eight = low + high;
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>The tree over 16 sums.</summary>
    public static double Total(ReadOnlySpan<double> sums)
    {
        Span<double> eight = stackalloc double[8];
        for (int i = 0; i < 8; i++)
        {
            eight[i] = sums[i] + sums[i + 8];
        }

        for (int i = 0; i < 4; i++)
        {
            eight[i] += eight[i + 4];
        }

        return (eight[0] + eight[2]) + (eight[1] + eight[3]);
    }

    /// <summary>The sum of all values.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        Span<double> sums = stackalloc double[Count];
        sums.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            sums[i % Count] += values[i];
        }

        return Total(sums);
    }
}
