namespace Cellwright.Tasks.Series;

/// <summary>Where the intervals of a backtest come from.</summary>
public enum IntervalCalibration
{
    /// <summary>From the method itself; a method without quantiles has none.</summary>
    None,

    /// <summary>From windows before the first one that is judged, the same for all.</summary>
    Static,

    /// <summary>From those windows and every outcome that has come since (<see cref="AdaptiveConformal"/>).</summary>
    Adaptive,
}
