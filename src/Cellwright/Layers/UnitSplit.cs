using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// The time loop of fewer sequences than there are threads: each thread computes some columns of every product, and one
/// does what is elementwise. Which thread computes a column changes no bit of it.
/// </summary>
internal sealed class UnitSplit(LayerMemory memory, BatchRows rows, WorkerTeam team)
{
    private readonly MemberBarrier barrier = new(team.Count);
    private readonly Dictionary<BoundStage[], double> bytesOf = [];

    /// <summary>The bytes of a loop's matrices from which on threads gain more by sharing them than they lose by waiting for each other.</summary>
    public double LeastBytes { get; set; } = 1 << 17;

    /// <summary>Prepares for a loop, while nobody runs one.</summary>
    public void Begin(BoundStage[] stages)
    {
        barrier.Reset();
        if (!bytesOf.ContainsKey(stages))
        {
            bytesOf.Add(stages, stages.Sum(stage => stage.MultiplyAdds) * sizeof(float));
        }
    }

    /// <summary>Whether a loop that was prepared for is better split.</summary>
    public bool Takes(BoundStage[] stages) => rows.Batch < team.Count && bytesOf[stages] >= LeastBytes;

    /// <summary>One member's part of all steps.</summary>
    public void Forward(BoundStage[] stages, int member)
    {
        for (int step = 0; step < rows.Steps; step++)
        {
            Step(stages, rows.Cursor(step, 0, rows.Active(step)), member);
        }
    }

    /// <summary>The same from the last step to the first.</summary>
    public void Backward(BoundStage[] stages, int member)
    {
        for (int step = rows.Steps - 1; step >= 0; step--)
        {
            Step(stages, rows.Cursor(step, 0, rows.Active(step)), member);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(BoundStage[] stages, in RowCursor cursor, int member)
    {
        try
        {
            for (int i = 0; i < stages.Length; i++)
            {
                if (stages[i] is BoundProduct product)
                {
                    product.RunShare(memory, cursor, member, team.Count);
                }
                else if (member == 0)
                {
                    stages[i].Run(memory, cursor);
                }

                // What one thread does in a row needs no waiting in between.
                if (i + 1 == stages.Length || stages[i] is BoundProduct || stages[i + 1] is BoundProduct)
                {
                    barrier.Meet(member);
                }
            }
        }
        catch
        {
            barrier.Break();
            throw;
        }
    }
}
