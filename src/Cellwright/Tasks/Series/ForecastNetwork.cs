using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>
/// The trained part of a forecaster: an encoder over segments, where decoding is parallel a decoder that starts from copies
/// of its state, a linear head, and where wanted a linear part beside them.
/// </summary>
internal sealed class ForecastNetwork : IDisposable
{
    private const string DecoderPrefix = "decoder.";

    private readonly ForecastDecoderInput? decoderInput;
    private readonly AlignedBuffer encoded = new();
    private readonly AlignedBuffer encodedGradient = new();
    private readonly AlignedBuffer decoded = new();
    private readonly AlignedBuffer decodedGradient = new();
    private readonly AlignedBuffer linear = new();
    private readonly ulong seed;
    private LayerState? final;
    private LayerState copies = null!;
    private LayerState copiesGradient = null!;
    private LayerState finalGradient = null!;
    private int windows;

    /// <summary>A network whose values are all 0.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="seed">The seed of first values and of what is dropped.</param>
    /// <param name="threads">How many threads work on it; 0 for one per processor.</param>
    /// <exception cref="ArgumentException">The cells and sizes do not fit.</exception>
    public ForecastNetwork(ForecastShape shape, ulong seed, int threads)
    {
        ForecasterDesign design = shape.Design;
        (Shape, this.seed) = (shape, seed);
        bool isParallel = design.Decoding == ForecastDecoding.Parallel;
        Encoder = design.Build(shape.InputWidth, dropsOutput: !isParallel, seed, threads);
        Team = WorkerTeam.Default(Encoder.Threads);
        if (isParallel)
        {
            Decoder = design.Build(shape.DecoderWidth, dropsOutput: true, seed, threads);
            Decoder.SetPrefix(DecoderPrefix);
            decoderInput = new ForecastDecoderInput(shape);
            if (!Encoder.StateWidths.SequenceEqual(Decoder.StateWidths))
            {
                Encoder.Dispose();
                Decoder.Dispose();
                throw new ArgumentException("a cell that remembers its input cannot decode in parallel, since what is ahead has inputs of another width; choose recursive decoding");
            }
        }

        Head = new LinearOutput(Encoder.OutputWidth, shape.SegmentOutputs, Team);
        Linear = design.Linear ? new LinearOutput(design.Window, shape.Points * shape.SegmentOutputs, Team, name: "linear") : null;
        Parameters = new ParameterSet(
        [
            .. Encoder.Parameters,
            .. Decoder is null ? [] : Decoder.Parameters.Select(parameter => new Parameter(DecoderPrefix, parameter)),
            .. decoderInput is null ? [] : decoderInput.Parameters,
            Head.Weights,
            Head.Bias,
            .. Linear is null ? (Parameter[])[] : [Linear.Weights, Linear.Bias],
        ]);
    }

    /// <summary>The sizes of the last batch.</summary>
    public ForecastShape Shape { get; private set; }

    /// <summary>What reads the rows.</summary>
    public LayerStack Encoder { get; }

    /// <summary>What makes the segments ahead; null where the encoder does.</summary>
    public LayerStack? Decoder { get; }

    /// <summary>All that training changes.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The workers.</summary>
    public WorkerTeam Team { get; }

    /// <summary>Floats from one row of outputs to the next.</summary>
    public int Stride => Head.Stride;

    /// <summary>The outputs of the last run, [points, windows, <see cref="Stride"/>]; a loss replaces them with its gradient.</summary>
    public AlignedBuffer Outputs { get; } = new();

    /// <summary>Floats from one window to the next in the gradient by the linear part's inputs.</summary>
    public int LinearStride => Linear?.Weights.Columns ?? 0;

    private LinearOutput Head { get; }

    private LinearOutput? Linear { get; }

    /// <summary>Draws first values. The linear part begins at 0, so that training starts from the baseline and the window's offset.</summary>
    public void Initialize()
    {
        Encoder.Initialize(seed);
        Decoder?.Draw(seed, DecoderPrefix);
        decoderInput?.Initialize(seed);
        Head.Initialize(seed);
        Load();
    }

    /// <summary>Takes over changed parameter values.</summary>
    public void Load()
    {
        Encoder.Load();
        Decoder?.Load();
        Head.Load();
        Linear?.Load();
    }

    /// <summary>Takes the values of another network of the same shape.</summary>
    public void CopyFrom(ForecastNetwork other)
    {
        for (int i = 0; i < Parameters.Parameters.Count; i++)
        {
            other.Parameters.Parameters[i].Values.CopyTo(Parameters.Parameters[i].Values);
        }

        Load();
    }

