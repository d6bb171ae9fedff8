using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// One sequence, one step at a time: the state stays here between steps. Gives the same bits as the whole sequence
/// run at once, and allocates nothing after the first step.
/// </summary>
public sealed class LayerStream : IDisposable
{
    private readonly Layer layer;
    private readonly LayerRun run;
    private readonly ZoneoutMasks masks;

    internal LayerStream(Layer layer, LayerEngine engine, BernoulliMask[] zoneout)
    {
        this.layer = layer;
        // One sequence has nothing to share between threads.
        run = new LayerRun(engine, engine.Cell, WorkerTeam.Default(1));
        masks = new ZoneoutMasks(run, zoneout, WorkerTeam.Default(1));
        State = layer.CreateState(1);
    }

    /// <summary>The state, which may be read, saved and set between steps.</summary>
    public LayerState State { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="x">The input at this step; several inputs one behind the other.</param>
    /// <param name="y">Receives the output.</param>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        if (layer.TrainingStep is not null)
        {
            throw new InvalidOperationException("a stream runs a layer in use; set the layer's TrainingStep to null first");
        }

        layer.Refresh();
        run.Begin(steps: 1, batch: 1, lengths: [], State);
        masks.Fill(step: null);
        run.SetInputs(x);
        run.Forward();
        run.GetOutput(y);
        run.GetFinalState(State);
    }

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();
}
