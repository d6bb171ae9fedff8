namespace Cellwright.Tasks.Series;

/// <summary>
/// A trained forecaster combined with a linear map from the window to the rows ahead: every point is moved toward the map's
/// by one share of the way, and quantiles and locations move with it. The map is fitted in closed form to the rows that the
/// forecaster was trained on; the validation rows choose its ridge, how far back it looks, and the share.
/// </summary>
/// <remarks>
/// The mean of two forecasts that err in different ways is often better than both (Bates and Granger, 1969). All inputs and
/// outcomes are those that the recurrent layers have: on the window's scale, less the baseline. What comes out is an
/// ordinary forecaster with a linear part (<see cref="ForecasterDesign.Linear"/>).
/// </remarks>
public sealed record LinearCombination
{
    private const int Windows = 64;

    private LinearCombination(Forecaster model, double share, RidgeRegression map) => (Model, Share, Ridge, Rows) = (model, share, map.Ridge, map.Weights[0].Length);

    /// <summary>The combined model; whoever asked for it disposes it.</summary>
    public Forecaster Model { get; }

    /// <summary>The share of the way toward the linear map, 0 to 1: the one with the least squared error on the validation windows; without any, one half.</summary>
    public double Share { get; }

    /// <summary>The ridge of the map, relative to the mean square of an input.</summary>
    public double Ridge { get; }

    /// <summary>The last rows of a window that the map looks at.</summary>
    public int Rows { get; }

    /// <summary>The forecaster's mean squared error on the validation windows, in deviations of each series; NaN where there are none.</summary>
    public double ErrorBefore { get; private init; } = double.NaN;

    /// <summary>That of the linear map.</summary>
    public double ErrorOfMap { get; private init; } = double.NaN;

    /// <summary>That of the combined model.</summary>
    public double Error { get; private init; } = double.NaN;

    /// <summary>Combines a trained model with a linear map.</summary>
    /// <param name="model">The model, which stays as it is.</param>
    /// <param name="set">The series that it was trained on.</param>
    /// <param name="options">How it was trained, which says what rows are there to fit to and to choose by.</param>
    /// <exception cref="ArgumentException">The model carries its state, decodes step by step or reads targets together.</exception>
    /// <exception cref="SeriesException">No series has the rows of a forecast behind some that are trained on.</exception>
    public static LinearCombination Of(Forecaster model, SeriesSet set, ForecastTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ForecasterDesign design = model.Design with { Linear = true };
        if (design.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(model));
        }

        int[] limits = [.. set.Series.Select(series => options.TrainedRows(series.Length, design.Horizon))];
        ForecastShape shape = model.Network.Shape with { Design = design, IsTraining = true };
        ScaledSeries[] known = [.. set.Series.Zip(limits).Where(pair => pair.Second > 0).Select(pair => new ScaledSeries(Filled(pair.First.Until(pair.Second, 0)), model.Scaler))];
        RegressionSums training = Sums(new SeriesWindows(shape, known, [.. known.Select(series => (0, series.Length))], stride: 1, seed: 0), shape, options.Threads);
        if (training.Windows == 0)
        {
            throw new SeriesException(FormattableString.Invariant(
                $"no series has the {design.Horizon + 1} rows that a linear map is fitted to; give longer series, or a shorter horizon"));
        }

        ScaledSeries[] whole = [.. set.Series.Select(series => new ScaledSeries(Filled(series), model.Scaler))];
        SeriesWindows choosing = new(shape, whole, [.. whole.Select((series, i) => (limits[i], series.Length))], options.ValidationStride, seed: 0);
        RidgeRegression map = RidgeRegression.Fit(training, Sums(choosing, shape, options.Threads), Widths(design.Window));

