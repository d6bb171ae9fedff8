namespace Cellwright.Tasks.Series;

/// <summary>Judges methods by forecasts from several points of the past, all of them on the same windows (rolling origin).</summary>
public static class Backtest
{
    /// <summary>Forecasts every window with every method and compares.</summary>
    /// <remarks>
    /// Each window sees the rows before it and what was known ahead, nothing else. Methods are fitted to the rows before the
    /// first window (with <see cref="BacktestOptions.Refit"/> before each), including the windows that calibrate intervals.
    /// Results do not depend on the number of threads.
    /// </remarks>
    /// <param name="set">The series.</param>
    /// <param name="candidates">The methods, at least one, with names of their own.</param>
    /// <param name="options">The windows.</param>
    /// <exception cref="SeriesException">A series is too short for the windows, or for a method.</exception>
    public static BacktestResult Run(SeriesSet set, IReadOnlyList<ForecastCandidate> candidates, BacktestOptions options)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(options);
        if (candidates.Count == 0 || candidates.DistinctBy(each => each.Name).Count() < candidates.Count)
        {
            throw new ArgumentException("a backtest judges at least one method, and no two of one name", nameof(candidates));
        }

        Season season = options.Season > 0 ? new Season(options.Season, "as asked for") : Season.Of(set);
        var windows = new BacktestWindows(set, options);
        var judge = new BacktestJudge(set, options, windows, season.Length);
        BacktestScores yardstick = judge.Judge(ForecastCandidate.Of(new Naive2Method(season.Length)), pointsOnly: true);
        (BacktestScores Scores, bool Sure)[] judged = [.. candidates.Select(each => (judge.Judge(each, pointsOnly: false), judge.HadQuantiles))];
        double[][] measured = [.. judged.Select(each => each.Scores.ScaledErrors)];
        bool scaled = measured[0].Any(double.IsFinite);
        if (!scaled)
        {
            measured = [.. judged.Select(each => each.Scores.AbsoluteErrors)];
        }

        bool bySeries = set.Series.Count > windows.Judged;
        return new BacktestResult(
            [.. candidates.Zip(judged, (candidate, each) => Row(candidate.Name, each.Scores, each.Sure, yardstick, judge.Pairs))],
            [.. measured.Select(errors => Units(errors, set.Series.Count, windows.Judged, bySeries))],
            scaled ? "MASE" : "MAE",
            bySeries ? "series" : "window",
            bySeries ? 0 : windows.Overlap,
            season,
            set.Series.Count,
            windows.Judged);
    }

    private static BacktestRow Row(string name, BacktestScores scores, bool sure, BacktestScores yardstick, QuantilePairs pairs)
    {
        double smape = BacktestScores.Mean(scores.PercentageErrors);
        double mase = BacktestScores.Mean(scores.ScaledErrors);
        return new BacktestRow
        {
            Method = name,
            Mae = BacktestScores.Mean(scores.AbsoluteErrors),
            Mse = BacktestScores.Mean(scores.SquaredErrors),
            Smape = smape,
            Mase = mase,
            Owa = ForecastMetrics.OverallWeightedAverage(smape, mase, BacktestScores.Mean(yardstick.PercentageErrors), BacktestScores.Mean(yardstick.ScaledErrors)),
            Pinball = sure ? BacktestScores.Mean(scores.PinballLosses) : double.NaN,
            Msis = sure ? BacktestScores.Mean(scores.ScaledIntervalScores) : double.NaN,
            Coverage = sure
                ? [.. Enumerable.Range(0, pairs.Count).Select(pair => new IntervalCoverage(pairs.Coverage(pair), BacktestScores.Mean(scores.Coverages[pair]), BacktestScores.Mean(scores.Widths[pair])))]
                : [],
        };
    }

    // The mean error of each series, or of each window: whichever there are more of.
    private static double[] Units(double[] errors, int series, int windows, bool bySeries)
    {
        int targets = errors.Length / series / windows;
        double At(int s, int w, int target) => errors[(((s * windows) + w) * targets) + target];
        return bySeries
            ? [.. Enumerable.Range(0, series).Select(s => BacktestScores.Mean(errors[(s * windows * targets)..((s + 1) * windows * targets)]))]
            : [.. Enumerable.Range(0, windows).Select(w => BacktestScores.Mean(Enumerable.Range(0, series).SelectMany(s => Enumerable.Range(0, targets).Select(target => At(s, w, target)))))];
    }
}
