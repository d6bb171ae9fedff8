namespace Cellwright.Layers;

/// <summary>
/// A layer that runs against time: from each sequence's own last step to its first. Outputs stand at the steps they
/// belong to.
/// </summary>
/// <remarks>
/// Parameters and states have <c>reverse.</c> before their names, as in a <see cref="BidirectionalLayer"/>. The final
/// state is the one at the sequence's first step.
/// </remarks>
public sealed class ReversedLayer : SequenceLayer
{
    private const string Prefix = BidirectionalLayer.Prefix;

    private readonly SequenceLayer layer;
    private readonly Parameter[] parameters;
    private float[] input = [];
    private float[] output = [];
    private int[] lengths = [];
    private int steps = -1;

    /// <summary>Turns a layer round.</summary>
    /// <param name="layer">The layer; disposed with this one.</param>
    public ReversedLayer(SequenceLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        this.layer = layer;
        parameters = [.. layer.Parameters.Select(parameter => new Parameter(Prefix, parameter))];
        StateWidths = [.. layer.StateWidths.Select(state => (Prefix + state.Name, state.Width))];
        SetPrefix(string.Empty);
    }

    /// <summary>The layer inside, whose steps are turned round.</summary>
    public SequenceLayer Inner => layer;

    /// <inheritdoc/>
    public override int InputWidth => layer.InputWidth;

    /// <inheritdoc/>
    public override int OutputWidth => layer.OutputWidth;

    /// <inheritdoc/>
    public override int Threads => layer.Threads;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <inheritdoc/>
    public override int? TrainingStep
    {
        get => layer.TrainingStep;
        set => layer.TrainingStep = value;
    }

    internal override IReadOnlyList<(string Name, int Width)> StateWidths { get; }

    /// <inheritdoc/>
    public override void Load()
    {
        ThrowIfDisposed();
        layer.Load();
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final)
    {
        ThrowIfDisposed();
        Check(x.Length, steps * batch * InputWidth, nameof(x));
        Check(y.Length, steps * batch * OutputWidth, nameof(y));
        CheckState(initial, batch, nameof(initial));
        CheckState(final, batch, nameof(final));
        this.steps = steps;
        ReversedSteps.Keep(ref this.lengths, lengths, steps, batch);
        Span<float> turned = Turn(x, InputWidth, ref input);
        Span<float> outputs = Room(ref output, y.Length);
        layer.Forward(turned, steps, batch, lengths, initial?.Part(0, StateWidths.Count), outputs, final?.Part(0, StateWidths.Count));
        TurnBack(outputs, OutputWidth, y);
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial)
    {
        ThrowIfDisposed();
        if (steps < 0)
        {
            throw new InvalidOperationException("run a batch forward before running it backward");
        }

        Check(dy.Length, steps * lengths.Length * OutputWidth, nameof(dy));
        CheckState(dFinal, lengths.Length, nameof(dFinal));
        CheckState(dInitial, lengths.Length, nameof(dInitial));
        Span<float> turned = Turn(dy, OutputWidth, ref output);
        Span<float> gradient = dx.IsEmpty ? [] : Room(ref input, dx.Length);
        layer.Backward(turned, dFinal?.Part(0, StateWidths.Count), gradient, dInitial?.Part(0, StateWidths.Count));
        if (!dx.IsEmpty)
        {
            TurnBack(gradient, InputWidth, dx);
        }
    }

    internal override void Draw(ulong seed, string prefix) => layer.Draw(seed, prefix + Prefix);

    internal override void WriteInitialState(LayerState state) => layer.WriteInitialState(state.Part(0, StateWidths.Count));

    internal override void SetPrefix(string prefix) => layer.SetPrefix(prefix + Prefix);

    internal override void RoundWeights() => layer.RoundWeights();

    internal override LayerStream OpenStream(LayerState state, StreamOptions options) =>
        throw new NotSupportedException("a layer that runs against time reads a sequence from its end, so it cannot be streamed; run whole sequences forward");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => layer.Dispose();

    private static Span<float> Room(ref float[] memory, int length)
    {
        if (memory.Length < length)
        {
            memory = new float[length];
        }

        return memory.AsSpan(0, length);
    }

    private Span<float> Turn(ReadOnlySpan<float> values, int width, ref float[] memory)
    {
        Span<float> turned = Room(ref memory, values.Length);
        ReversedSteps.Copy(values, width, 0, turned, width, 0, width, lengths);
        return turned;
    }

    private void TurnBack(ReadOnlySpan<float> values, int width, Span<float> target)
    {
        target.Clear();
        ReversedSteps.Copy(values, width, 0, target, width, 0, width, lengths);
    }
}
