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
    // What a member takes at once has at least so many panels: what is packed for one is read by all of them, and
    // packing reads what other members wrote, from caches that are not this one's.
    private const int FewPanels = 16;

    private readonly LayerEngine engine;
    private readonly LayerMemory memory;
    private readonly BatchRows rows;
    private readonly WorkerTeam team;
    private BoundOuterTotal[] outerTotals = [];
    private bool continues;
    private StageClock? clock;
    private int members;
    private int taken;

    public RowTotals(LayerEngine engine, LayerMemory memory, BatchRows rows, WorkerTeam team) =>
        (this.engine, this.memory, this.rows, this.team) = (engine, memory, rows, team);

    /// <summary>Says how the next sums are made.</summary>
    /// <param name="outerTotals">The weight gradients to sum up.</param>
    /// <param name="continues">Whether the sums go on from those of the steps behind.</param>
    /// <param name="clock">What times the work; null for nothing.</param>
    public void Begin(BoundOuterTotal[] outerTotals, bool continues, StageClock? clock)
    {
        (this.outerTotals, this.continues, this.clock) = (outerTotals, continues, clock);
        members = team.RunsAlone ? 1 : team.Count;
        taken = 0;
    }

    /// <summary>
    /// Sums up what one member takes: of the weight gradients some panels as often as it is free, of other sums its
    /// share. Where one thread does all members' work, the first takes everything.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Share(int member)
    {
        if (member >= members)
        {
            return;
        }

        if (outerTotals.Length > 0)
        {
            _ = MatrixGradient.Reserve();
        }

        while (TryTake(out int index, out int first, out int count))
        {
            BoundOuterTotal total = outerTotals[index];
            long started = Stopwatch.GetTimestamp();
            SumOuter(total, first * LayerLayout.Alignment, (first + count) * LayerLayout.Alignment);
            Time(member, total, started, (double)count / Panels(total.Sum));
        }

        foreach (BoundColumnTotal total in engine.ColumnTotals)
        {
            if (IsSummedAlong(total))
            {
                continue;
            }

            (int begin, int end) = Panels(total.Sum.Rows, member, members);
            end = Math.Min(total.Sum.Rows, end);
            long started = Stopwatch.GetTimestamp();
            if (begin < end)
            {
                SumColumns(total, begin, end);
            }

            Time(member, total, started, share: 0);
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

    private static int Panels(OnceValue sum) => LayerLayout.Padded(sum.IsTurned ? sum.Rows : sum.Columns) / LayerLayout.Alignment;

    /// <summary>The multiply-adds for one panel of a sum, up to a factor that all have in common.</summary>
    private static long Cost(OnceValue sum) => sum.IsTurned ? sum.Columns : sum.Rows;

    private static (int Begin, int End) Panels(int width, int member, int members)
    {
        int panels = LayerLayout.Padded(width) / LayerLayout.Alignment;
        return (panels * member / members * LayerLayout.Alignment, panels * (member + 1) / members * LayerLayout.Alignment);
    }

    /// <summary>Takes the next panels, an even share of the work that is left: large parts first, smaller ones towards the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryTake(out int index, out int first, out int count)
    {
        while (true)
        {
            int at = Volatile.Read(ref taken);
            first = at;
            for (index = 0; index < outerTotals.Length && first >= Panels(outerTotals[index].Sum); index++)
            {
                first -= Panels(outerTotals[index].Sum);
            }

            count = 0;
            if (index == outerTotals.Length)
            {
                return false;
            }

            OnceValue sum = outerTotals[index].Sum;
            int left = Panels(sum) - first;
            long cost = left * Cost(sum);
            for (int i = index + 1; i < outerTotals.Length; i++)
            {
                cost += Panels(outerTotals[i].Sum) * Cost(outerTotals[i].Sum);
            }

            count = members == 1 ? left : (int)Math.Min(left, Math.Max(FewPanels, cost / members / Cost(sum)));
            count = left - count < FewPanels / 2 ? left : count;
            if (Interlocked.CompareExchange(ref taken, at + count, at) == at)
            {
                return true;
            }
        }
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

    private void Time<T>(int member, T total, long started, double share)
        where T : struct
    {
        if (member == 0 && clock is not null)
        {
            clock.Add(total, started, share);
        }
    }
}
