namespace Cellwright.Layers;

/// <summary>
/// One sequence, one step at a time: the state stays here between steps. Gives the same bits as the whole sequence
/// run at once, and allocates nothing after the first step.
/// </summary>
public sealed class LayerStream : IDisposable
{
    private readonly LayerStep step;
    private readonly int inputWidth;
    private readonly int outputWidth;

    internal LayerStream(Layer layer, LayerEngine engine)
    {
        inputWidth = layer.InputWidths.Sum();
        outputWidth = layer.OutputWidth;
        step = new LayerStep(engine, layer.InputWidths, [.. layer.StateWidths.Select(state => state.Width)], outputWidth);
        State = layer.CreateState(1);
    }

    /// <summary>The state, which may be read, saved and set between steps.</summary>
    public LayerState State { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="x">The input at this step; several inputs one behind the other.</param>
    /// <param name="y">Receives the output.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        if (x.Length != inputWidth || y.Length != outputWidth)
        {
            throw new ArgumentException($"a step takes {inputWidth} inputs and gives {outputWidth} outputs, not {x.Length} and {y.Length}");
        }

        step.Run(x, State, y);
    }

    /// <inheritdoc/>
    public void Dispose() => step.Dispose();
}
