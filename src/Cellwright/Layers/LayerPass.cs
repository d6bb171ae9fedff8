using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// One pass over a batch, forward or backward, shared by a team's members: stages on all rows, the loop over the steps,
/// stages on all rows again, and sums over the rows. In the loop each member has sequences of its own and waits for
/// nobody. Of all else members take parts as they are free, and once none is left they begin what comes next as soon as
/// what it needs is done: the loop while others work on the last parts before it, stages behind it while others are in
/// it still. So a member whose processor is slow or taken away holds up the others little, and which member does what
/// changes no bit.
/// </summary>
internal sealed class LayerPass
{
    private const int CacheLine = 64 / sizeof(long);

    // More parts cost more calls, fewer leave members waiting longer at the end.
    private const int PartsPerMember = 8;

    private readonly LayerMemory memory;
    private readonly BatchRows rows;
    private readonly WorkerTeam team;
    private readonly RowParts before = new();
    private readonly RowParts after = new();
    private readonly long[] passed;
    private BoundStage[] stagesBefore = [];
    private BoundStage[] loop = [];
    private BoundStage[] stagesAfter = [];
    private RowTotals? totals;
    private StageClock? clock;
    private bool isBackward;
    private bool splitsUnits;
    private int members;
    private int loopsDone;
    private volatile bool isBroken;

    public LayerPass(LayerMemory memory, BatchRows rows, WorkerTeam team)
    {
        this.memory = memory;
        this.rows = rows;
        this.team = team;
        Units = new UnitSplit(memory, rows, team);
        passed = new long[team.Count * CacheLine];
    }

    /// <summary>How loops run whose sequences are few.</summary>
    public UnitSplit Units { get; }

    /// <summary>The rows of a part that members take; null for what suits the batch.</summary>
    public int? PartRows { get; set; }

    /// <summary>Prepares for a pass, while none runs.</summary>
    /// <param name="before">The stages before the loop.</param>
    /// <param name="loop">The loop.</param>
    /// <param name="after">The stages behind it.</param>
    /// <param name="totals">The sums over rows, begun; null for none.</param>
    /// <param name="isBackward">Whether the last step comes first.</param>
    /// <param name="clock">What times the calling thread's work; null for nothing.</param>
    public void Begin(BoundStage[] before, BoundStage[] loop, BoundStage[] after, RowTotals? totals, bool isBackward, StageClock? clock)
    {
        (stagesBefore, this.loop, stagesAfter, this.totals, this.isBackward, this.clock) = (before, loop, after, totals, isBackward, clock);
        members = team.RunsAlone ? 1 : team.Count;
        long part = PartRows ?? rows.Total;
        if (PartRows is null && members > 1)
        {
            part = (rows.Total / (members * PartsPerMember) / MatrixProduct.BlockRows * MatrixProduct.BlockRows) + MatrixProduct.BlockRows;
        }

        part = Math.Max(1, part);
        this.before.Begin(before.Length == 0 ? 0 : rows.Total, part, isBackward);
        this.after.Begin(after.Length == 0 ? 0 : rows.Total, part, isBackward);
        Units.Begin(loop, clock);
        splitsUnits = members > 1 && Units.Takes(loop);
        Array.Clear(passed);
        loopsDone = 0;
        isBroken = false;
    }

