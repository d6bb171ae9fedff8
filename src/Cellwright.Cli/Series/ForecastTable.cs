using System.Globalization;
using System.Text;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Forecasts as CSV, as objects for JSON, and as a table for people.</summary>
/// <param name="Forecasts">A forecast for each series.</param>
/// <param name="Set">The series.</param>
/// <param name="Horizon">How many of its rows are shown.</param>
internal sealed record ForecastTable(IReadOnlyList<Forecast> Forecasts, SeriesSet Set, int Horizon)
{
    /// <summary>The time of a row ahead, or how many rows behind the last it is.</summary>
    public string Time(Forecast forecast, int step) => forecast.Times is { } times ? SeriesTime.Text(times[step], Set.Step) : (step + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>CSV: a row for each step of each series, a column for each target and each of its quantiles.</summary>
    public string Csv()
    {
        StringBuilder csv = new();
        bool hasIds = Forecasts.Count > 1 || Forecasts[0].Id.Length > 0;
        string time = Forecasts[0].Times is null ? "step" : "time";
        csv.AppendJoin(',', (string[])[.. hasIds ? (string[])["series"] : [], time, .. Set.TargetNames.SelectMany(target => (string[])[target, .. Levels.Select(level => $"{target}_q{Level(level)}")]).Select(Quoted)]).Append('\n');
        foreach (Forecast forecast in Forecasts)
        {
            for (int step = 0; step < Horizon; step++)
            {
                int row = step;
                csv.AppendJoin(',', (string[])[
                    .. hasIds ? (string[])[Quoted(forecast.Id)] : [],
                    Time(forecast, step),
                    .. Enumerable.Range(0, Set.TargetNames.Count).SelectMany(target => (string[])[Exact(forecast.Point(row, target)), .. Levels.Select(level => Exact(forecast.Quantile(row, target, level)))])]).Append('\n');
            }
        }

        return csv.ToString();
    }

    /// <summary>An object for each series.</summary>
    public IEnumerable<object> Json() => Forecasts.Select(forecast => new
    {
        series = forecast.Id.Length > 0 ? forecast.Id : null,
        times = forecast.Times is null ? null : Enumerable.Range(0, Horizon).Select(step => Time(forecast, step)),
        targets = Set.TargetNames.Select((name, target) => new
        {
            name,
            point = Enumerable.Range(0, Horizon).Select(step => forecast.Point(step, target)),
            quantiles = Levels.Select(level => new { level = Math.Round(level, 9), values = Enumerable.Range(0, Horizon).Select(step => forecast.Quantile(step, target, level)) }),
        }),
    });

    /// <summary>Writes the rows of one series and target, the first where there are many.</summary>
    public void Write(TextWriter output, Forecast forecast, int target, int most)
    {
        (double Lower, double Upper)[] pairs = [.. Intervals(forecast)];
        OutputTable table = new([forecast.Times is null ? "step" : "time", Set.TargetNames[target], .. pairs.Select(pair => $"{BacktestTable.Percent(pair.Upper - pair.Lower, 0)} between")]);
        for (int step = 0; step < Math.Min(Horizon, most); step++)
        {
            int row = step;
            table.Add([
                Time(forecast, step),
                BacktestTable.Number(forecast.Point(step, target)),
                .. pairs.Select(pair => $"{BacktestTable.Number(forecast.Quantile(row, target, pair.Lower))} and {BacktestTable.Number(forecast.Quantile(row, target, pair.Upper))}")]);
        }

        table.Write(output);
        if (Horizon > most)
        {
            output.WriteLine(FormattableString.Invariant($"… {Horizon - most} more rows; --out FILE writes all"));
        }
    }

    /// <summary>The central intervals of a forecast, the narrowest first, by their levels.</summary>
    public static IEnumerable<(double Lower, double Upper)> Intervals(Forecast forecast)
    {
        double[] levels = forecast.Levels.ToArray();
        return Enumerable.Range(0, levels.Length / 2).Where(i => Math.Abs(levels[i] + levels[^(i + 1)] - 1) < 1e-9).Select(i => (levels[i], levels[^(i + 1)])).Reverse();
    }

    private double[] Levels => Forecasts[0].Levels.ToArray();

    private static string Level(double level) => Math.Round(level, 9).ToString(CultureInfo.InvariantCulture);

    private static string Exact(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
