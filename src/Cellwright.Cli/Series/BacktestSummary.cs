using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>What a backtest found, in words and figures.</summary>
/// <param name="Result">The figures.</param>
/// <param name="Options">The windows.</param>
/// <param name="Set">The series.</param>
/// <param name="File">Their file.</param>
/// <param name="Model">What was judged, in words.</param>
/// <param name="Verdict">Who won.</param>
/// <param name="Note">What the reader has to know of the figures; empty for nothing.</param>
/// <param name="Own">The name of the model's row; null where the simple methods are alone.</param>
internal sealed record BacktestSummary(BacktestResult Result, BacktestOptions Options, SeriesSet Set, string File, string Model, string Verdict, string Note, string? Own)
{
    /// <summary>The windows in words.</summary>
    public string Windows
    {
        get
        {
            TimeSeries longest = Set.Series.MaxBy(series => series.Length)!;
            int first = longest.Length - Options.Horizon - ((Options.Windows - 1) * Options.Stride);
            string span = longest.Start is { } start && Set.Step.Unit != TimeUnit.Row ? $", from {SeriesTime.Text(Set.Step.Add(start, first), Set.Step)} to {SeriesTime.Text(Set.Step.Add(start, longest.Length - 1), Set.Step)}" : string.Empty;
            string of = Set.Series.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" of each of {Set.Series.Count:N0} series") : string.Empty;
            return string.Create(CultureInfo.InvariantCulture, $"{Options.Windows:N0} {(Options.Windows == 1 ? "window" : "windows")}{of}, each {Options.Horizon:N0} {(Options.Horizon == 1 ? "row" : "rows")} ahead, {Options.Stride:N0} apart{span}; each forecast knows the rows before it and no others");
        }
    }

    /// <summary>The intervals in words.</summary>
    public string Intervals => Options.Intervals switch
    {
        IntervalCalibration.Static => FormattableString.Invariant($"calibrated on the {Options.CalibrationWindows} windows before the first"),
        IntervalCalibration.Adaptive => FormattableString.Invariant($"calibrated on the {Options.CalibrationWindows} windows before the first and on every outcome that has come since"),
        _ => Result.Rows.Any(row => row.Coverage.Count > 0) ? "as each method gives them" : "none",
    };

    /// <summary>Writes it for people.</summary>
    public void Write(TextWriter output)
    {
        void Line(string label, string text) => output.WriteLine($"{label,-11} {text}");
        Line("file", File);
        Line("windows", Windows);
        Line("model", Model);
        Line("season", Result.Season.Length == 1 ? "none" : FormattableString.Invariant($"{Result.Season.Length} rows"));
        Line("intervals", Intervals);
        output.WriteLine();
        BacktestTable.Write(Result, output);
        output.WriteLine();
        Line("verdict", Verdict);
        if (Note.Length > 0)
        {
            Line("note", Note);
        }
    }

    /// <summary>As an object for JSON.</summary>
    public object Json() => new
    {
        file = File,
        model = Model,
        series = Set.Series.Count,
        windows = Options.Windows,
        horizon = Options.Horizon,
        stride = Options.Stride,
        calibrationWindows = Options.CalibrationWindows,
        refit = Options.Refit,
        intervals = Options.Intervals.ToString().ToLowerInvariant(),
        season = Result.Season.Length,
        methods = BacktestTable.Json(Result),
        winner = Result.Winner,
        verdict = Verdict,
        note = Note.Length > 0 ? Note : null,
    };
}
