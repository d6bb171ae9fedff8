namespace Cellwright.Tasks.Series;

/// <summary>
/// Any method with intervals that held-out windows have calibrated: split conformal prediction (Vovk et al., 2005; Lei et
/// al., 2018) for each step, and conformalized quantiles (Romano, Patterson and Candès, 2019) where the method has
/// quantiles of its own.
/// </summary>
/// <remarks>
/// A new window that is exchangeable with n held-out ones is covered with at least the nominal probability c as long as
/// n ≥ c / (1 − c): 4 windows for 80 %, 19 for 95 %. With fewer, the largest error is the limit and coverage is n / (n + 1).
/// Errors are compared in units of each series' recent mean change over a season. Time series are not exchangeable where
/// they drift; <see cref="AdaptiveConformal"/> follows them.
/// </remarks>
public sealed class ConformalMethod : IIntervalForecastMethod
{
    private readonly IForecastMethod method;
    private readonly QuantilePairs pairs;
    private readonly ConformalScores scores;
    private readonly ConformalOptions options;

    private ConformalMethod(IForecastMethod method, QuantilePairs pairs, ConformalScores scores, ConformalOptions options)
        => (this.method, this.pairs, this.scores, this.options) = (method, pairs, scores, options);

    /// <inheritdoc/>
    public string Name => method.Name;

    /// <inheritdoc/>
    public IReadOnlyList<double> Levels => pairs.Levels;

    /// <summary>How many outcomes calibrate the step and target that has the fewest.</summary>
    public int Outcomes => scores.Fewest;

    /// <summary>How far the intervals reach beyond what the method says.</summary>
    internal IntervalWidths Widths => scores.ToWidths(options.Season);

    /// <summary>Calibrates a method on the last windows of each series, which it must not have learned from.</summary>
    /// <param name="method">The method.</param>
    /// <param name="set">The series.</param>
    /// <param name="options">The horizon, the levels and the windows.</param>
    /// <exception cref="SeriesException">No series is long enough for one window.</exception>
    public static ConformalMethod Calibrate(IForecastMethod method, SeriesSet set, ConformalOptions options)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Windows, 1);
        var pairs = new QuantilePairs(options.Levels);
        int targets = set.TargetNames.Count;
        int stride = options.Stride > 0 ? options.Stride : options.Horizon;
        var scores = new ConformalScores(pairs, options.Horizon, targets);
        double[] point = new double[options.Horizon * targets];
        double[] quantiles = new double[point.Length * pairs.Levels.Length];
        foreach (TimeSeries series in set.Series)
        {
            for (int window = 0; window < options.Windows; window++)
            {
                int origin = series.Length - options.Horizon - (window * stride);
                if (origin <= options.Season)
                {
                    break;
                }

                TimeSeries before = series.Until(origin, options.Horizon);
                pairs.Basis(method, before, options.Horizon, point, quantiles);
                scores.Add(quantiles, series, origin, ConformalScale.Of(before, options.Season));
            }
        }

        if (pairs.Count > 0 && scores.Fewest == 0)
        {
            throw new SeriesException($"no held-out window of {options.Horizon} rows fits behind a season of {options.Season} in any series; shorten the horizon");
        }

        scores.Sort();
        return new ConformalMethod(method, pairs, scores, options);
    }

    /// <inheritdoc/>
    public void Forecast(TimeSeries series, int horizon, Span<double> result) => method.Forecast(series, horizon, result);

    /// <inheritdoc/>
    public void Forecast(TimeSeries series, int horizon, Span<double> point, Span<double> quantiles)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (horizon > options.Horizon)
        {
            throw new SeriesException($"the intervals are calibrated for {options.Horizon} steps and asked for {horizon}; calibrate them for that horizon");
        }

        pairs.Basis(method, series, horizon, point, quantiles);
        scores.Widen(quantiles, ConformalScale.Of(series, options.Season));
    }
}