    /// <summary>
    /// Takes the values of a network that may lack the linear part, and moves every point a share of the way toward that of
    /// a linear map; quantiles move as far as the point does.
    /// </summary>
    /// <param name="other">The network, of the same shape but for the linear part.</param>
    /// <param name="map">The map, from the last values of a window to the rows ahead.</param>
    /// <param name="share">The share of the way, 0 to 1.</param>
    public void CopyCombined(ForecastNetwork other, RidgeRegression map, double share)
    {
        foreach (Parameter parameter in Parameters.Parameters)
        {
            if (other.Parameters.Parameters.FirstOrDefault(each => each.Name == parameter.Name) is { } source)
            {
                source.Values.CopyTo(parameter.Values);
            }
            else
            {
                parameter.Values.Clear();
            }
        }

        MovePoints(Head, share);
        MovePoints(Linear!, share);
        ForecastHead head = Shape.Design.Head;
        for (int row = 0; row < map.Weights.Length; row++)
        {
            double[] weights = map.Weights[row];
            for (int output = row * head.Outputs; output < (row * head.Outputs) + head.Locations; output++)
            {
                Span<float> own = Linear!.Weights.Values.Slice(((output + 1) * Linear.Weights.Columns) - weights.Length, weights.Length);
                for (int i = 0; i < own.Length; i++)
                {
                    own[i] += (float)(share * weights[i]);
                }

                Linear.Bias.Values[output] += (float)(share * map.Bias[row]);
            }
        }

        Load();
    }

    /// <summary>Computes <see cref="Outputs"/> of a batch.</summary>
    /// <param name="batch">The windows.</param>
    /// <param name="initial">The state that each begins in; null for the one the cells say.</param>
    /// <param name="last">Receives the state behind each window, where wanted; may be <paramref name="initial"/>.</param>
    /// <param name="trainingStep">The step whose elements are dropped; null in use.</param>
    /// <param name="skipped">How many of the first steps are not read, for windows that begin before their series.</param>
    public void Forward(WindowBatch batch, LayerState? initial, LayerState? last, int? trainingStep, int skipped = 0)
    {
        Encode(batch, initial, last, trainingStep, skipped);
        if (Decoder is null)
        {
            Span<float> top = Part(decoded, Shape.PointsAtOnce * windows * Encoder.OutputWidth);
            encoded.Span.Slice(((Shape.Steps - skipped) * windows * Encoder.OutputWidth) - top.Length, top.Length).CopyTo(top);
            Head.Forward(Shape.PointsAtOnce * windows, decoded, Outputs);
        }
        else
        {
            Decode(batch, final!, trainingStep);
        }
    }

    /// <summary>Runs the encoder alone.</summary>
    /// <inheritdoc cref="Forward"/>
    public void Encode(WindowBatch batch, LayerState? initial, LayerState? last, int? trainingStep, int skipped = 0)
    {
        Prepare(batch);
        Encoder.TrainingStep = trainingStep;
        int steps = Shape.Steps - skipped;
        Span<float> y = Part(encoded, steps * windows * Encoder.OutputWidth);
        ReadOnlySpan<float> x = batch.Inputs.Span.Slice(skipped * windows * Shape.InputWidth, steps * windows * Shape.InputWidth);
        Encoder.Forward(x, steps, windows, [], initial, y, final);
        last?.CopyFrom(final!);
    }

    /// <summary>The gradient by a number that the decoder read of a segment ahead, after <see cref="Backward"/>: one of the known columns' values.</summary>
    public float KnownGradient(int point, int window, int number) =>
        decoderInput!.Gradient(Shape.Points * windows)[(((point * windows) + window + 1) * Shape.DecoderWidth) - Shape.DecoderExtras + number];

    /// <summary>The parameters' gradients, from the gradient that a loss left in <see cref="Outputs"/>.</summary>
    /// <param name="batch">The windows of the last run.</param>
    /// <param name="dx">Receives the gradient by the encoder's inputs, [steps, windows, input width]; empty where not wanted.</param>
    /// <param name="dLinear">Receives the gradient by the linear part's inputs, a row of <see cref="LinearStride"/> for each window; null where not wanted.</param>
    public void Backward(WindowBatch batch, Span<float> dx = default, AlignedBuffer? dLinear = null)
    {
        int rows = Shape.PointsAtOnce * windows;
        if (Linear is not null)
        {
            ForEachSegment((output, part) => output.CopyTo(part));
            Linear.Backward(windows, batch.LinearInputs, linear, dLinear);
        }

        Head.Backward(rows, decoded, Outputs, decodedGradient);
        Span<float> dy = Part(encodedGradient, Shape.Steps * windows * Encoder.OutputWidth);
        Span<float> top = Part(decodedGradient, rows * Encoder.OutputWidth);
        dy.Clear();
        if (Decoder is null)
        {
            top.CopyTo(dy[^top.Length..]);
            Encoder.Backward(dy, null, dx, null);
            return;
        }

        Decoder.Backward(top, null, decoderInput!.Gradient(rows), copiesGradient);
        decoderInput.Backward(batch);
        SumCopies();
        Encoder.Backward(dy, finalGradient, dx, null);
    }

