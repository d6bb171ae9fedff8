using Cellwright.Tensors;

namespace Cellwright.Tasks.Series;

/// <summary>
/// Windows of series side by side, as a network reads them: the encoder's inputs, the decoder's, and what came. Every window
/// is on its own scale, which is put back by <see cref="Restore"/>. Filling allocates nothing.
/// </summary>
/// <remarks>A window is the rows [end − window, end) of one target of a series, or of all of them together.</remarks>
internal sealed class WindowBatch : IDisposable
{
    private readonly ForecastShape shape;
    private readonly ForecasterDesign design;
    private readonly int rows;
    private readonly float[] values;
    private readonly float[] offsets;
    private readonly float[] deviations;
    private readonly int[] starts;
    private readonly ScaledSeries?[] series;
    private readonly float[] expected;
    private readonly float[] outcomes;
    private readonly float[] baselines;

    /// <summary>Room for some windows.</summary>
    public WindowBatch(ForecastShape shape, int windows)
    {
        (this.shape, Shape, Windows) = (shape, shape, windows);
        design = shape.Design;
        rows = shape.RowsBefore + design.Window + shape.RowsAhead;
        values = new float[windows * shape.Width * rows];
        offsets = new float[windows * shape.Width];
        deviations = new float[windows * shape.Width];
        starts = new int[windows];
        series = new ScaledSeries?[windows];
        Channels = new int[windows];
        expected = new float[shape.Points * windows * shape.SegmentValues];
        outcomes = new float[expected.Length];
        baselines = new float[expected.Length];
        Inputs = new AlignedBuffer((long)shape.Steps * windows * shape.InputWidth);
        LinearInputs = new AlignedBuffer(design.Linear ? (long)windows * design.Window : 0);
    }

    /// <summary>The sizes.</summary>
    public ForecastShape Shape { get; }

    /// <summary>How many windows there is room for; all are run, those not filled count for nothing.</summary>
    public int Windows { get; }

    /// <summary>The target of each window; 0 where all are together.</summary>
    public int[] Channels { get; }

    /// <summary>The encoder's inputs, [steps, windows, input width].</summary>
    public AlignedBuffer Inputs { get; }

    /// <summary>The values of each window for a linear part, [windows, window]; empty where there is none.</summary>
    public AlignedBuffer LinearInputs { get; }

    /// <summary>What came, less the baseline, on the window's scale, [points, windows, segment values]; NaN where it is missing.</summary>
    public ReadOnlyMemory<float> Expected => expected;

    /// <summary>Takes a window.</summary>
    /// <param name="window">Which of the batch.</param>
    /// <param name="source">The series.</param>
    /// <param name="channel">The target; 0 where all are together.</param>
    /// <param name="end">The row behind the window's last one.</param>
    /// <param name="limit">The row that is the first not to be known as an outcome.</param>
    public void Fill(int window, ScaledSeries source, int channel, int end, int limit)
    {
        Take(window, source, channel, end, limit);
        for (int step = 0; step < shape.Steps; step++)
        {
            WriteInput(Inputs.Span.Slice(((step * Windows) + window) * shape.InputWidth, shape.InputWidth), window, step);
        }

        WriteBaselines(window);
        for (int point = 0; point < shape.Points; point++)
        {
            WriteExpected(window, point);
        }

        if (design.Linear)
        {
            ReadOnlySpan<float> own = Values(window, 0)[..design.Window];
            Span<float> linear = LinearInputs.Span.Slice(window * design.Window, design.Window);
            for (int i = 0; i < linear.Length; i++)
            {
                linear[i] = float.IsNaN(own[i]) ? 0f : own[i];
            }
        }
    }

    /// <summary>Takes the last segment of a window, as the input of one step on from a carried state; its baselines are not written.</summary>
    /// <inheritdoc cref="Fill"/>
    public void FillStep(int window, ScaledSeries source, int channel, int end)
    {
        Take(window, source, channel, end, end);
        WriteInput(Inputs.Span.Slice(window * shape.InputWidth, shape.InputWidth), window, design.Steps - 1);
    }

    /// <summary>Writes the baselines of all segments ahead, on the window's scale.</summary>
    public void WriteBaselines(int window)
    {
        for (int point = 0; point < shape.Points; point++)
        {
            WriteBaseline(window, point);
        }
    }

    /// <summary>Leaves a place of the batch empty: nothing came, and what it reads is 0.</summary>
    public void Clear(int window)
    {
        series[window] = null;
        for (int step = 0; step < shape.Steps; step++)
        {
            Inputs.Span.Slice(((step * Windows) + window) * shape.InputWidth, shape.InputWidth).Clear();
        }

        for (int point = 0; point < shape.Points; point++)
        {
            expected.AsSpan(((point * Windows) + window) * shape.SegmentValues, shape.SegmentValues).Fill(float.NaN);
            outcomes.AsSpan(((point * Windows) + window) * shape.SegmentValues, shape.SegmentValues).Fill(float.NaN);
        }
    }

