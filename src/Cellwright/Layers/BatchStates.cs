using System.Runtime.CompilerServices;
using Cellwright.Graphs;

namespace Cellwright.Layers;

/// <summary>The states at both ends of a batch, and the gradients by them: where they lie in a run's memory, and what they are there.</summary>
internal sealed unsafe class BatchStates
{
    private readonly LayerEngine engine;
    private readonly CellGraph cell;
    private readonly LayerMemory memory;
    private readonly BatchRows rows;
    private readonly BoundPlace[] states;
    private BoundPlace[] cotangents = [];
    private bool wereGiven;

    /// <summary>The states of a run.</summary>
    /// <param name="engine">The program that runs.</param>
    /// <param name="cell">Its cell.</param>
    /// <param name="memory">The memory it runs in.</param>
    /// <param name="rows">The batch.</param>
    public BatchStates(LayerEngine engine, CellGraph cell, LayerMemory memory, BatchRows rows)
    {
        this.engine = engine;
        this.cell = cell;
        this.memory = memory;
        this.rows = rows;
        states = [.. engine.Program.States.Select(place => new BoundPlace(engine.Layout, place))];
    }

    /// <summary>Finds the gradients' places, once there is a backward pass.</summary>
    public void PrepareBackward() => cotangents = [.. engine.Program.StateCotangents.Select(place => new BoundPlace(engine.Layout, place))];

    /// <summary>Puts the states before the first step in place; null for those the cell says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetInitial(LayerState? initial)
    {
        wereGiven = initial is not null;
        for (int i = 0; i < states.Length; i++)
        {
            int width = Width(i);
            for (int row = 0; row < rows.Batch; row++)
            {
                float* target = states[i].Row(memory, row);
                if (initial is not null)
                {
                    initial.At(i).Slice(rows.Sequence(row) * width, width).CopyTo(new Span<float>(target, width));
                }
                else
                {
                    new OnceValue((nint)target, width, 1, 1, 1).CopyFrom(engine.InitialValue(i));
                }
            }
        }
    }

    /// <summary>Takes out the states behind each sequence's last step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void GetFinal(LayerState final)
    {
        for (int i = 0; i < states.Length; i++)
        {
            int width = Width(i);
            for (int row = 0; row < rows.Batch; row++)
            {
                int length = rows.Length(row);
                long at = length == 0 ? row : rows.Batch + rows.Start(length - 1) + row;
                new ReadOnlySpan<float>(states[i].Row(memory, at), width).CopyTo(final.At(i).Slice(rows.Sequence(row) * width, width));
            }
        }
    }

    /// <summary>Puts the gradients by the final states in place; null for 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetFinalGradient(LayerState? dFinal)
    {
        for (int i = 0; i < states.Length; i++)
        {
            int width = Width(i);
            for (int row = 0; row < rows.Batch; row++)
            {
                // Steps read one half of a carry by turns; which is read first depends on a sequence's length, so both hold it.
                for (int side = 0; side < 2; side++)
                {
                    Span<float> target = new(cotangents[i].Row(memory, ((long)side * rows.Batch) + row), width);
                    if (dFinal is null)
                    {
                        target.Clear();
                    }
                    else
                    {
                        dFinal.At(i).Slice(rows.Sequence(row) * width, width).CopyTo(target);
                    }
                }
            }
        }
    }

    /// <summary>Takes out the gradients by the initial states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void GetInitialGradient(LayerState dInitial)
    {
        for (int i = 0; i < states.Length; i++)
        {
            int width = Width(i);
            for (int row = 0; row < rows.Batch; row++)
            {
                InitialGradient(i, row, width).CopyTo(dInitial.At(i).Slice(rows.Sequence(row) * width, width));
            }
        }
    }

    /// <summary>
    /// Sums the gradients by initial states that are the cell's own, so that parameters in them get theirs: from the last
    /// row to the first, as all sums over rows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumInitial()
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (engine.InitialCotangents[i] is not { } sum)
            {
                continue;
            }

            Span<float> result = new(sum.Pointer, sum.Rows);
            result.Clear();
            for (int row = rows.Batch - 1; row >= 0 && !wereGiven; row--)
            {
                Span<float> gradient = InitialGradient(i, row, sum.Rows);
                for (int j = 0; j < result.Length; j++)
                {
                    result[j] += gradient[j];
                }
            }
        }
    }

    private int Width(int state) => engine.Layout.Width(cell.States[state].Next.Shape.Rows);

    private Span<float> InitialGradient(int state, int row, int width) => new(cotangents[state].Row(memory, row), width);
}
