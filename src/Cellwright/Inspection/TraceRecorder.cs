using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>Records traces of a layer again and again, with the parameters it has each time, such as while it is trained.</summary>
/// <remarks>A twin of the layer that keeps its signals is compiled once; the layer itself is only read.</remarks>
public sealed class TraceRecorder : IDisposable
{
    private readonly Layer layer;
    private readonly Layer twin;

    /// <summary>Compiles the twin of a layer.</summary>
    public TraceRecorder(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        this.layer = layer;
        twin = new Layer(layer.Cell, layer.Sizes, layer.Threads, trace: true, layer.Regularization);
    }

    /// <summary>Runs a batch; see <see cref="Trace.Of"/>.</summary>
    /// <param name="x">The input, [T, B, width].</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence; empty when all are T.</param>
    /// <param name="initial">The states before the first step; null for those the cell says.</param>
    public Trace Record(ReadOnlySpan<float> x, int steps, int batch = 1, ReadOnlySpan<int> lengths = default, LayerState? initial = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        foreach ((Parameter source, Parameter target) in layer.Parameters.Zip(twin.Parameters))
        {
            source.Values.CopyTo(target.Values);
        }

        twin.Load();
        LayerState before = twin.CreateState(batch);
        if (initial is not null)
        {
            before.CopyFrom(initial);
        }

        float[] y = new float[steps * batch * twin.OutputWidth];
        twin.Forward(x, steps, batch, lengths, before, y, final: null);
        return new Trace(twin, x.ToArray(), y, steps, batch, before);
    }

    /// <inheritdoc/>
    public void Dispose() => twin.Dispose();
}