        ForecastNetwork network = new(shape, options.Seed, options.Threads);
        try
        {
            network.CopyCombined(model.Network, map, share: 1.0);
            Errors errors = ErrorsOf(model.Network, network, [.. set.Series.Select(series => new ScaledSeries(series, model.Scaler))], limits, options.ValidationStride);
            network.CopyCombined(model.Network, map, errors.BestShare);
            Forecaster combined = new(network, model.Scaler, model.Columns, model.History) { Notes = model.Notes };
            return new LinearCombination(combined, errors.BestShare, map)
            {
                ErrorBefore = errors.At(0),
                ErrorOfMap = errors.At(1),
                Error = errors.At(errors.BestShare),
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static TimeSeries Filled(TimeSeries series) => series.WithTargets(
    [
        .. Enumerable.Range(0, series.Columns.Targets).Select(target => series.Target(target).ContainsAnyExcept(double.NaN) ? MissingValues.Filled(series.Target(target)) : series.Target(target).ToArray()),
    ]);

    // The whole window, and its last three quarters, half and quarter.
    private static int[] Widths(int window) => [.. new[] { window, window * 3 / 4, window / 2, window / 4 }.Where(width => width > 0)];

    // Errors count in deviations of the series, as they are judged.
    private static RegressionSums Sums(SeriesWindows windows, ForecastShape shape, int threads)
    {
        ForecasterDesign design = shape.Design;
        RegressionSums sums = new(design.Window, design.Horizon);
        using WindowBatch batch = new(shape, Windows);
        double[] inputs = new double[Windows * design.Window];
        double[] outcomes = new double[Windows * design.Horizon];
        double[] weights = new double[Windows];
        for (int first = 0; first < windows.Count; first += Windows)
        {
            windows.Fill(batch, first, limit: null);
            int count = 0;
            for (int window = 0; window < Windows; window++)
            {
                Span<double> ahead = outcomes.AsSpan(count * design.Horizon, design.Horizon);
                for (int row = 0; row < ahead.Length; row++)
                {
                    (int point, int within) = Math.DivRem(row, design.Segment);
                    ahead[row] = batch.Expected.Span[(((point * Windows) + window) * design.Segment) + within];
                }

                if (ahead.Contains(double.NaN))
                {
                    continue;
                }

                for (int row = 0; row < design.Window; row++)
                {
                    inputs[(count * design.Window) + row] = batch.LinearInputs.Span[(window * design.Window) + row];
                }

                double deviation = batch.DeviationOf(window, 0);
                weights[count++] = deviation * deviation;
            }

            sums.Add(count, inputs, outcomes, weights, threads);
        }

        return sums;
    }

    private static Errors ErrorsOf(ForecastNetwork before, ForecastNetwork linear, ScaledSeries[] series, int[] limits, int stride)
    {
        using ForecastRun first = new(before, Windows, ownsNetwork: false);
        using ForecastRun second = new(linear, Windows, ownsNetwork: false);
        ForecastShape shape = second.Batch.Shape;
        SeriesWindows windows = new(shape, series, [.. series.Select((each, i) => (limits[i], each.Length))], stride, seed: 0);
        Errors errors = default;
        for (int at = 0; at < windows.Count; at += Windows)
        {
            windows.Fill(first.Batch, at, limit: null);
            windows.Fill(second.Batch, at, limit: null);
            first.Predict();
            second.Predict();
            for (int window = 0; window < Windows; window++)
            {
                for (int row = 0; row < shape.Design.Horizon; row++)
                {
                    (int point, int within) = Math.DivRem(row, shape.Design.Segment);
                    errors.Add(first.Error(window, point, within), second.Error(window, point, within));
                }
            }
        }

        return errors;
    }

    // Sums of products of two forecasts' errors, from which that of any mean of them follows.
    private struct Errors
    {
        private double first;
        private double second;
        private double product;
        private long count;

        public readonly double BestShare
        {
            get
            {
                double difference = first - (2 * product) + second;
                return count == 0 ? 0.5 : difference > 0 ? Math.Clamp((first - product) / difference, 0, 1) : 0;
            }
        }

        public readonly double At(double share) =>
            (((1 - share) * (1 - share) * first) + (2 * share * (1 - share) * product) + (share * share * second)) / count;

        public void Add(double one, double other)
        {
            if (!double.IsNaN(one))
            {
                first += one * one;
                second += other * other;
                product += one * other;
                count++;
            }
        }
    }
}
