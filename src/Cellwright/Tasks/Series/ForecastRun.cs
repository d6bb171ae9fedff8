using Cellwright.Layers;

namespace Cellwright.Tasks.Series;

/// <summary>A network in use: windows in, what it says of the rows ahead out. For one caller at a time; allocates nothing once it has run.</summary>
internal sealed class ForecastRun : IDisposable
{
    private readonly ForecastNetwork network;
    private readonly bool ownsNetwork;
    private readonly ForecastHead head;
    private readonly LayerState ahead;
    private readonly float[] outputs;
    private readonly float[] points;

    /// <summary>A run of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="windows">How many windows are run at a time.</param>
    /// <param name="ownsNetwork">Whether the network is disposed with this.</param>
    public ForecastRun(ForecastNetwork network, int windows, bool ownsNetwork)
    {
        (this.network, this.ownsNetwork) = (network, ownsNetwork);
        ForecastShape shape = network.Shape with { IsTraining = false };
        head = shape.Design.Head;
        Batch = new WindowBatch(shape, windows);
        State = network.Encoder.CreateState(windows);
        ahead = network.Encoder.CreateState(windows);
        outputs = new float[shape.Points * windows * shape.SegmentOutputs];
        points = new float[shape.SegmentValues];
    }

    /// <summary>The windows.</summary>
    public WindowBatch Batch { get; }

    /// <summary>The state behind what was read.</summary>
    public LayerState State { get; }

    /// <summary>What the network says of one value, [outputs of the head].</summary>
    /// <param name="window">Which of the batch.</param>
    /// <param name="point">The segment ahead.</param>
    /// <param name="index">The value of the segment, row by row.</param>
    public ReadOnlySpan<float> Outputs(int window, int point, int index) =>
        outputs.AsSpan(((((point * Batch.Windows) + window) * Batch.Shape.SegmentValues) + index) * head.Outputs, head.Outputs);

    /// <summary>The point less what came, in deviations of the series; NaN where that is missing.</summary>
    /// <inheritdoc cref="Outputs"/>
    public double Error(int window, int point, int index) => Batch.Error(window, point, index, head.Point(Outputs(window, point, index)));

    /// <summary>Reads the windows of the batch, each from the state that the cells say, and says what comes.</summary>
    public void Predict()
    {
        network.Forward(Batch, initial: null, ahead, trainingStep: null);
        Finish();
    }

    /// <summary>Reads one series, one window for each of its sequences, and says what comes behind a row.</summary>
    /// <param name="series">The series.</param>
    /// <param name="end">The row behind the last one that is read.</param>
    public void Predict(ScaledSeries series, int end)
    {
        int window = Batch.Shape.Design.Window;
        Begin();
        for (int before = Batch.Shape.Design.Carried ? (end - 1) / window : 0; before > 0; before--)
        {
            Read(series, end - (before * window));
        }

        PredictNext(series, end);
    }

    /// <summary>Forgets what was read.</summary>
    public void Begin() => network.Encoder.WriteInitialState(State);

    /// <summary>Reads a window of a series on from the last one.</summary>
    /// <param name="series">The series.</param>
    /// <param name="end">The row behind the window's last one.</param>
    public void Read(ScaledSeries series, int end)
    {
        Fill(series, end);
        network.Encode(Batch, State, State, trainingStep: null, Skipped(end));
    }

    /// <summary>Reads a window of a series on from the last one, and says what comes behind it.</summary>
    /// <inheritdoc cref="Read"/>
    public void PredictNext(ScaledSeries series, int end)
    {
        Fill(series, end);
        network.Forward(Batch, State, State, trainingStep: null, Batch.Shape.Design.Carried ? Skipped(end) : 0);
        ahead.CopyFrom(State);
        Finish();
    }

    /// <summary>Reads one segment of a series on from the last one: one step.</summary>
    /// <param name="series">The series.</param>
    /// <param name="end">The row behind the segment's last one.</param>
    public void Step(ScaledSeries series, int end)
    {
        for (int window = 0; window < Batch.Windows; window++)
        {
            Batch.FillStep(window, series, window, end);
        }

        network.Step(Batch, State);
    }

    /// <summary>Says what comes behind the segment that <see cref="Step"/> read last; once for each step.</summary>
    public void PredictFromStep()
    {
        for (int window = 0; window < Batch.Windows; window++)
        {
            Batch.WriteBaselines(window);
        }

        if (network.Decoder is not null)
        {
            network.Decode(Batch, State, trainingStep: null);
        }

        ahead.CopyFrom(State);
        Finish();
    }

    /// <summary>Takes out what the last prediction said of one series, in its units.</summary>
    /// <param name="horizon">How many rows.</param>
    /// <param name="targets">The targets of the series.</param>
    /// <param name="point">Receives the points, [horizon, targets].</param>
    /// <param name="quantiles">Receives the quantiles, [horizon, targets, levels], ascending along the levels; empty where not wanted.</param>
    public void CopyTo(int horizon, int targets, Span<double> point, Span<double> quantiles)
    {
        int width = Batch.Shape.Width;
        int levels = head.Levels.Count;
        for (int row = 0; row < horizon; row++)
        {
            (int segment, int within) = Math.DivRem(row, Batch.Shape.Design.Segment);
            for (int target = 0; target < targets; target++)
            {
                (int window, int index) = (width == 1 ? target : 0, (within * width) + (width == 1 ? 0 : target));
                ReadOnlySpan<float> said = Outputs(window, segment, index);
                int at = (row * targets) + target;
                point[at] = Batch.Restore(window, segment, index, head.Point(said));
                for (int level = 0; level < levels && !quantiles.IsEmpty; level++)
                {
                    quantiles[(at * levels) + level] = Batch.Restore(window, segment, index, head.Quantile(said, level));
                }

                if (!quantiles.IsEmpty)
                {
                    // Learned quantiles may cross.
                    quantiles.Slice(at * levels, levels).Sort();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Batch.Dispose();
        if (ownsNetwork)
        {
            network.Dispose();
        }
    }

    // Steps whose rows all lie before the series.
    private int Skipped(int end) => Math.Max(0, Batch.Shape.Design.Window - end) / Batch.Shape.Design.Segment;

    private void Fill(ScaledSeries series, int end)
    {
        for (int window = 0; window < Batch.Windows; window++)
        {
            Batch.Fill(window, series, window, end, series.Length);
        }
    }

    private void Finish()
    {
        ForecastShape shape = Batch.Shape;
        Take(0, shape.PointsAtOnce);
        for (int point = shape.PointsAtOnce; point < shape.Points; point++)
        {
            for (int window = 0; window < Batch.Windows; window++)
            {
                for (int i = 0; i < points.Length; i++)
                {
                    points[i] = head.Point(Outputs(window, point - 1, i));
                }

                Batch.Observe(window, point - 1, points);
                Batch.WriteBaseline(window, point);
                Batch.WriteInput(Batch.Inputs.Span.Slice(window * shape.InputWidth, shape.InputWidth), window, shape.Design.Steps + point - 1);
            }

            network.Step(Batch, ahead);
            Take(point, 1);
        }
    }

    private void Take(int first, int count)
    {
        int width = Batch.Shape.SegmentOutputs;
        for (int row = 0; row < count * Batch.Windows; row++)
        {
            network.Outputs.Span.Slice(row * network.Stride, width).CopyTo(outputs.AsSpan(((first * Batch.Windows) + row) * width, width));
        }
    }
}
