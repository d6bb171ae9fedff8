using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>The result of a backtest as a table and as JSON.</summary>
internal static class BacktestTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="result">The result.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="withIntervals">Whether to say what became of intervals.</param>
    public static void Write(BacktestResult result, TextWriter output, bool withIntervals = true)
    {
        bool intervals = withIntervals && result.Rows.Any(row => row.Coverage.Count > 0);
        double[] coverages = intervals ? [.. result.Rows.First(row => row.Coverage.Count > 0).Coverage.Select(each => each.Nominal)] : [];
        OutputTable table = new([
            "method", "MAE", "RMSE", "MASE", "sMAPE",
            .. intervals ? (string[])["pinball", .. coverages.Select(nominal => $"in {Percent(nominal, 0)}")] : []]);
        foreach (BacktestRow row in result.Rows)
        {
            table.Add([
                row.Method, Number(row.Mae), Number(row.Rmse), Number(row.Mase), Number(row.Smape) + (double.IsNaN(row.Smape) ? string.Empty : " %"),
                .. intervals ? (string[])[Number(row.Pinball), .. coverages.Select((_, i) => i < row.Coverage.Count ? Percent(row.Coverage[i].Actual, 1) : "-")] : []]);
        }

        table.Write(output);
    }

    /// <summary>The rows as objects for JSON.</summary>
    public static IEnumerable<object> Json(BacktestResult result) => result.Rows.Select(row => new
    {
        method = row.Method,
        mae = row.Mae,
        rmse = row.Rmse,
        mse = row.Mse,
        mase = row.Mase,
        smape = row.Smape,
        owa = row.Owa,
        pinball = double.IsNaN(row.Pinball) ? (double?)null : row.Pinball,
        msis = double.IsNaN(row.Msis) ? (double?)null : row.Msis,
        coverage = row.Coverage.Count == 0 ? null : Json(row.Coverage),
    });

    /// <summary>Coverages as objects for JSON.</summary>
    public static IEnumerable<object> Json(IReadOnlyList<IntervalCoverage> coverage) =>
        coverage.Select(each => new { nominal = Math.Round(each.Nominal, 9), actual = each.Actual, meanWidth = each.MeanWidth });

    /// <summary>A figure with four digits; a dash where there is none.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "-" : Math.Abs(value) is >= 1e4 and < 1e15 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share, int digits) => (100 * share).ToString("F" + digits, CultureInfo.InvariantCulture) + " %";
}