    /// <summary>What the decoder reads of a segment ahead beside its trained vectors.</summary>
    public void WriteDecoderExtras(Span<float> to, int window, int point)
    {
        to.Clear();
        if (series[window] is not { } source)
        {
            return;
        }

        int first = starts[window] + shape.RowsBefore + design.Window + (point * design.Segment);
        int at = 0;
        for (int row = 0; row < design.Segment; row++)
        {
            for (int column = 0; column < shape.Columns.Known; column++)
            {
                to[at++] = source.Known(column, first + row);
            }
        }

        source.Constants.CopyTo(to[at..]);
    }

    /// <summary>Writes what the encoder reads at a step.</summary>
    public void WriteInput(Span<float> to, int window, int step)
    {
        if (series[window] is not { } source)
        {
            to.Clear();
            return;
        }

        int lead = design.Decoding == ForecastDecoding.Recursive ? design.Segment : 0;
        int at = 0;
        for (int row = shape.RowsBefore + (step * design.Segment); row < shape.RowsBefore + ((step + 1) * design.Segment); row++)
        {
            for (int column = 0; column < shape.Width; column++)
            {
                float value = Values(window, column)[row];
                bool isMissing = float.IsNaN(value);
                to[at++] = isMissing ? 0f : value;
                if (design.MarksMissing)
                {
                    to[at++] = isMissing ? 1f : 0f;
                }
            }

            for (int column = 0; column < shape.Columns.Past; column++)
            {
                to[at++] = source.Past(column, starts[window] + row);
            }

            // Step by step, what is known of the segment to be predicted is told with the one before it.
            for (int column = 0; column < shape.Columns.Known; column++)
            {
                to[at++] = source.Known(column, starts[window] + row + lead);
            }
        }

        source.Constants.CopyTo(to[at..]);
        at += source.Constants.Length;
        for (int channel = 0; at < to.Length; channel++)
        {
            to[at++] = channel == Channels[window] ? 1f : 0f;
        }
    }

    /// <summary>The baseline of a segment, on the window's scale.</summary>
    public void WriteBaseline(int window, int point)
    {
        int first = shape.RowsBefore + shape.FirstRow + (point * design.Segment);
        int end = design.Decoding == ForecastDecoding.Recursive ? first : shape.RowsBefore + design.Window;
        Span<float> to = baselines.AsSpan(((point * Windows) + window) * shape.SegmentValues, shape.SegmentValues);
        for (int row = 0; row < design.Segment; row++)
        {
            for (int column = 0; column < shape.Width; column++)
            {
                to[(row * shape.Width) + column] = Baseline(Values(window, column), first + row, end);
            }
        }
    }

    /// <summary>Takes the value of a segment ahead that was predicted, as if it had come.</summary>
    /// <param name="window">Which of the batch.</param>
    /// <param name="point">The segment ahead.</param>
    /// <param name="predicted">The values less the baseline, [segment, width].</param>
    public void Observe(int window, int point, ReadOnlySpan<float> predicted)
    {
        int first = shape.RowsBefore + shape.FirstRow + (point * design.Segment);
        ReadOnlySpan<float> baseline = baselines.AsSpan(((point * Windows) + window) * shape.SegmentValues, shape.SegmentValues);
        for (int i = 0; i < predicted.Length; i++)
        {
            Values(window, i % shape.Width)[first + (i / shape.Width)] = predicted[i] + baseline[i];
        }
    }

    /// <summary>A predicted value in the units of the series.</summary>
    /// <param name="window">Which of the batch.</param>
    /// <param name="point">The segment ahead.</param>
    /// <param name="index">The value of the segment, row by row.</param>
    /// <param name="value">The value less the baseline, on the window's scale.</param>
    public double Restore(int window, int point, int index, double value)
    {
        int column = index % shape.Width;
        int own = (window * shape.Width) + column;
        double scaled = offsets[own] + (deviations[own] * (value + baselines[(((point * Windows) + window) * shape.SegmentValues) + index]));
        return series[window]!.Scales[Channels[window] + column].Restored(scaled);
    }

    /// <summary>A predicted value less what came, in deviations of the series; NaN where that is missing.</summary>
    /// <inheritdoc cref="Restore"/>
    public double Error(int window, int point, int index, double value)
    {
        int at = (((point * Windows) + window) * shape.SegmentValues) + index;
        return deviations[(window * shape.Width) + (index % shape.Width)] * (value + baselines[at] - outcomes[at]);
    }

