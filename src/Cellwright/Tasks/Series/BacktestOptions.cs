namespace Cellwright.Tasks.Series;

/// <summary>Which windows a backtest judges, and how.</summary>
public sealed record BacktestOptions
{
    /// <summary>The steps of each forecast, at least 1.</summary>
    public required int Horizon { get; init; }

    /// <summary>How many windows at the end of each series are judged. Default 10.</summary>
    public int Windows { get; init; } = 10;

    /// <summary>The rows from one window to the next. Default 0: the horizon, so that no outcome counts twice.</summary>
    public int Stride { get; init; }

    /// <summary>Whether methods are fitted again at every window; otherwise once, before the first.</summary>
    public bool Refit { get; init; }

    /// <summary>The rows of a season, for MASE, MSIS and Naive2. Default 0: <see cref="Season.Of(SeriesSet)"/>.</summary>
    public int Season { get; init; }

    /// <summary>Where intervals come from. Default static.</summary>
    public IntervalCalibration Intervals { get; init; } = IntervalCalibration.Static;

    /// <summary>How many windows before those that are judged calibrate the intervals, all their outcomes before the first one judged. Default 20.</summary>
    public int CalibrationWindows { get; init; } = 20;

    /// <summary>The levels of the quantiles: ascending, in pairs around 0.5. Default 0.025, 0.1, 0.5, 0.9, 0.975.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [0.025, 0.1, 0.5, 0.9, 0.975];

    /// <summary>How adaptive intervals follow; null for the defaults.</summary>
    public AdaptiveConformalOptions? Adaptive { get; init; }
}
