using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Training;

/// <summary>The parts of a softmax over one row of scores.</summary>
internal static class Softmax
{
    /// <summary>The largest score. It is the same in every order, so this needs no fixed tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest(Span<float> row)
    {
        ref float start = ref MemoryMarshal.GetReference(row);
        if (row.Length < Vector256<float>.Count)
        {
            float largest = row[0];
            foreach (float value in row)
            {
                largest = MathF.Max(largest, value);
            }

            return largest;
        }

        Vector256<float> eight = Vector256.LoadUnsafe(ref start, (nuint)(row.Length - Vector256<float>.Count));
        for (int i = 0; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            eight = Vector256.Max(eight, Vector256.LoadUnsafe(ref start, (nuint)i));
        }

        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }

    /// <summary>Replaces each score s by e^(s − largest) and returns the sum, in the order of <see cref="PartialSums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(Span<float> row, float largest)
    {
        ref float start = ref MemoryMarshal.GetReference(row);
        Vector256<float> shift = Vector256.Create(largest);
        Vector256<float> low = Vector256<float>.Zero;
        Vector256<float> high = Vector256<float>.Zero;
        int i = 0;
        for (; i <= row.Length - PartialSums.Count; i += PartialSums.Count)
        {
            Vector256<float> first = Exponential.OfNonPositive(Vector256.LoadUnsafe(ref start, (nuint)i) - shift);
            Vector256<float> second = Exponential.OfNonPositive(Vector256.LoadUnsafe(ref start, (nuint)(i + 8)) - shift);
            first.StoreUnsafe(ref start, (nuint)i);
            second.StoreUnsafe(ref start, (nuint)(i + 8));
            low += first;
            high += second;
        }

        int rest = row.Length - i;
        if (rest == 0)
        {
            return PartialSums.Total(low, high);
        }

        Span<float> padded = stackalloc float[PartialSums.Count];
        padded.Clear();
        Span<float> tail = row.Slice(i, rest);
        tail.CopyTo(padded);
        ref float pad = ref MemoryMarshal.GetReference(padded);
        Exponential.OfNonPositive(Vector256.LoadUnsafe(ref pad) - shift).StoreUnsafe(ref pad);
        Exponential.OfNonPositive(Vector256.LoadUnsafe(ref pad, 8) - shift).StoreUnsafe(ref pad, 8);
        padded[rest..].Clear();
        padded[..rest].CopyTo(tail);
        return PartialSums.Total(low + Vector256.LoadUnsafe(ref pad), high + Vector256.LoadUnsafe(ref pad, 8));
    }

    /// <summary>Multiplies all elements by a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(Span<float> row, float factor)
    {
        ref float start = ref MemoryMarshal.GetReference(row);
        Vector256<float> factors = Vector256.Create(factor);
        int i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref start, (nuint)i) * factors).StoreUnsafe(ref start, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            row[i] *= factor;
        }
    }
}
