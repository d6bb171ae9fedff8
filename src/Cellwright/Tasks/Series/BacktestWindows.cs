namespace Cellwright.Tasks.Series;

/// <summary>Where the windows of a backtest begin in each series.</summary>
internal sealed class BacktestWindows
{
    private readonly BacktestOptions options;
    private readonly int stride;

    public BacktestWindows(SeriesSet set, BacktestOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Windows, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Stride);
        this.options = options;
        stride = options.Stride > 0 ? options.Stride : options.Horizon;
        Calibration = options.Intervals == IntervalCalibration.None ? 0 : options.CalibrationWindows;
        Judged = options.Windows;
        TimeSeries shortest = set.Series.MinBy(series => series.Length)!;
        if (Origin(shortest, 0) < 1)
        {
            string calibration = Calibration > 0 ? $" and {Calibration} before them that calibrate intervals" : string.Empty;
            throw new SeriesException($"series '{shortest.Id}' has {shortest.Length} rows, and {Judged} windows of {options.Horizon} rows, {stride} apart,{calibration} need {shortest.Length + 1 - Origin(shortest, 0)}; ask for fewer windows or a shorter horizon");
        }
    }

    /// <summary>How many windows calibrate; they come first.</summary>
    public int Calibration { get; }

    /// <summary>How many windows are judged.</summary>
    public int Judged { get; }

    /// <summary>All windows.</summary>
    public int Count => Calibration + Judged;

    /// <summary>How many of the following windows share outcomes with one.</summary>
    public int Overlap => (options.Horizon - 1) / stride;

    /// <summary>The row of the first outcome of a window.</summary>
    public int Origin(TimeSeries series, int window)
    {
        int firstJudged = series.Length - options.Horizon - ((Judged - 1) * stride);
        return window >= Calibration
            ? firstJudged + ((window - Calibration) * stride)
            : firstJudged - options.Horizon - ((Calibration - 1 - window) * stride);
    }
}
