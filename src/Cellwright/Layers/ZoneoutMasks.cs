using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>Fills the masks of one run's zoned-out states: drawn in training, the rate itself in use.</summary>
internal sealed unsafe class ZoneoutMasks
{
    private readonly LayerRun run;
    private readonly BernoulliMask[] masks;
    private readonly WorkerTeam team;
    private readonly Action<int> draw;
    private readonly (nint Address, long Rows)[] filled;
    private int trainingStep;

    /// <summary>The masks of a run.</summary>
    /// <param name="run">The run of the rewritten cell.</param>
    /// <param name="masks">What draws each of the cell's masks.</param>
    /// <param name="team">The workers that share the rows.</param>
    public ZoneoutMasks(LayerRun run, BernoulliMask[] masks, WorkerTeam team)
    {
        (this.run, this.masks, this.team) = (run, masks, team);
        draw = Draw;
        filled = new (nint, long)[masks.Length];
    }

    /// <summary>Fills all masks for the batch that was begun.</summary>
    public void Fill(int? step)
    {
        if (masks.Length == 0 || run.Rows.Total == 0)
        {
            return;
        }

        if (step is { } drawn)
        {
            trainingStep = drawn;
            team.Run(draw);
            Array.Clear(filled);
            return;
        }

        for (int i = 0; i < masks.Length; i++)
        {
            BoundPlace place = run.Masks[i];
            float* first = place.Row(run.Memory, 0);
            // What is there from the batch before need not be written again.
            if (filled[i].Address != (nint)first || filled[i].Rows < run.Rows.Total)
            {
                new Span<float>(first, checked((int)(run.Rows.Total * place.Stride))).Fill((float)masks[i].Rate);
                filled[i] = ((nint)first, run.Rows.Total);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(int member)
    {
        BatchRows rows = run.Rows;
        long begin = rows.Total * member / team.Count;
        long end = rows.Total * (member + 1) / team.Count;
        for (int step = 0; step < rows.Steps; step++)
        {
            long first = Math.Max(begin, rows.Start(step));
            long behind = Math.Min(end, rows.Start(step + 1));
            for (long row = first; row < behind; row++)
            {
                int sequence = rows.Sequence((int)(row - rows.Start(step)));
                for (int i = 0; i < masks.Length; i++)
                {
                    BoundPlace place = run.Masks[i];
                    // A row of this buffer is one mask and its padding.
                    Span<float> values = new(place.Row(run.Memory, row), place.Stride);
                    masks[i].Fill(values, trainingStep, BernoulliMask.FirstElement(sequence, step, values.Length), chosen: 1f, others: 0f);
                }
            }
        }
    }
}
