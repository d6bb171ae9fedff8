using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// The time loop where sequences are too few to be shared well: each thread computes some columns of every product for
/// all rows, and what is elementwise for some rows. Which thread computes an element changes no bit of it.
/// </summary>
internal sealed class UnitSplit(LayerMemory memory, BatchRows rows, WorkerTeam team)
{
    // With fewer rows than that, a product reads its matrix faster than the caches beyond the second level deliver it.
    private const int FewRows = 12;

    private readonly MemberBarrier barrier = new(team.Count);
    private readonly Dictionary<BoundStage[], double> bytesOf = [];
    private StageClock? clock;

    /// <summary>
    /// The bytes of a loop's matrices from which on threads gain more by sharing them than they lose by waiting for each
    /// other, where there are fewer sequences than threads.
    /// </summary>
    public double LeastBytes { get; set; } = StreamOptions.LeastSharedBytes;

    /// <summary>The same where each thread could have some sequences of its own, but few.</summary>
    public double LeastBytesOfMany { get; set; } = 1 << 22;

    /// <summary>Prepares for a loop, while nobody runs one.</summary>
    /// <param name="stages">The loop.</param>
    /// <param name="clock">What times the first member's work; null for nothing.</param>
    public void Begin(BoundStage[] stages, StageClock? clock)
    {
        this.clock = clock;
        barrier.Reset();
        if (!bytesOf.ContainsKey(stages))
        {
            bytesOf.Add(stages, stages.Sum(stage => stage.MultiplyAdds) * sizeof(float));
        }
    }

    /// <summary>Says that a member has failed, so that the others stop waiting for it.</summary>
    public void Break() => barrier.Break();

    /// <summary>Whether a loop that was prepared for is better split.</summary>
    public bool Takes(BoundStage[] stages) => team.Count > 1 && rows.Batch < FewRows * team.Count
        && bytesOf[stages] >= (rows.Batch < team.Count ? LeastBytes : LeastBytesOfMany);

    /// <summary>One member's part of all steps; false where another member has failed.</summary>
    public bool Forward(BoundStage[] stages, int member)
    {
        for (int step = 0; step < rows.Steps; step++)
        {
            if (!Step(stages, step, member))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same from the last step to the first.</summary>
    public bool Backward(BoundStage[] stages, int member)
    {
        for (int step = rows.Steps - 1; step >= 0; step--)
        {
            if (!Step(stages, step, member))
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Step(BoundStage[] stages, int step, int member)
    {
        try
        {
            int active = rows.Active(step);
            int first = ((active * member) + team.Count - 1) / team.Count;
            int end = ((active * (member + 1)) + team.Count - 1) / team.Count;
            RowCursor all = rows.Cursor(step, 0, active);
            RowCursor mine = rows.Cursor(step, first, end - first);
            for (int i = 0; i < stages.Length; i++)
            {
                long started = clock is null ? 0 : Stopwatch.GetTimestamp();
                if (stages[i] is BoundProduct product)
                {
                    product.RunShare(memory, all, member, team.Count);
                }
                else if (first < end)
                {
                    stages[i].Run(memory, mine);
                }

                if (member == 0)
                {
                    clock?.Add(stages[i], started);
                }

                // What one thread does in its rows needs no waiting in between.
                if ((i + 1 == stages.Length || stages[i] is BoundProduct || stages[i + 1] is BoundProduct) && !barrier.Meet(member))
                {
                    return false;
                }
            }

            return true;
        }
        catch
        {
            barrier.Break();
            throw;
        }
    }
}
