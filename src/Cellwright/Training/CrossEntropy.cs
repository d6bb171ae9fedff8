using System.Runtime.CompilerServices;
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
            float largest = Softmax.Largest(row);
            float sum = Softmax.Exponentials(row, largest);
            losses[position] = (float.IsFinite(sum) ? PortableMath.Log(sum) : sum) + ((double)largest - score);
            if (withGradient)
            {
                Softmax.Scale(row, scale / sum);
                row[symbol] -= scale;
            }
        }
    }
}
