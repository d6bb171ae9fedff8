using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Training;

/// <summary>Sums of rows, element by element.</summary>
internal static class Elementwise
{
    /// <summary>Adds each element of a row to the one beneath it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> row, Span<float> sum)
    {
        ref float rowStart = ref MemoryMarshal.GetReference(row);
        ref float sumStart = ref MemoryMarshal.GetReference(sum);
        int i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref sumStart, (nuint)i) + Vector256.LoadUnsafe(ref rowStart, (nuint)i)).StoreUnsafe(ref sumStart, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            sum[i] += row[i];
        }
    }
}
