using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Cli.Benchmarks;

/// <summary>How fast memory of some size is read again and again.</summary>
internal static class ReadSpeed
{
    private const int Line = 64;

    // Takes results, so that no loop is left out for being useless.
    private static volatile float sink;

    /// <summary>Measures GB/s (10⁹ bytes a second), the best of many passes.</summary>
    /// <param name="bytes">How much memory each thread reads again and again.</param>
    /// <param name="threads">How many threads read at the same time, each its own memory.</param>
    /// <param name="seconds">How long.</param>
    public static double Measure(long bytes, int threads, double seconds)
    {
        int count = checked((int)(bytes / Line * Line / sizeof(float)));
        (float[] Memory, int First)[] memory = [.. Enumerable.Range(0, threads).Select(_ => Allocate(count))];
        int passes = (int)Math.Max(1, (1 << 20) / bytes);
        return 1e-9 * ThreadRates.Best(threads, seconds, thread =>
        {
            ref float first = ref memory[thread].Memory[memory[thread].First];
            for (int pass = 0; pass < passes; pass++)
            {
                sink = Vector512.IsHardwareAccelerated ? Sum512(ref first, count) : Sum256(ref first, count);
            }

            return (double)passes * count * sizeof(float);
        });
    }

    // Vectors that cross a cache line would be read twice.
    private static (float[] Memory, int First) Allocate(int count)
    {
        float[] memory = GC.AllocateArray<float>(count + (Line / sizeof(float)), pinned: true);
        Array.Fill(memory, 1f);
        nint past = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) % Line;
        return (memory, past == 0 ? 0 : (int)((Line - past) / sizeof(float)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum256(ref float first, int count)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        nuint i = 0;
        for (; i + 64 <= (nuint)count; i += 64)
        {
            a += Vector256.LoadUnsafe(ref first, i);
            b += Vector256.LoadUnsafe(ref first, i + 8);
            c += Vector256.LoadUnsafe(ref first, i + 16);
            d += Vector256.LoadUnsafe(ref first, i + 24);
            e += Vector256.LoadUnsafe(ref first, i + 32);
            f += Vector256.LoadUnsafe(ref first, i + 40);
            g += Vector256.LoadUnsafe(ref first, i + 48);
            h += Vector256.LoadUnsafe(ref first, i + 56);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum512(ref float first, int count)
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        nuint i = 0;
        for (; i + 128 <= (nuint)count; i += 128)
        {
            a += Vector512.LoadUnsafe(ref first, i);
            b += Vector512.LoadUnsafe(ref first, i + 16);
            c += Vector512.LoadUnsafe(ref first, i + 32);
            d += Vector512.LoadUnsafe(ref first, i + 48);
            e += Vector512.LoadUnsafe(ref first, i + 64);
            f += Vector512.LoadUnsafe(ref first, i + 80);
            g += Vector512.LoadUnsafe(ref first, i + 96);
            h += Vector512.LoadUnsafe(ref first, i + 112);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }
}
