using Cellwright.Tensors;

namespace Cellwright.Tasks.Series;

/// <summary>
/// The gradient of a forecast by what is read, on the scale of each column: back through decoder and encoder, and then by
/// the chain rule through what was taken out of the window and put back, and through the baseline.
/// </summary>
internal sealed class ForecastGradient : IDisposable
{
    // Of a state that is carried, the rows that are looked at.
    private const int MostRows = 8192;

    private readonly ForecastNetwork network;
    private readonly WindowBatch batch;
    private readonly ForecastShape shape;
    private readonly ForecasterDesign design;
    private readonly ScaledSeries series;
    private readonly int channel;
    private readonly int steps;
    private readonly float[] dx;
    private readonly AlignedBuffer linear = new();
    private double mean;

    /// <summary>The gradient of the mean of a target's first forecast rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="series">What has been observed.</param>
    /// <param name="target">The target.</param>
    /// <param name="horizon">How many rows of the forecast; step by step at most one segment.</param>
    public ForecastGradient(Forecaster model, ScaledSeries series, int target, int horizon)
    {
        (this.series, channel) = (series, target);
        design = model.Design;
        if (design.Carried)
        {
            int rows = Math.Min(series.Length, MostRows);
            design = design with { Window = (rows + design.Segment - 1) / design.Segment * design.Segment };
        }

        shape = model.Network.Shape with { Design = design, IsTraining = false };
        steps = Math.Min(horizon, shape.PointsAtOnce * design.Segment);
        network = new ForecastNetwork(shape, seed: 0, threads: 1);
        network.CopyFrom(model.Network);
        batch = new WindowBatch(shape, shape.SequencesPerSeries);
        dx = new float[shape.Steps * batch.Windows * shape.InputWidth];
        linear.Reserve(design.Linear ? (long)batch.Windows * network.LinearStride : 0);
        Run();
    }

    /// <summary>How many rows of the forecast the mean is over.</summary>
    public int Steps => steps;

    /// <summary>The observed rows that were looked at.</summary>
    public int Rows => Math.Min(design.Window, series.Length);

    private int Window => design.Joint ? 0 : channel;

    private int Own => design.Joint ? channel : 0;

    private double Deviation => batch.DeviationOf(Window, Own);

    /// <summary>The gradient by a target's rows; [0] is the last. Targets that are read apart do not move one another.</summary>
    public double[] ByTarget(int target)
    {
        double[] result = new double[Rows];
        if (!design.Joint && target != channel)
        {
            return result;
        }

        int column = design.Joint ? target : 0;
        ReadOnlySpan<float> z = batch.ScaledValues(Window, column);
        double[] gradient = new double[z.Length];
        for (int row = shape.RowsBefore; row < z.Length; row++)
        {
            gradient[row] = Input(row - shape.RowsBefore, column * (design.MarksMissing ? 2 : 1))
                + (design.Linear ? linear.Span[(Window * network.LinearStride) + row - shape.RowsBefore] : 0f);
        }

        if (column == Own)
        {
            AddBaseline(z, gradient);
        }

        Unscale(z, gradient, column);
        for (int lag = 0; lag < result.Length; lag++)
        {
            result[lag] = float.IsNaN(z[^(lag + 1)]) ? 0.0 : gradient[^(lag + 1)];
        }

        return result;
    }

    /// <summary>The gradient by a past covariate's rows; [0] is the last.</summary>
    public double[] ByPast(int column) => ByLag(PastAt + column, lead: 0);

    /// <summary>The gradient by a known covariate's observed rows; [0] is the last.</summary>
    public double[] ByKnown(int column) => ByLag(PastAt + shape.Columns.Past + column, Lead);

