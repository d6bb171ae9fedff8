namespace Cellwright.Tasks.Series;

/// <summary>Forecasts the windows of a backtest with one method after the other, and takes the errors.</summary>
internal sealed class BacktestJudge
{
    private readonly SeriesSet set;
    private readonly BacktestOptions options;
    private readonly BacktestWindows windows;
    private readonly int season;
    private readonly int targets;

    // The scale of MASE for every series, window and target, the same for all methods.
    private readonly double[] scales;

    public BacktestJudge(SeriesSet set, BacktestOptions options, BacktestWindows windows, int season)
    {
        (this.set, this.options, this.windows, this.season, targets) = (set, options, windows, season, set.TargetNames.Count);
        Pairs = new QuantilePairs(options.Levels);
        scales = new double[set.Series.Count * windows.Judged * targets];
        Parallel.For(0, scales.Length, at =>
        {
            (int cell, int target) = Math.DivRem(at, targets);
            (int s, int window) = Math.DivRem(cell, windows.Judged);
            TimeSeries series = set.Series[s];
            scales[at] = ForecastMetrics.SeasonalScale(series.Target(target)[..windows.Origin(series, windows.Calibration + window)], season);
        });
    }

    public QuantilePairs Pairs { get; }

    /// <summary>Whether the method judged last had intervals.</summary>
    public bool HadQuantiles { get; private set; }

    /// <summary>Judges one method.</summary>
    /// <param name="candidate">The method.</param>
    /// <param name="pointsOnly">Whether to leave intervals out.</param>
    public BacktestScores Judge(ForecastCandidate candidate, bool pointsOnly)
    {
        int first = pointsOnly ? windows.Calibration : 0;
        var scores = new BacktestScores(scales.Length, Pairs.Count);
        var methods = new IForecastMethod[windows.Count];
        for (int window = first; window < windows.Count; window++)
        {
            methods[window] = window == first || options.Refit
                ? candidate.Fit(new SeriesSet([.. set.Series.Select(series => Before(series, window))], set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames))
                : methods[first];
        }

        HadQuantiles = !pointsOnly && (options.Intervals != IntervalCalibration.None || methods[^1] is IIntervalForecastMethod);
        ConformalScores? calibration = HadQuantiles && options.Intervals == IntervalCalibration.Static ? Calibrate(methods) : null;
        if (HadQuantiles && options.Intervals == IntervalCalibration.Adaptive)
        {
            Parallel.For(0, set.Series.Count, s => JudgeInTime(s, methods, scores));
            return scores;
        }

        Parallel.For(0, set.Series.Count * windows.Judged, cell =>
        {
            (int s, int window) = Math.DivRem(cell, windows.Judged);
            TimeSeries series = set.Series[s];
            TimeSeries before = Before(series, windows.Calibration + window);
            (double[] point, double[] quantiles) = Forecast(methods[windows.Calibration + window], before);
            calibration?.Widen(quantiles, ConformalScale.Of(before, season));
            Take(scores, s, window, point, quantiles);
        });
        return scores;
    }

    private ConformalScores Calibrate(IForecastMethod[] methods)
    {
        var scores = new ConformalScores(Pairs, options.Horizon, targets);
        int count = set.Series.Count * windows.Calibration;
        var said = new (double[] Quantiles, double[] Scales)[count];
        Parallel.For(0, count, cell =>
        {
            (int s, int window) = Math.DivRem(cell, windows.Calibration);
            TimeSeries before = Before(set.Series[s], window);
            said[cell] = (Forecast(methods[window], before).Quantiles, ConformalScale.Of(before, season));
        });
        for (int cell = 0; cell < count; cell++)
        {
            TimeSeries series = set.Series[cell / windows.Calibration];
            scores.Add(said[cell].Quantiles, series, windows.Origin(series, cell % windows.Calibration), said[cell].Scales);
        }

        scores.Sort();
        return scores;
    }

    // Windows in the order of time, each after the rows before it.
    private void JudgeInTime(int s, IForecastMethod[] methods, BacktestScores scores)
    {
        TimeSeries series = set.Series[s];
        var adaptive = new AdaptiveConformal(options.Horizon, targets, Pairs.Levels, options.Adaptive);
        double[] outcomes = new double[targets];
        int row = windows.Origin(series, 0);
        for (int window = 0; window < windows.Count; window++)
        {
            TimeSeries before = Before(series, window);
            for (; row < before.Length; row++)
            {
                for (int target = 0; target < targets; target++)
                {
                    outcomes[target] = series.Target(target)[row];
                }

                adaptive.Observe(row, outcomes);
            }

            (double[] point, double[] quantiles) = Forecast(methods[window], before);
            adaptive.Issue(before.Length, ConformalScale.Of(before, season), quantiles);
            if (window >= windows.Calibration)
            {
                Take(scores, s, window - windows.Calibration, point, quantiles);
            }
        }
    }

    private (double[] Point, double[] Quantiles) Forecast(IForecastMethod method, TimeSeries before)
    {
        double[] point = new double[options.Horizon * targets];
        double[] quantiles = new double[point.Length * Pairs.Levels.Length];
        Pairs.Basis(method, before, options.Horizon, point, quantiles);
        return (point, quantiles);
    }

    private void Take(BacktestScores scores, int s, int window, double[] point, double[] quantiles)
    {
        TimeSeries series = set.Series[s];
        int origin = windows.Origin(series, windows.Calibration + window);
        int levels = Pairs.Levels.Length;
        for (int target = 0; target < targets; target++)
        {
            int at = (((s * windows.Judged) + window) * targets) + target;
            ReadOnlySpan<double> outcomes = series.Target(target).Slice(origin, options.Horizon);
            int own = target;
            scores.Points(at, outcomes, [.. Enumerable.Range(0, options.Horizon).Select(step => point[(step * targets) + own])], scales[at]);
            scores.Quantiles(at, outcomes, [.. Enumerable.Range(0, levels).Select(level => Enumerable.Range(0, options.Horizon).Select(step => quantiles[(((step * targets) + own) * levels) + level]).ToArray())], Pairs, scales[at]);
        }
    }

    private TimeSeries Before(TimeSeries series, int window) => series.Until(windows.Origin(series, window), options.Horizon);
}
