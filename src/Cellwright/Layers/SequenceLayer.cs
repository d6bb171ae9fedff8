namespace Cellwright.Layers;

/// <summary>
/// What runs over batches of sequences, forward and backward: a <see cref="Layer"/> of one cell, two of them in
/// opposite directions, or a stack of any of these.
/// </summary>
/// <remarks>
/// All tensors are float32 and row-major: inputs [T, B, <see cref="InputWidth"/>], outputs
/// [T, B, <see cref="OutputWidth"/>], states [B, width]. A layer is used by one thread at a time.
/// </remarks>
public abstract class SequenceLayer : IDisposable
{
    /// <summary>The width of the input; of the first one where there are several.</summary>
    public abstract int InputWidth { get; }

    /// <summary>The width of the output.</summary>
    public abstract int OutputWidth { get; }

    /// <summary>How many threads share a batch.</summary>
    public abstract int Threads { get; }

    /// <summary>The parameters. Call <see cref="Load"/> after changing values.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// The training step whose dropped elements, zoned-out states and dropped weights the next <see cref="Forward"/> and its
    /// <see cref="Backward"/> use, from 0 on. Null, the default, is use: nothing is drawn, and expectations stand in.
    /// </summary>
    /// <remarks>The same step of the same seed draws the same again, on any number of threads.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public abstract int? TrainingStep { get; set; }

    /// <summary>The states' names and widths, in the order a <see cref="LayerState"/> keeps them.</summary>
    internal abstract IReadOnlyList<(string Name, int Width)> StateWidths { get; }

    /// <summary>Draws all parameters as the cells say, and loads them.</summary>
    /// <param name="seed">The same seed gives the same values.</param>
    /// <exception cref="ObjectDisposedException">The layer is disposed; no value has changed.</exception>
    public void Initialize(ulong seed)
    {
        ThrowIfDisposed();
        Draw(seed, string.Empty);
        Load();
    }

    /// <summary>Takes over changed parameter values.</summary>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public abstract void Load();

    /// <summary>The states a sequence begins with as the cells say: zeros, constants or learned values.</summary>
    /// <param name="sequences">B.</param>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public LayerState CreateState(int sequences)
    {
        ThrowIfDisposed();
        LayerState state = new(sequences, StateWidths);
        WriteInitialState(state);
        return state;
    }

    /// <summary>Runs a batch forward.</summary>
    /// <param name="x">The input, [T, B, <see cref="InputWidth"/>]; never read past a sequence's end.</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence, 0 to T; empty when all are T.</param>
    /// <param name="initial">The states before the first step; null for those the cells say.</param>
    /// <param name="y">Receives the outputs, [T, B, <see cref="OutputWidth"/>]; 0 past a sequence's end.</param>
    /// <param name="final">Receives the states behind each sequence's last step, where wanted; may be <paramref name="initial"/>.</param>
    /// <exception cref="ArgumentException">A span's length or a state is not what the shape says, or a cell has several inputs.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public abstract void Forward(ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final);

    /// <summary>Runs the last batch backward: every <see cref="Parameter.Gradient"/> is overwritten.</summary>
    /// <param name="dy">The gradient by the outputs, [T, B, <see cref="OutputWidth"/>]; not read past a sequence's end.</param>
    /// <param name="dFinal">The gradient by the final states; null for 0.</param>
    /// <param name="dx">Receives the gradient by the (first) input, [T, B, <see cref="InputWidth"/>]; empty where not wanted.</param>
    /// <param name="dInitial">Receives the gradient by the initial states, where wanted.</param>
    /// <exception cref="ArgumentException">A span's length or a state is not that of the last batch.</exception>
    /// <exception cref="InvalidOperationException">
    /// The last batch was not run forward, or was run backward already: gradients take the memory of what the forward pass kept. Or a
    /// layer that computes again has loaded parameters since.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public abstract void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial);

    /// <summary>A stream: one sequence, one step at a time, with this layer's parameters as they are when it steps.</summary>
    /// <param name="options">How it runs; null for float32 weights.</param>
    /// <exception cref="NotSupportedException">The layer, or one inside, reads sequences from their end.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public LayerStream CreateStream(StreamOptions? options = null) => OpenStream(CreateState(1), options ?? new StreamOptions());

    /// <inheritdoc/>
    public void Dispose()
    {
        IsDisposed = true;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the memory behind the layer is gone.</summary>
    internal bool IsDisposed { get; private set; }

    internal abstract void Draw(ulong seed, string prefix);

    internal abstract void WriteInitialState(LayerState state);

    /// <summary>Says what stands before the layer's names in the stack it is in, so that equal layers draw different noise.</summary>
    internal abstract void SetPrefix(string prefix);

    /// <summary>Whether the input may be given as symbols, whose rows of a table are what is read.</summary>
    internal virtual bool TakesSymbols => false;

    /// <summary>As <see cref="Forward"/> with a table's row for each symbol as the input, with the same bits.</summary>
    /// <param name="table">The table, [symbols, <see cref="InputWidth"/>].</param>
    /// <param name="symbols">The symbols, [T, B].</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence; empty when all are T.</param>
    /// <param name="initial">The states before the first step; null for those the cells say.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="final">Receives the final states, where wanted.</param>
    internal virtual void ForwardSymbols(
        Parameter table, ReadOnlySpan<int> symbols, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final) =>
        throw new NotSupportedException("the layer takes no symbols");

    /// <summary>As <see cref="Backward"/> after <see cref="ForwardSymbols"/>; the table's gradient is that by the input, summed up for each symbol.</summary>
    /// <param name="dy">The gradient by the outputs.</param>
    /// <param name="adds">Whether the table's gradient is added to the one that is there.</param>
    internal virtual void BackwardSymbols(ReadOnlySpan<float> dy, bool adds) => throw new NotSupportedException("the layer takes no symbols");

    /// <summary>Rounds the matrices it multiplies with to bfloat16 from now on, to run batches with the bits of a stream that holds them so. Not for training.</summary>
    internal abstract void RoundWeights();

    /// <summary>A stream that begins in a state of one sequence and keeps it up to date.</summary>
    internal abstract LayerStream OpenStream(LayerState state, StreamOptions options);

    /// <summary>Gives back memory.</summary>
    /// <param name="disposing">Always true.</param>
    protected abstract void Dispose(bool disposing);

    private protected static int? CheckTrainingStep(int? step) => step is < 0
        ? throw new ArgumentOutOfRangeException(nameof(step), step, "a training step is a number from 0 on, or null in use")
        : step;

    private protected void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, this);

    /// <summary>Refuses states, or gradients by them, that are not of this layer and a batch of that many sequences; null is taken.</summary>
    private protected void CheckState(LayerState? state, int batch, string name) => state?.Check(batch, StateWidths, name);

    /// <summary>Refuses a tensor of the wrong length.</summary>
    private protected static void Check(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"'{name}' has {actual} elements where the shape asks for {expected}", name);
        }
    }
}