    /// <summary>Makes all segments ahead from a state in parallel, into <see cref="Outputs"/>.</summary>
    public void Decode(WindowBatch batch, LayerState state, int? trainingStep)
    {
        Prepare(batch);
        int rows = Shape.Points * windows;
        for (int i = 0; i < Encoder.StateWidths.Count; i++)
        {
            Span<float> source = state.At(i);
            for (int point = 0; point < Shape.Points; point++)
            {
                source.CopyTo(copies.At(i)[(point * source.Length)..]);
            }
        }

        Decoder!.TrainingStep = trainingStep;
        Decoder.Forward(decoderInput!.Forward(batch), 1, rows, [], copies, Part(decoded, rows * Decoder.OutputWidth), null);
        Head.Forward(rows, decoded, Outputs);
        if (Linear is not null)
        {
            Linear.Forward(windows, batch.LinearInputs, linear);
            ForEachSegment((output, part) => Elementwise.Add(part, output));
        }
    }

    /// <summary>One more step of the encoder, of the first inputs of a batch, and the head: the first rows of <see cref="Outputs"/>.</summary>
    /// <param name="batch">The windows.</param>
    /// <param name="state">The state before the step, and then behind it.</param>
    public void Step(WindowBatch batch, LayerState state)
    {
        Prepare(batch);
        Encoder.TrainingStep = null;
        Encoder.Forward(Part(batch.Inputs, windows * Shape.InputWidth), 1, windows, [], state, Part(decoded, windows * Encoder.OutputWidth), state);
        Head.Forward(windows, decoded, Outputs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Decoder?.Dispose();
        Head.Dispose();
        Linear?.Dispose();
        Outputs.Dispose();
        encoded.Dispose();
        encodedGradient.Dispose();
        decoded.Dispose();
        decodedGradient.Dispose();
        linear.Dispose();
        decoderInput?.Dispose();
    }

    private static Span<float> Part(AlignedBuffer buffer, int length) => buffer.Span[..length];

    private void Prepare(WindowBatch batch)
    {
        int count = batch.Windows;
        if (windows == count && ReferenceEquals(Shape, batch.Shape))
        {
            return;
        }

        (Shape, windows) = (batch.Shape, count);
        long rows = (long)Shape.Points * count;
        long width = Encoder.OutputWidth;
        encoded.Reserve(Shape.Steps * count * width);
        encodedGradient.Reserve(Shape.Steps * count * width);
        decoded.Reserve(rows * width);
        decodedGradient.Reserve(rows * width);
        Outputs.Reserve(rows * Stride);
        linear.Reserve(Linear is null ? 0 : (long)count * Linear.Stride);
        if (final?.Batch == count)
        {
            return;
        }

        final = Encoder.CreateState(count);
        finalGradient = Encoder.CreateState(count);
        if (Decoder is not null)
        {
            decoderInput!.Prepare(count);
            copies = Decoder.CreateState((int)rows);
            copiesGradient = Decoder.CreateState((int)rows);
        }
    }

    // Subtracts a share of what makes a value's point from what makes all of its locations.
    private void MovePoints(LinearOutput output, double share)
    {
        ForecastHead head = Shape.Design.Head;
        foreach (Parameter parameter in (Parameter[])[output.Weights, output.Bias])
        {
            for (int row = 0; row < parameter.Rows; row += head.Outputs)
            {
                float[] point = parameter.Values.Slice((row + head.PointIndex) * parameter.Columns, parameter.Columns).ToArray();
                Span<float> locations = parameter.Values.Slice(row * parameter.Columns, head.Locations * parameter.Columns);
                for (int i = 0; i < locations.Length; i++)
                {
                    locations[i] -= (float)share * point[i % parameter.Columns];
                }
            }
        }
    }

    private delegate void SegmentAction(Span<float> output, Span<float> part);

    // A window's linear part has its segments one behind the other; the head's have all windows of a segment together.
    private void ForEachSegment(SegmentAction action)
    {
        int width = Shape.SegmentOutputs;
        for (int point = 0; point < Shape.Points; point++)
        {
            for (int window = 0; window < windows; window++)
            {
                action(
                    Outputs.Span.Slice(((point * windows) + window) * Stride, width),
                    linear.Span.Slice((window * Linear!.Stride) + (point * width), width));
            }
        }
    }

    private void SumCopies()
    {
        finalGradient.Clear();
        for (int i = 0; i < Encoder.StateWidths.Count; i++)
        {
            Span<float> sum = finalGradient.At(i);
            for (int point = 0; point < Shape.Points; point++)
            {
                Elementwise.Add(copiesGradient.At(i).Slice(point * sum.Length, sum.Length), sum);
            }
        }
    }
}