    /// <summary>The gradient by a known covariate's rows ahead; [0] is the first.</summary>
    public double[] ByAhead(int column)
    {
        double[] result = new double[design.Horizon];
        for (int row = 0; row < result.Length; row++)
        {
            // Step by step, the last segment that is read is told what is known of the one to come.
            result[row] = Deviation * (network.Decoder is not null
                ? network.KnownGradient(row / design.Segment, Window, (row % design.Segment * shape.Columns.Known) + column)
                : row < Lead ? Input(design.Window - design.Segment + row, PastAt + shape.Columns.Past + column) : 0.0);
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        network.Dispose();
        batch.Dispose();
        linear.Dispose();
    }

    private int PastAt => shape.Width * (design.MarksMissing ? 2 : 1);

    private int Lead => design.Decoding == ForecastDecoding.Recursive ? design.Segment : 0;

    private void Run()
    {
        for (int window = 0; window < batch.Windows; window++)
        {
            batch.Fill(window, series, window, series.Length, series.Length);
        }

        network.Forward(batch, initial: null, last: null, trainingStep: null);
        int location = design.Head.PointIndex;
        List<int> places = [];
        for (int row = 0; row < steps; row++)
        {
            (int point, int within) = Math.DivRem(row, design.Segment);
            int index = (within * shape.Width) + Own;
            places.Add((((point * batch.Windows) + Window) * network.Stride) + (index * design.Head.Outputs) + location);
            mean += (network.Outputs.Span[places[^1]] + batch.BaselineOf(Window, point, index)) / steps;
        }

        network.Outputs.Span[..(shape.PointsAtOnce * batch.Windows * network.Stride)].Clear();
        foreach (int place in places)
        {
            network.Outputs.Span[place] = 1f / steps;
        }

        network.Backward(batch, dx, design.Linear ? linear : null);
    }

    // By one of a row's numbers, as the encoder read it.
    private double Input(int row, int number)
    {
        (int step, int within) = Math.DivRem(row, design.Segment);
        return dx[(((step * batch.Windows) + Window) * shape.InputWidth) + (within * shape.RowWidth) + number];
    }

    private double[] ByLag(int number, int lead)
    {
        double[] result = new double[Rows];
        for (int lag = 0; lag < result.Length; lag++)
        {
            int row = design.Window - 1 - lag - lead;
            result[lag] = row >= 0 ? Deviation * Input(row, number) : 0.0;
        }

        return result;
    }

    private void AddBaseline(ReadOnlySpan<float> z, double[] gradient)
    {
        for (int row = 0; row < steps && design.Baseline != ForecastBaseline.None; row++)
        {
            int at = design.Baseline == ForecastBaseline.SeasonalNaive ? z.Length + row - (design.Period * ((row + design.Period) / design.Period)) : -1;
            while (at >= 0 && float.IsNaN(z[at]))
            {
                at -= design.Period;
            }

            at = at >= 0 ? at : Last(z);
            if (at >= 0)
            {
                gradient[at] += 1.0 / steps;
            }
        }
    }

    // From the window's scale to the column's.
    private void Unscale(ReadOnlySpan<float> z, double[] gradient, int column)
    {
        bool isOwn = column == Own;
        int first = shape.RowsBefore;
        double sum = 0.0;
        double product = 0.0;
        int count = 0;
        for (int row = first; row < z.Length; row++)
        {
            if (!float.IsNaN(z[row]))
            {
                sum += gradient[row];
                product += gradient[row] * z[row];
                count++;
            }
        }

        switch (design.Scaling)
        {
            case WindowScaling.LastValue when Last(z) is >= 0 and int last:
                gradient[last] += (isOwn ? 1.0 : 0.0) - sum;
                break;
            case WindowScaling.MeanDeviation when count > 0:
                double ratio = Deviation / batch.DeviationOf(Window, column);
                for (int row = first; row < z.Length; row++)
                {
                    gradient[row] = (ratio * (gradient[row] - ((sum + (z[row] * product)) / count))) + (isOwn ? (1.0 + (z[row] * mean)) / count : 0.0);
                }

                break;
        }
    }

    private static int Last(ReadOnlySpan<float> z)
    {
        int at = z.Length - 1;
        while (at >= 0 && float.IsNaN(z[at]))
        {
            at--;
        }

        return at;
    }
}
