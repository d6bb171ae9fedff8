namespace Cellwright.Layers;

/// <summary>
/// One sequence, one step at a time: the state stays here between steps. Gives the same bits as the whole sequence
/// run at once, and allocates nothing after the first step.
/// </summary>
public abstract class LayerStream : IDisposable
{
    private readonly LayerState state;
    private bool isDisposed;

    private protected LayerStream(SequenceLayer layer, LayerState state)
    {
        Layer = layer;
        this.state = state;
    }

    /// <summary>The state, which may be read, saved and set between steps.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public LayerState State
    {
        get
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return state;
        }
    }

    /// <summary>The layer whose parameters are used, as they are when the stream steps.</summary>
    private protected SequenceLayer Layer { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="x">The input at this step; several inputs one behind the other.</param>
    /// <param name="y">Receives the output; longer than that, the rest is left alone.</param>
    /// <exception cref="ArgumentException">The input has not the layer's width, or the output has no room.</exception>
    /// <exception cref="InvalidOperationException">The layer is being trained: its <see cref="SequenceLayer.TrainingStep"/> is not null.</exception>
    /// <exception cref="ObjectDisposedException">The stream or the layer is disposed.</exception>
    public abstract void Step(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>Takes one step with a table's row for a symbol as the input, with the bits of <see cref="Step"/>.</summary>
    /// <param name="table">The table, [symbols, input width], whose values change only when the layer's are loaded anew.</param>
    /// <param name="symbol">The symbol.</param>
    /// <param name="y">Receives the output.</param>
    internal abstract void StepSymbol(Parameter table, int symbol, Span<float> y);

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back memory.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Refuses a step whose memory is gone, that is no use of the layer, or whose values do not fit.</summary>
    private protected void Check(ReadOnlySpan<float> x, int inputWidth, Span<float> y)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ObjectDisposedException.ThrowIf(Layer.IsDisposed, Layer);
        if (Layer.TrainingStep is not null)
        {
            throw new InvalidOperationException("a stream runs a layer in use; set the layer's TrainingStep to null first");
        }

        if (x.Length != inputWidth)
        {
            throw new ArgumentException($"the input of a step has {x.Length} values where the layer reads {inputWidth}", nameof(x));
        }

        if (y.Length < Layer.OutputWidth)
        {
            throw new ArgumentException($"there is room for {y.Length} outputs where the layer gives {Layer.OutputWidth}", nameof(y));
        }
    }
}
