using System.Numerics.Tensors;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// Dropout between layers: in training, elements become 0 at random and the others are scaled so that the expectation
/// stays (Srivastava et al., 2014); in use, everything passes unchanged. It has no parameters and no state.
/// </summary>
/// <remarks>
/// Plain dropout draws anew in each time step. Variational dropout draws once for a whole sequence or window, for each
/// sequence of the batch (Gal and Ghahramani, 2016). What is dropped follows from the seed, the layer's place in the
/// stack, <see cref="SequenceLayer.TrainingStep"/>, the sequence's place in the batch, the time step and the element.
/// </remarks>
public sealed unsafe class DropoutLayer : SequenceLayer
{
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private readonly ulong seed;
    private BernoulliMask mask;
    private float[] factors = [];
    private int[] lengths = [];
    private int steps = -1;
    private int batch;
    private int? trainingStep;
    private int? runStep;
    private float* source;
    private float* target;

    /// <summary>Makes a layer that drops elements of what passes through it.</summary>
    /// <param name="width">The width of its input and output.</param>
    /// <param name="rate">The share of elements to drop, from 0 to less than 1, rounded to a multiple of 2⁻¹⁶.</param>
    /// <param name="variational">Whether a sequence has one mask for all its time steps.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="threads">How many threads share a batch; 0 for one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to less than 1, or the width is not positive.</exception>
    public DropoutLayer(int width, double rate, bool variational = false, ulong seed = 0, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        InputWidth = width;
        IsVariational = variational;
        this.seed = seed;
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        team = WorkerTeam.Default(Threads);
        work = Work;
        Rate = BernoulliMask.Rounded(rate);
        mask = Mask(string.Empty);
    }

    /// <summary>The share of elements that training drops.</summary>
    public double Rate { get; }

    /// <summary>Whether a sequence has one mask for all its time steps.</summary>
    public bool IsVariational { get; }

    /// <inheritdoc/>
    public override int InputWidth { get; }

    /// <inheritdoc/>
    public override int OutputWidth => InputWidth;

    /// <inheritdoc/>
    public override int Threads { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => [];

    /// <inheritdoc/>
    public override int? TrainingStep
    {
        get => trainingStep;
        set => trainingStep = CheckTrainingStep(value);
    }

    internal override IReadOnlyList<(string Name, int Width)> StateWidths => [];

    /// <summary>Whether everything passes unchanged.</summary>
    internal bool IsIdentity => trainingStep is null || mask.IsEmpty;

    /// <inheritdoc/>
    public override void Load() => ThrowIfDisposed();

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final)
    {
        ThrowIfDisposed();
        Check(x.Length, steps * batch * InputWidth, nameof(x));
        Check(y.Length, x.Length, nameof(y));
        CheckState(initial, batch, nameof(initial));
        CheckState(final, batch, nameof(final));
        (this.steps, this.batch) = (steps, batch);
        this.lengths = this.lengths.Length == batch ? this.lengths : new int[batch];
        for (int i = 0; i < batch; i++)
        {
            this.lengths[i] = lengths.IsEmpty ? steps : lengths[i];
        }

        runStep = mask.IsEmpty ? null : trainingStep;
        if (runStep is not null && IsVariational && factors.Length < batch * InputWidth)
        {
            factors = new float[batch * InputWidth];
        }

        for (int i = 0; i < batch && runStep is { } step && IsVariational; i++)
        {
            mask.Fill(factors.AsSpan(i * InputWidth, InputWidth), step, BernoulliMask.FirstElement(i, 0, InputWidth), chosen: 0f, mask.KeptScale);
        }

        Pass(x, y);
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial)
    {
        ThrowIfDisposed();
        if (steps < 0)
        {
            throw new InvalidOperationException("run a batch forward before running it backward");
        }

        Check(dy.Length, steps * batch * InputWidth, nameof(dy));
        CheckState(dFinal, batch, nameof(dFinal));
        CheckState(dInitial, batch, nameof(dInitial));
        if (!dx.IsEmpty)
        {
            Check(dx.Length, dy.Length, nameof(dx));
            Pass(dy, dx);
        }
    }

    internal override void Draw(ulong seed, string prefix)
    {
    }

    internal override void WriteInitialState(LayerState state)
    {
    }

    internal override void SetPrefix(string prefix) => mask = Mask(prefix);

    internal override void RoundWeights()
    {
    }

    // In use it is the stack of no layers.
    internal override LayerStream OpenStream(LayerState state, StreamOptions options) => new StackStream(this, state, [], [], []);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private BernoulliMask Mask(string prefix) => new(Rate, seed, "dropout/" + prefix);

    private void Pass(ReadOnlySpan<float> values, Span<float> result)
    {
        fixed (float* from = values, to = result)
        {
            source = from;
            target = to;
            team.Run(work);
        }
    }

    private void Work(int member)
    {
        int rows = steps * batch;
        int end = (int)((long)rows * (member + 1) / team.Count);
        for (int row = (int)((long)rows * member / team.Count); row < end; row++)
        {
            (int t, int sequence) = (row / batch, row % batch);
            Span<float> to = new(target + ((long)row * InputWidth), InputWidth);
            ReadOnlySpan<float> from = new(source + ((long)row * InputWidth), InputWidth);
            if (t >= lengths[sequence])
            {
                to.Clear();
            }
            else if (runStep is not { } step)
            {
                from.CopyTo(to);
            }
            else if (IsVariational)
            {
                TensorPrimitives.Multiply(from, factors.AsSpan(sequence * InputWidth, InputWidth), to);
            }
            else
            {
                mask.Drop(from, to, step, BernoulliMask.FirstElement(sequence, t, InputWidth));
            }
        }
    }
}
