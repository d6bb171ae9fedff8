using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>A trained model on the rows kept for validation: beside simple methods on the same windows, and how much its intervals hold.</summary>
/// <param name="Scores">The methods' errors.</param>
/// <param name="Coverage">Coverage of intervals that the first half of the windows calibrated, on the second half; empty where the rows are too few.</param>
/// <param name="Windows">The windows of each series.</param>
/// <param name="Stride">The rows from one to the next.</param>
internal sealed record SeriesValidation(BacktestResult Scores, IReadOnlyList<IntervalCoverage> Coverage, int Windows, int Stride)
{
    private const int MostWindows = 100;
    private const int MostForecasts = 4000;

    /// <summary>The levels of the intervals of a model: its own quantiles where they come in pairs, else those of 80 % and 95 %.</summary>
    public static IReadOnlyList<double> Levels(ForecasterDesign design)
    {
        IReadOnlyList<double> own = design.Head.Levels;
        return own.Count > 1 && own.Zip(own.Reverse()).All(pair => Math.Abs(pair.First + pair.Second - 1) < 1e-9) ? own : ForecastHead.UsualLevels;
    }

    /// <summary>Judges a model, and calibrates its intervals on all of the windows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="set">The series it was trained on.</param>
    /// <param name="options">How it was trained.</param>
    /// <returns>Null where no series has rows for one window.</returns>
    public static SeriesValidation? Of(Forecaster model, SeriesSet set, ForecastTrainingOptions options)
    {
        (int horizon, int season) = (model.Design.Horizon, Math.Max(1, model.Design.Period));
        int Rows(TimeSeries series) => series.Length - options.TrainedRows(series.Length, horizon);
        TimeSeries[] usable = [.. set.Series.Where(series => Rows(series) >= horizon && series.Length - Rows(series) > Math.Max(2, season))];
        if (usable.Length == 0)
        {
            return null;
        }

        SeriesSet judged = new(usable, set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames);
        int rows = usable.Min(Rows);
        int positions = rows - horizon + 1;
        int wanted = Math.Clamp(MostForecasts / usable.Length, 1, Math.Min(MostWindows, positions));
        int stride = wanted == 1 ? horizon : Math.Max(1, (positions - 1) / (wanted - 1));
        int windows = wanted == 1 ? 1 : ((positions - 1) / stride) + 1;
        IReadOnlyList<double> levels = Levels(model.Design);
        BacktestOptions backtest = new() { Horizon = horizon, Windows = windows, Stride = stride, Season = season, Intervals = IntervalCalibration.None, Levels = levels };
        List<ForecastCandidate> candidates = [ForecastCandidate.Of(model), .. ForecastCandidate.Simple(season).Where(each => each.Name.Contains("naive", StringComparison.Ordinal))];
        if (NLinear(usable.Max(series => series.Length - Rows(series)), model.Design.Window, horizon) is { } linear)
        {
            candidates.Add(linear);
        }

        BacktestResult scores = Backtest.Run(judged, candidates, backtest);
        int half = (Math.Max(-1, (rows - (2 * horizon)) / stride) + 2) / 2;
        IReadOnlyList<IntervalCoverage> coverage = rows < 2 * horizon || half < 1 ? []
            : Backtest.Run(judged, [ForecastCandidate.Of(model)], backtest with { Windows = half, CalibrationWindows = half, Intervals = IntervalCalibration.Static }).Rows[0].Coverage;
        model.Calibrate(judged, new ConformalOptions { Horizon = horizon, Levels = levels, Windows = windows, Stride = stride, Season = season });
        return new SeriesValidation(scores, coverage, windows, stride);
    }

    /// <summary>NLinear with a model's window, or a shorter one where the rows are few; null where they are too few for any.</summary>
    /// <param name="rows">The rows of the longest series that it is fitted to.</param>
    /// <param name="window">The window.</param>
    /// <param name="horizon">The rows of a forecast.</param>
    public static ForecastCandidate? NLinear(int rows, int window, int horizon)
    {
        int fitting = Math.Min(window, (rows - horizon) / 2);
        return fitting < 2 ? null : new ForecastCandidate("nlinear", set => NLinearMethod.Fit(set, new NLinearOptions { Window = fitting, Horizon = horizon }));
    }
}
