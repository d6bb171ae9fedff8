using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// Sums up the gradients of weights and biases over all rows of a run, from the last step to the first. Threads share
/// the elements of the results, so no sum depends on how many there are.
/// </summary>
internal sealed unsafe class RowTotals
{
    private readonly LayerEngine engine;
    private readonly LayerMemory memory;
    private readonly BatchRows rows;
    private readonly WorkerTeam team;
    private BoundOuterTotal[] outerTotals = [];
    private bool continues;
    private StageClock? clock;

    public RowTotals(LayerEngine engine, LayerMemory memory, BatchRows rows, WorkerTeam team) =>
        (this.engine, this.memory, this.rows, this.team) = (engine, memory, rows, team);

    /// <summary>Says how the next sums are made.</summary>
    /// <param name="outerTotals">The weight gradients to sum up.</param>
    /// <param name="continues">Whether the sums go on from those of the steps behind.</param>
    /// <param name="clock">What times the work; null for nothing.</param>
    public void Begin(BoundOuterTotal[] outerTotals, bool continues, StageClock? clock) =>
        (this.outerTotals, this.continues, this.clock) = (outerTotals, continues, clock);

    /// <summary>Sums up one member's share of the elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Share(int member)
    {
        foreach (BoundOuterTotal total in outerTotals)
        {
            (int begin, int end) = Elements(total.Sum, member, team.Count);
            long started = Stopwatch.GetTimestamp();
            if (begin < end)
            {
                SumOuter(total, begin, end);
            }

            Time(member, total, started);
        }

        foreach (BoundColumnTotal total in engine.ColumnTotals)
        {
            if (IsSummedAlong(total))
            {
                continue;
            }

            (int begin, int end) = Panels(total.Sum.Rows, member, team.Count);
            end = Math.Min(total.Sum.Rows, end);
            long started = Stopwatch.GetTimestamp();
            if (begin < end)
            {
                SumColumns(total, begin, end);
            }

            Time(member, total, started);
        }
    }

    /// <summary>A member's share of a sum, along the rows of its memory; these are padded, so shares are whole panels.</summary>
    public static (int Begin, int End) Elements(OnceValue sum, int member, int members) =>
        Panels(sum.IsTurned ? sum.Rows : sum.Columns, member, members);

    /// <summary>Sums up a share (<see cref="Elements"/>) of a sum of outer products, with its bias gradient where the sum has room for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(
        OnceValue sum, long rows, float* left, nint leftStride, float* right, nint rightStride, int begin, int end, bool accumulate, bool withBias = false)
    {
        if (sum.IsTurned)
        {
            MatrixGradient.Accumulate(rows, right, rightStride, left, leftStride, sum.Pointer, sum.ColumnStride, 0, sum.Columns, begin, end, accumulate, withBias);
        }
        else
        {
            MatrixGradient.Accumulate(rows, left, leftStride, right, rightStride, sum.Pointer, sum.RowStride, 0, sum.Rows, begin, end, accumulate);
        }
    }

    private static (int Begin, int End) Panels(int width, int member, int members)
    {
        int panels = LayerLayout.Padded(width) / LayerLayout.Alignment;
        return (panels * member / members * LayerLayout.Alignment, panels * (member + 1) / members * LayerLayout.Alignment);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsSummedAlong(BoundColumnTotal bias)
    {
        foreach (BoundOuterTotal total in outerTotals)
        {
            if (total.Bias == bias)
            {
                return true;
            }
        }

        return false;
    }

    private void SumColumns(BoundColumnTotal total, int begin, int end)
    {
        if (rows.Total > 0)
        {
            ColumnTotals.Accumulate(rows.Total, total.Place.At(memory, rows, 0), total.Place.Stride, total.Sum.Pointer, begin, end, continues);
        }
        else if (!continues)
        {
            new Span<float>(total.Sum.Pointer, total.Sum.Rows)[begin..end].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumOuter(BoundOuterTotal total, int begin, int end)
    {
        if (rows.Total == 0 && !continues)
        {
            OnceValue sum = total.Sum.IsTurned ? total.Sum.Transposed : total.Sum;
            sum.Rectangle(0, begin, sum.Rows + (total.Bias is null ? 0 : 1), Math.Min(end, sum.Columns) - begin).Clear();
            return;
        }

        // From the last step to the first; where lengths differ, runs of steps whose rows follow each other.
        int stop = rows.Steps;
        bool accumulate = continues;
        while (stop > 0)
        {
            int step = rows.RunBegin(stop);
            Accumulate(
                total.Sum,
                rows.Start(stop) - rows.Start(step),
                total.Left.At(memory, rows, step), total.Left.Stride,
                total.Right.At(memory, rows, step), total.Right.Stride,
                begin, end, accumulate, withBias: total.Bias is not null);
            accumulate = true;
            stop = step;
        }
    }

    private void Time<T>(int member, T total, long started)
        where T : struct
    {
        if (member == 0 && clock is not null)
        {
            clock.Add(total, started);
        }
    }
}