    /// <summary>Brings gradients of the loss from the window's scale to that of <see cref="ScaledSeries.Weights"/>.</summary>
    /// <param name="gradients">The gradients, [points, windows, stride].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    public void Weigh(Span<float> gradients, int stride)
    {
        int outputs = design.Head.Outputs;
        for (int row = 0; row < shape.Points * Windows; row++)
        {
            int window = row % Windows;
            for (int i = 0; i < shape.SegmentOutputs && series[window]?.Weights is { } weights; i++)
            {
                int column = i / outputs % shape.Width;
                gradients[(row * stride) + i] *= deviations[(window * shape.Width) + column] * weights[Channels[window] + column];
            }
        }
    }

    /// <summary>A window's values on its scale, those before it that a baseline may look at among them; NaN where one is missing.</summary>
    public ReadOnlySpan<float> ScaledValues(int window, int column) => Values(window, column)[..(shape.RowsBefore + design.Window)];

    /// <summary>What a window's values were divided by.</summary>
    public double DeviationOf(int window, int column) => deviations[(window * shape.Width) + column];

    /// <summary>The baseline of a predicted value, on the window's scale.</summary>
    public float BaselineOf(int window, int point, int index) => baselines[(((point * Windows) + window) * shape.SegmentValues) + index];

    /// <inheritdoc/>
    public void Dispose()
    {
        Inputs.Dispose();
        LinearInputs.Dispose();
    }

    private void Take(int window, ScaledSeries source, int channel, int end, int limit)
    {
        series[window] = source;
        Channels[window] = channel;
        starts[window] = end - design.Window - shape.RowsBefore;
        for (int column = 0; column < shape.Width; column++)
        {
            Copy(window, column, source.Target(channel + column), Math.Min(limit, source.Length));
            Scale(window, column);
        }
    }

    private Span<float> Values(int window, int column) => values.AsSpan(((window * shape.Width) + column) * rows, rows);

    private void Copy(int window, int column, ReadOnlySpan<float> target, int limit)
    {
        Span<float> own = Values(window, column);
        own.Fill(float.NaN);
        int skipped = Math.Max(0, -starts[window]);
        int count = Math.Min(rows, limit - starts[window]) - skipped;
        if (count > 0)
        {
            target.Slice(starts[window] + skipped, count).CopyTo(own[skipped..]);
        }
    }

    private void Scale(int window, int column)
    {
        Span<float> own = Values(window, column);
        (float offset, float deviation) = ScaleOf(own.Slice(shape.RowsBefore, design.Window));
        (offsets[(window * shape.Width) + column], deviations[(window * shape.Width) + column]) = (offset, deviation);
        if (design.Scaling != WindowScaling.None)
        {
            float factor = 1f / deviation;
            for (int i = 0; i < own.Length; i++)
            {
                own[i] = (own[i] - offset) * factor;
            }
        }
    }

    private (float Offset, float Deviation) ScaleOf(ReadOnlySpan<float> window)
    {
        switch (design.Scaling)
        {
            case WindowScaling.LastValue:
                float last = Last(window, window.Length);
                return (last, 1f);
            case WindowScaling.MeanDeviation:
                double sum = 0.0;
                double squares = 0.0;
                int count = 0;
                foreach (float value in window)
                {
                    if (!float.IsNaN(value))
                    {
                        sum += value;
                        squares += (double)value * value;
                        count++;
                    }
                }

                double mean = count == 0 ? 0.0 : sum / count;
                double variance = count == 0 ? 0.0 : Math.Max(0.0, (squares / count) - (mean * mean));

                // A hundredth of the series' variance keeps a window without movement from being blown up.
                return ((float)mean, (float)Math.Sqrt(variance + 0.01));
            default:
                return (0f, 1f);
        }
    }

    private void WriteExpected(int window, int point)
    {
        int first = shape.RowsBefore + shape.FirstRow + (point * design.Segment);
        int at = ((point * Windows) + window) * shape.SegmentValues;
        for (int i = 0; i < shape.SegmentValues; i++)
        {
            int row = first + (i / shape.Width);
            bool isWanted = shape.FirstRow < design.Window || row < shape.RowsBefore + design.Window + design.Horizon;
            outcomes[at + i] = isWanted ? Values(window, i % shape.Width)[row] : float.NaN;
            expected[at + i] = outcomes[at + i] - baselines[at + i];
        }
    }

    private float Baseline(ReadOnlySpan<float> own, int row, int end)
    {
        switch (design.Baseline)
        {
            case ForecastBaseline.LastValue:
                return Last(own, end);
            case ForecastBaseline.SeasonalNaive:
                for (int at = row - (design.Period * ((row - end + design.Period) / design.Period)); at >= 0; at -= design.Period)
                {
                    if (!float.IsNaN(own[at]))
                    {
                        return own[at];
                    }
                }

                return Last(own, end);
            default:
                return 0f;
        }
    }

    private static float Last(ReadOnlySpan<float> own, int end)
    {
        for (int i = end - 1; i >= 0; i--)
        {
            if (!float.IsNaN(own[i]))
            {
                return own[i];
            }
        }

        return 0f;
    }
}
