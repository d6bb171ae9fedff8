using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Kernels;
using Cellwright.Randomness;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>
/// The mean cross-entropy, in nats, between a softmax over scores and the symbols that came, and its gradient.
/// A position whose target is negative is no real one: it counts for nothing and its gradient is 0.
/// </summary>
internal sealed class CrossEntropy
{
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private double[] losses = [];
    private AlignedBuffer scores = null!;
    private ReadOnlyMemory<int> targets;
    private int columns;
    private int stride;
    private float scale;
    private bool withGradient;

    /// <summary>A loss that splits its rows among the workers of a team.</summary>
    public CrossEntropy(WorkerTeam team)
    {
        this.team = team;
        work = Work;
    }

    /// <summary>The mean loss over the real positions; 0 where there is none.</summary>
    /// <param name="logits">Scores [positions, row stride]; afterwards the gradient of the mean with respect to them.</param>
    /// <param name="symbols">For each position the column that came, or a negative number.</param>
    /// <param name="width">The number of columns that count.</param>
    /// <param name="rowStride">Floats from one row to the next, at least the width.</param>
    public double MeanWithGradient(AlignedBuffer logits, ReadOnlyMemory<int> symbols, int width, int rowStride)
    {
        int real = Real(symbols.Span);
        return Sum(logits, symbols, width, rowStride, real == 0 ? 0f : 1f / real, true) / Math.Max(real, 1);
    }

    /// <summary>The summed loss over the real positions. The scores are overwritten.</summary>
    /// <inheritdoc cref="MeanWithGradient"/>
    public double Sum(AlignedBuffer logits, ReadOnlyMemory<int> symbols, int width, int rowStride) => Sum(logits, symbols, width, rowStride, 0f, false);

    private static int Real(ReadOnlySpan<int> symbols)
    {
        int real = 0;
        foreach (int symbol in symbols)
        {
            real += symbol >= 0 ? 1 : 0;
        }

        return real;
    }

    private double Sum(AlignedBuffer logits, ReadOnlyMemory<int> symbols, int width, int rowStride, float gradientScale, bool gradient)
    {
        if (rowStride < width || logits.Length < (long)symbols.Length * rowStride)
        {
            throw new ArgumentException($"{logits.Length} scores do not fit {symbols.Length} positions of {width} columns, {rowStride} apart", nameof(logits));
        }

        if (losses.Length < symbols.Length)
        {
            losses = new double[symbols.Length];
        }

        scores = logits;
        targets = symbols;
        columns = width;
        stride = rowStride;
        scale = gradientScale;
        withGradient = gradient;
        team.Run(work);
        return PartialSums.Sum(losses.AsSpan(0, symbols.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Work(int worker)
    {
        int positions = targets.Length;
        int first = (int)((long)positions * worker / team.Count);
        int end = (int)((long)positions * (worker + 1) / team.Count);
        ReadOnlySpan<int> symbols = targets.Span;
        for (int position = first; position < end; position++)
        {
            Span<float> row = new(scores.Pointer + ((long)position * stride), columns);
            int symbol = symbols[position];
            if (symbol < 0)
            {
                losses[position] = 0.0;
                row.Clear();
                continue;
            }

            float score = row[symbol];
            float largest = Largest(row);
            float sum = Exponentials(row, largest);
            losses[position] = (float.IsFinite(sum) ? PortableMath.Log(sum) : sum) + ((double)largest - score);
            if (withGradient)
            {
                Scale(row, scale / sum);
                row[symbol] -= scale;
            }
        }
    }

    // The largest of a set is the same in every order, so this needs no fixed tree.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(Span<float> row)
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

    // Replaces each score s by e^(s − largest) and returns the sum, in the order of PartialSums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentials(Span<float> row, float largest)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(Span<float> row, float factor)
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
