using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Cellwright.Tensors;

namespace Cellwright.Bench;

/// <summary>How fast one core reads memory that stays in each of its caches.</summary>
internal static unsafe class CacheSpeed
{
    public static void Run()
    {
        foreach (int kilobytes in (int[])[16, 128, 256, 512, 1024, 2048, 8192, 131072])
        {
            using AlignedBuffer buffer = new(kilobytes * 256L);
            double time = Stopwatches.Best(() => Read(buffer.Pointer, buffer.Length), 0.3);
            Console.WriteLine(FormattableString.Invariant($"{kilobytes,7} KiB: {kilobytes * 1024e-9 / time:F0} GB/s"));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Read(float* from, long length)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (float* end = from + length; from < end; from += 64)
        {
            a += Vector256.Load(from);
            b += Vector256.Load(from + 8);
            c += Vector256.Load(from + 16);
            d += Vector256.Load(from + 24);
            e += Vector256.Load(from + 32);
            f += Vector256.Load(from + 40);
            g += Vector256.Load(from + 48);
            h += Vector256.Load(from + 56);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }
}
