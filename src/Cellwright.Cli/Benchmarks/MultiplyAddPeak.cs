using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Cli.Benchmarks;

/// <summary>How many floating-point operations a second the processor does when nothing but registers is involved.</summary>
internal static class MultiplyAddPeak
{
    private const int Chains = 12;
    private const int Turns = 20_000;

    // Takes results, so that no loop is left out for being useless.
    private static volatile float sink;

    private static int Lanes => Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;

    /// <summary>Measures the peak in GFLOP/s, a multiply-add counted as two operations: the best of many short loops.</summary>
    /// <param name="threads">How many threads work at the same time.</param>
    /// <param name="seconds">How long.</param>
    public static double Measure(int threads = 1, double seconds = 0.02) => Best(threads, seconds, Turns);

    /// <summary>
    /// Measures what the same loops reach over a longer stretch, with whatever interrupts them: no computation that takes
    /// as long can do more. The best of five stretches.
    /// </summary>
    /// <param name="threads">How many threads work at the same time.</param>
    /// <param name="stretch">A stretch's seconds.</param>
    public static double Held(int threads, double stretch)
    {
        double turns = stretch * 1e9 * Measure(threads) / threads / (2.0 * Chains * Lanes);
        return Best(threads, 5 * stretch, (int)Math.Clamp(turns, Turns, int.MaxValue));
    }

    private static double Best(int threads, double seconds, int turns) => 1e-9 * ThreadRates.Best(threads, seconds, _ =>
    {
        sink = Vector512.IsHardwareAccelerated ? Loop512(turns) : Loop256(turns);
        return 2.0 * turns * Chains * Lanes;
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Loop256(int turns)
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        // Sums that started alike would be recognised as one.
        Vector256<float> a = x, b = a + y, c = b + y, d = c + y, e = d + y, f = e + y, g = f + y, h = g + y, i = h + y, j = i + y, k = j + y, l = k + y;
        for (int turn = 0; turn < turns; turn++)
        {
            a = Vector256.FusedMultiplyAdd(x, y, a);
            b = Vector256.FusedMultiplyAdd(x, y, b);
            c = Vector256.FusedMultiplyAdd(x, y, c);
            d = Vector256.FusedMultiplyAdd(x, y, d);
            e = Vector256.FusedMultiplyAdd(x, y, e);
            f = Vector256.FusedMultiplyAdd(x, y, f);
            g = Vector256.FusedMultiplyAdd(x, y, g);
            h = Vector256.FusedMultiplyAdd(x, y, h);
            i = Vector256.FusedMultiplyAdd(x, y, i);
            j = Vector256.FusedMultiplyAdd(x, y, j);
            k = Vector256.FusedMultiplyAdd(x, y, k);
            l = Vector256.FusedMultiplyAdd(x, y, l);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Loop512(int turns)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        // Sums that started alike would be recognised as one.
        Vector512<float> a = x, b = a + y, c = b + y, d = c + y, e = d + y, f = e + y, g = f + y, h = g + y, i = h + y, j = i + y, k = j + y, l = k + y;
        for (int turn = 0; turn < turns; turn++)
        {
            a = Vector512.FusedMultiplyAdd(x, y, a);
            b = Vector512.FusedMultiplyAdd(x, y, b);
            c = Vector512.FusedMultiplyAdd(x, y, c);
            d = Vector512.FusedMultiplyAdd(x, y, d);
            e = Vector512.FusedMultiplyAdd(x, y, e);
            f = Vector512.FusedMultiplyAdd(x, y, f);
            g = Vector512.FusedMultiplyAdd(x, y, g);
            h = Vector512.FusedMultiplyAdd(x, y, h);
            i = Vector512.FusedMultiplyAdd(x, y, i);
            j = Vector512.FusedMultiplyAdd(x, y, j);
            k = Vector512.FusedMultiplyAdd(x, y, k);
            l = Vector512.FusedMultiplyAdd(x, y, l);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
