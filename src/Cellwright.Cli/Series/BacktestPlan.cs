using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Which windows a backtest judges, and which before them calibrate intervals.</summary>
/// <param name="Options">The windows.</param>
/// <param name="First">The first row of the shortest series that is judged.</param>
internal sealed record BacktestPlan(BacktestOptions Options, int First)
{
    private const int DefaultWindows = 10;
    private const int CalibrationHorizons = 20;

    // More forecasts than these hardly change what an interval is.
    private const int MostCalibrationForecasts = 20_000;

    /// <summary>A plan.</summary>
    /// <param name="set">The series.</param>
    /// <param name="known">For each series, the rows that no window may reach back into, because a model was trained on them.</param>
    /// <param name="horizon">The rows of a forecast.</param>
    /// <param name="windows">How many windows; null for ten, or as many as there is room for.</param>
    /// <param name="stride">The rows from one to the next; 0 for the horizon.</param>
    /// <param name="calibration">How many windows before them calibrate intervals; null for as many as 20 horizons hold, or 20 with a training before each.</param>
    /// <param name="options">The other choices.</param>
    /// <exception cref="SeriesException">There is no room for them.</exception>
    public static BacktestPlan Of(SeriesSet set, IReadOnlyList<int> known, int horizon, int? windows, int stride, int? calibration, BacktestOptions options)
    {
        int apart = stride > 0 ? stride : horizon;
        (TimeSeries series, int first) = set.Series.Zip(known).MinBy(pair => pair.First.Length - pair.Second);
        int room = series.Length - first < horizon ? 0 : ((series.Length - first - horizon) / apart) + 1;
        int judged = windows ?? Math.Min(DefaultWindows, room);
        if (room == 0 || judged > room)
        {
            string which = series.Id.Length > 0 ? $"series '{series.Id}'" : "the series";
            string behind = first > 1 ? FormattableString.Invariant($" behind the {first} that the model was trained on") : string.Empty;
            throw new SeriesException(FormattableString.Invariant(
                $"{which} has {series.Length - first} rows{behind}, which is room for {room} windows of {horizon} rows, {apart} apart, and {Math.Max(1, judged)} were asked for; ask for fewer, give newer rows, train with --hold-out, or give --refit"));
        }

        int start = series.Length - horizon - ((judged - 1) * apart);
        int before = start - horizon - first < 0 ? 0 : ((start - horizon - first) / apart) + 1;
        if (calibration > before)
        {
            throw new SeriesException(FormattableString.Invariant(
                $"there is room for {before} windows before the first one judged to calibrate intervals, and {calibration} were asked for; ask for fewer with --calibration"));
        }

        int horizons = CalibrationHorizons * Math.Max(1, horizon / apart);
        int usual = options.Refit ? CalibrationHorizons : Math.Min(horizons, Math.Max(CalibrationHorizons, MostCalibrationForecasts / set.Series.Count));
        int calibrating = calibration ?? Math.Min(before, usual);
        return new BacktestPlan(
            options with
            {
                Horizon = horizon,
                Windows = judged,
                Stride = apart,
                CalibrationWindows = calibrating,
                Intervals = calibrating == 0 ? IntervalCalibration.None : options.Intervals,
            },
            start);
    }
}