    /// <summary>One member's share of the pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Share(int member)
    {
        if (member >= members)
        {
            return;
        }

        try
        {
            Prepare(stagesBefore);
            Prepare(stagesAfter);
            while (before.TryTake(out int part, out long begin, out long end))
            {
                RunFlat(stagesBefore, begin, end, member);
                before.Done(part);
            }

            int known = 0;
            if (splitsUnits)
            {
                if (!Await(before, stagesBefore, rows.Total, ref known)
                    || !(isBackward ? Units.Backward(loop, member) : Units.Forward(loop, member)))
                {
                    return;
                }
            }
            else if (!RunLoop(member, ref known))
            {
                return;
            }

            Interlocked.Increment(ref loopsDone);
            while (after.TryTake(out int part, out long begin, out long end))
            {
                if (!AwaitLoops(after.End(part)))
                {
                    return;
                }

                RunFlat(stagesAfter, begin, end, member);
                after.Done(part);
            }

            // Sums go over all rows, of which the stages behind the loop may have made some.
            known = 0;
            if (totals is not null && AwaitLoops(rows.Total) && Await(after, stagesAfter, rows.Total, ref known))
            {
                totals.Share(member);
            }
        }
        catch
        {
            isBroken = true;
            Units.Break();
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prepare(BoundStage[] stages)
    {
        foreach (BoundStage stage in stages)
        {
            stage.Prepare();
        }
    }

    /// <summary>The loop on a member's own sequences; false where another member has failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool RunLoop(int member, ref int known)
    {
        (int first, int end) = rows.Share(member, members);
        int steps = rows.Steps;
        for (int i = 0; i < steps; i++)
        {
            int step = isBackward ? steps - 1 - i : i;
            long wanted = isBackward ? rows.Total - rows.Start(step) : rows.Start(step + 1);
            int count = Math.Min(end, rows.Active(step)) - first;
            if (count > 0)
            {
                // A step's rows, and in case it looks further, those of the next.
                if (!Await(before, stagesBefore, Math.Min(rows.Total, wanted + rows.Batch), ref known))
                {
                    return false;
                }

                RowCursor cursor = rows.Cursor(step, first, count);
                if (clock is not null && member == 0)
                {
                    RunTimed(loop, cursor, share: 0);
                }
                else
                {
                    Run(loop, cursor);
                }
            }

            Volatile.Write(ref passed[member * CacheLine], wanted);
        }

        return true;
    }

    /// <summary>Waits until stages are done with so many rows; false where another member has failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Await(RowParts parts, BoundStage[] stages, long wanted, ref int known)
    {
        if (stages.Length == 0)
        {
            return true;
        }

        for (MemberWait wait = default; parts.DoneRows(ref known) < wanted; wait.Pass())
        {
            if (isBroken)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Waits until all members' loops have passed so many rows; false where another member has failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AwaitLoops(long wanted)
    {
        for (MemberWait wait = default; Volatile.Read(ref loopsDone) < members && !HavePassed(wanted); wait.Pass())
        {
            if (isBroken)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether all members' loops have passed so many rows, and those of a step more, in case a stage looks further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool HavePassed(long wanted)
    {
        for (int member = 0; member < members; member++)
        {
            if (Volatile.Read(ref passed[member * CacheLine]) < wanted + rows.Batch)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs stages on rows of many steps at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunFlat(BoundStage[] stages, long begin, long end, int member)
    {
        for (int step = 0; step < rows.Steps && rows.Start(step) < end; step = rows.RunEnd(step))
        {
            long runBegin = Math.Max(begin, rows.Start(step));
            long runEnd = Math.Min(end, rows.Start(rows.RunEnd(step)));
            if (runBegin < runEnd)
            {
                RowCursor cursor = new()
                {
                    Steps = runBegin,
                    States = rows.Batch + runBegin,
                    PreviousStates = rows.PreviousState(step) + runBegin - rows.Start(step),
                    Count = checked((int)(runEnd - runBegin)),
                };
                if (clock is not null && member == 0)
                {
                    RunTimed(stages, cursor, (double)cursor.Count / rows.Total);
                }
                else
                {
                    Run(stages, cursor);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(BoundStage[] stages, in RowCursor cursor)
    {
        foreach (BoundStage stage in stages)
        {
            stage.Run(memory, cursor);
        }
    }

    private void RunTimed(BoundStage[] stages, in RowCursor cursor, double share)
    {
        foreach (BoundStage stage in stages)
        {
            long started = Stopwatch.GetTimestamp();
            stage.Run(memory, cursor);
            clock!.Add(stage, started, share);
        }
    }
}
