using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>A stream of one cell.</summary>
internal sealed class CellStream : LayerStream
{
    private readonly Layer layer;
    private readonly LayerRun run;
    private readonly ZoneoutMasks masks;
    private readonly int inputWidth;

    public CellStream(Layer layer, LayerEngine engine, BernoulliMask[] zoneout, LayerState state)
        : base(layer, state)
    {
        this.layer = layer;
        inputWidth = layer.InputWidths.Sum();
        // One sequence has nothing to share between threads.
        run = new LayerRun(engine, engine.Cell, WorkerTeam.Default(1));
        masks = new ZoneoutMasks(run, zoneout, WorkerTeam.Default(1));
    }

    public override void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        Check(x, inputWidth, y);
        layer.Refresh();
        run.Begin(steps: 1, batch: 1, lengths: [], State);
        masks.Fill(step: null);
        run.SetInputs(x);
        run.Forward();
        run.GetOutput(y);
        run.GetFinalState(State);
    }

    protected override void Dispose(bool disposing) => run.Dispose();
}
