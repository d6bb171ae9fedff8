namespace Cellwright.Layers;

/// <summary>
/// Two layers over the same input, one from each sequence's first step to its last, one from its own last step to its
/// first; the output is both, one behind the other (Schuster and Paliwal, 1997).
/// </summary>
/// <remarks>
/// Parameters and states of the second have <c>reverse.</c> before their names. The final state of the second is the
/// one at the sequence's first step.
/// </remarks>
public sealed class BidirectionalLayer : SequenceLayer
{
    internal const string Prefix = "reverse.";

    private readonly SequenceLayer forward;
    private readonly SequenceLayer reverse;
    private readonly Parameter[] parameters;
    private float[] reversedInput = [];
    private float[] forwardOutput = [];
    private float[] reverseOutput = [];
    private float[] inputGradient = [];
    private int[] lengths = [];
    private int steps = -1;
    private int batch;

    /// <summary>Puts two layers side by side.</summary>
    /// <param name="forward">The layer that runs with time; disposed with this one.</param>
    /// <param name="reverse">The layer that runs against it; its input is as wide.</param>
    /// <exception cref="ArgumentException">The inputs' widths differ.</exception>
    public BidirectionalLayer(SequenceLayer forward, SequenceLayer reverse)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(reverse);
        if (forward.InputWidth != reverse.InputWidth)
        {
            throw new ArgumentException($"both directions read one input, but one is {forward.InputWidth} wide and the other {reverse.InputWidth}", nameof(reverse));
        }

        this.forward = forward;
        this.reverse = reverse;
        parameters = [.. forward.Parameters, .. reverse.Parameters.Select(parameter => new Parameter(Prefix, parameter))];
        StateWidths = [.. forward.StateWidths, .. reverse.StateWidths.Select(state => (Prefix + state.Name, state.Width))];
        SetPrefix(string.Empty);
    }

    /// <inheritdoc/>
    public override int InputWidth => forward.InputWidth;

    /// <inheritdoc/>
    public override int OutputWidth => forward.OutputWidth + reverse.OutputWidth;

    /// <inheritdoc/>
    public override int Threads => forward.Threads;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <inheritdoc/>
    public override int? TrainingStep
    {
        get => forward.TrainingStep;
        set => forward.TrainingStep = reverse.TrainingStep = value;
    }

    /// <summary>The layer that runs with time.</summary>
    public SequenceLayer WithTime => forward;

    /// <summary>The layer that runs against time.</summary>
    public SequenceLayer AgainstTime => reverse;

    internal override IReadOnlyList<(string Name, int Width)> StateWidths { get; }

    /// <inheritdoc/>
    public override void Load()
    {
        ThrowIfDisposed();
        forward.Load();
        reverse.Load();
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final)
    {
        ThrowIfDisposed();
        Check(x.Length, steps * batch * InputWidth, nameof(x));
        Check(y.Length, steps * batch * OutputWidth, nameof(y));
        CheckState(initial, batch, nameof(initial));
        CheckState(final, batch, nameof(final));
        (this.steps, this.batch) = (steps, batch);
        ReversedSteps.Keep(ref this.lengths, lengths, steps, batch);
        Span<float> reversed = Room(ref reversedInput, x.Length);
        Reverse(x, InputWidth, 0, reversed, InputWidth, 0, InputWidth);
        Span<float> first = Room(ref forwardOutput, steps * batch * forward.OutputWidth);
        Span<float> second = Room(ref reverseOutput, steps * batch * reverse.OutputWidth);
        forward.Forward(x, steps, batch, lengths, Part(initial, isReverse: false), first, Part(final, isReverse: false));
        reverse.Forward(reversed, steps, batch, lengths, Part(initial, isReverse: true), second, Part(final, isReverse: true));
        y.Clear();
        Copy(first, forward.OutputWidth, 0, y, OutputWidth, 0, forward.OutputWidth);
        Reverse(second, reverse.OutputWidth, 0, y, OutputWidth, forward.OutputWidth, reverse.OutputWidth);
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial)
    {
        ThrowIfDisposed();
        if (steps < 0)
        {
            throw new InvalidOperationException("run a batch forward before running it backward");
        }

        Check(dy.Length, steps * batch * OutputWidth, nameof(dy));
        CheckState(dFinal, batch, nameof(dFinal));
        CheckState(dInitial, batch, nameof(dInitial));
        Span<float> first = Room(ref forwardOutput, steps * batch * forward.OutputWidth);
        Span<float> second = Room(ref reverseOutput, steps * batch * reverse.OutputWidth);
        Copy(dy, OutputWidth, 0, first, forward.OutputWidth, 0, forward.OutputWidth);
        Reverse(dy, OutputWidth, forward.OutputWidth, second, reverse.OutputWidth, 0, reverse.OutputWidth);
        forward.Backward(first, Part(dFinal, isReverse: false), dx, Part(dInitial, isReverse: false));
        Span<float> reversed = dx.IsEmpty ? [] : Room(ref reversedInput, dx.Length);
        reverse.Backward(second, Part(dFinal, isReverse: true), reversed, Part(dInitial, isReverse: true));
        if (dx.IsEmpty)
        {
            return;
        }

        Span<float> turned = Room(ref inputGradient, dx.Length);
        turned.Clear();
        Reverse(reversed, InputWidth, 0, turned, InputWidth, 0, InputWidth);
        for (int i = 0; i < dx.Length; i++)
        {
            dx[i] += turned[i];
        }
    }

    internal override void Draw(ulong seed, string prefix)
    {
        forward.Draw(seed, prefix);
        reverse.Draw(seed, prefix + Prefix);
    }

    internal override void WriteInitialState(LayerState state)
    {
        forward.WriteInitialState(Part(state, isReverse: false)!);
        reverse.WriteInitialState(Part(state, isReverse: true)!);
    }

    internal override void SetPrefix(string prefix)
    {
        forward.SetPrefix(prefix);
        reverse.SetPrefix(prefix + Prefix);
    }

    internal override void RoundWeights()
    {
        forward.RoundWeights();
        reverse.RoundWeights();
    }

    internal override LayerStream OpenStream(LayerState state, StreamOptions options) => throw new NotSupportedException(
        "a bidirectional layer reads a sequence from its end too, so it cannot be streamed; run whole sequences forward, or build the model with one direction");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        forward.Dispose();
        reverse.Dispose();
    }

    private static Span<float> Room(ref float[] memory, int length)
    {
        if (memory.Length < length)
        {
            memory = new float[length];
        }

        return memory.AsSpan(0, length);
    }

    private LayerState? Part(LayerState? state, bool isReverse) => isReverse
        ? state?.Part(forward.StateWidths.Count, reverse.StateWidths.Count)
        : state?.Part(0, forward.StateWidths.Count);

    private void Copy(ReadOnlySpan<float> source, int sourceWidth, int sourceOffset, Span<float> target, int targetWidth, int targetOffset, int width)
    {
        for (int row = 0; row < steps * batch; row++)
        {
            source.Slice((row * sourceWidth) + sourceOffset, width).CopyTo(target[((row * targetWidth) + targetOffset)..]);
        }
    }

    private void Reverse(ReadOnlySpan<float> source, int sourceWidth, int sourceOffset, Span<float> target, int targetWidth, int targetOffset, int width) =>
        ReversedSteps.Copy(source, sourceWidth, sourceOffset, target, targetWidth, targetOffset, width, lengths);
}
