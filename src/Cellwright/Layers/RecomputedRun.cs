using Cellwright.Graphs;

namespace Cellwright.Layers;

/// <summary>
/// One batch in chunks of steps, for sequences whose saved values would not fit: keeps the inputs and the states
/// between chunks, and runs each chunk forward once more before it runs backward (Chen et al., 2016, "Training Deep
/// Nets with Sublinear Memory Cost"). The same bits as a <see cref="LayerRun"/> given the same rows and parameters; a third
/// more arithmetic in training.
/// </summary>
internal sealed class RecomputedRun : ILayerRun
{
    private readonly LayerRun run;
    private readonly int chunk;
    private readonly (string Name, int Width)[] stateWidths;
    private readonly int[] inputWidths;
    private readonly BatchRows whole = new();
    private readonly float[][] inputs;
    private readonly List<LayerState> boundaries = [];
    private LayerState? carried;
    private ZoneoutMasks? masks;
    private int? trainingStep;
    private int steps;
    private int batch;
    private int chunks;
    private bool statesWereGiven;

    /// <summary>Prepares runs.</summary>
    /// <param name="engine">The cell's program.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="run">What runs a chunk.</param>
    /// <param name="chunk">The steps of a chunk.</param>
    public RecomputedRun(LayerEngine engine, CellGraph cell, LayerRun run, int chunk)
    {
        this.run = run;
        this.chunk = chunk;
        stateWidths = [.. cell.States.Select(state => (state.Name, engine.Layout.Width(state.Next.Shape.Rows)))];
        inputWidths = [.. cell.Inputs.Select(input => engine.Layout.Width(input.Node.Shape.Rows))];
        inputs = [.. inputWidths.Select(_ => Array.Empty<float>())];
    }

    public StageClock? Clock
    {
        get => run.Clock;
        set => run.Clock = value;
    }

    public void Begin(int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial)
    {
        whole.Set(steps, batch, lengths);
        (this.steps, this.batch) = (steps, batch);
        chunks = (steps + chunk - 1) / chunk;
        statesWereGiven = initial is not null;
        if (carried?.Batch != batch)
        {
            carried = new LayerState(batch, stateWidths);
            boundaries.Clear();
        }

        while (boundaries.Count < Math.Max(1, chunks))
        {
            boundaries.Add(new LayerState(batch, stateWidths));
        }

        if (initial is not null)
        {
            boundaries[0].CopyFrom(initial);
        }
    }

    public void FillMasks(ZoneoutMasks masks, int? trainingStep) => (this.masks, this.trainingStep) = (masks, trainingStep);

    public void SetInput(int index, ReadOnlySpan<float> values)
    {
        if (inputs[index].Length < values.Length)
        {
            inputs[index] = new float[values.Length];
        }

        values.CopyTo(inputs[index]);
    }

    public void Forward(Span<float> y, LayerState? final)
    {
        int width = y.Length / Math.Max(1, steps * batch);
        for (int i = 0; i < chunks; i++)
        {
            BeginChunk(i);
            LayerState after = i + 1 < chunks ? boundaries[i + 1] : carried!;
            run.Forward(Part(y, i, width), after);
        }

        if (chunks == 0)
        {
            run.Begin(0, batch, [], statesWereGiven ? boundaries[0] : null);
            run.Forward([], carried);
        }

        final?.CopyFrom(carried!);
    }

    public void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx)
    {
        int width = dy.Length / Math.Max(1, steps * batch);
        if (dFinal is null)
        {
            carried!.Clear();
        }
        else
        {
            carried!.CopyFrom(dFinal);
        }

        if (chunks == 0)
        {
            run.BackwardPart([], carried, continues: false, []);
            run.GetInitialGradient(carried);
        }

        for (int i = chunks - 1; i >= 0; i--)
        {
            // The last chunk's values are there from the forward pass.
            if (i < chunks - 1)
            {
                BeginChunk(i);
                run.Forward();
            }

            run.BackwardPart(Part(dy, i, width), carried, continues: i < chunks - 1, []);
            run.GetInitialGradient(carried);
            for (int j = 0; j < inputs.Length; j++)
            {
                // The input of a chunk is not needed any more.
                run.GetInputGradient(j, Part(inputs[j].AsSpan(0, steps * batch * inputWidths[j]), i, inputWidths[j]));
            }
        }

        run.FinishGradients();
        if (!dx.IsEmpty)
        {
            GetInputGradient(0, dx);
        }
    }

    public void GetInputGradient(int index, Span<float> dx) => inputs[index].AsSpan(0, dx.Length).CopyTo(dx);

    public void GetInitialGradient(LayerState dInitial) => dInitial.CopyFrom(carried!);

    public void GetTrace(int signal, Span<float> values) => throw new InvalidOperationException("a layer that computes again keeps no trace");

    public void Dispose() => run.Dispose();

    private void BeginChunk(int index)
    {
        // The first chunk must know whether its states are the cell's own, whose gradients it sums.
        run.BeginPart(whole, index * chunk, Math.Min(chunk, steps - (index * chunk)), index == 0 && !statesWereGiven ? null : boundaries[index]);
        masks?.Fill(trainingStep, index * chunk);
        for (int i = 0; i < inputs.Length; i++)
        {
            run.SetInput(i, Part((ReadOnlySpan<float>)inputs[i].AsSpan(0, steps * batch * inputWidths[i]), index, inputWidths[i]));
        }
    }

    private Span<float> Part(Span<float> values, int index, int width)
    {
        (int start, int length) = Range(index, width);
        return values.Slice(start, length);
    }

    private ReadOnlySpan<float> Part(ReadOnlySpan<float> values, int index, int width)
    {
        (int start, int length) = Range(index, width);
        return values.Slice(start, length);
    }

    private (int Start, int Length) Range(int index, int width)
    {
        int first = index * chunk;
        return (first * batch * width, Math.Min(chunk, steps - first) * batch * width);
    }
}
