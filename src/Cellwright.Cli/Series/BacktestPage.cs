using System.Globalization;
using System.Net;
using System.Text;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>A backtest as a page: who won, a bar for each method, and all figures.</summary>
internal static class BacktestPage
{
    private const double Width = 720;
    private const double RowHeight = 38;
    private const double NameWidth = 180;
    private const double FigureWidth = 80;

    /// <summary>The page.</summary>
    public static string Html(BacktestSummary summary)
    {
        StringBuilder body = new();
        body.Append($"<p>{Text(summary.Verdict)}</p>");
        if (summary.Note.Length > 0)
        {
            body.Append($"<p class=\"soft\">{Text(summary.Note)}</p>");
        }

        bool scaled = summary.Result.Rows.All(row => double.IsFinite(row.Mase));
        body.Append($"<section><h2>{(scaled ? "Error beside that of a seasonal naive forecast within the past (MASE)" : "Mean absolute error")}; shorter is better</h2>{Bars(summary, row => scaled ? row.Mase : row.Mae)}</section>");
        body.Append("<section><h2>All figures</h2>").Append(Table(summary)).Append("</section>");
        body.Append($"<p class=\"soft\">{Text(summary.File)}. {Text(summary.Windows)}. Model: {Text(summary.Model)}. Intervals: {Text(summary.Intervals)}.</p>");
        return ReportPage.Html("Backtest", body.ToString());
    }

    private static string Bars(BacktestSummary summary, Func<BacktestRow, double> error)
    {
        double most = summary.Result.Rows.Max(error);
        double height = summary.Result.Rows.Count * RowHeight;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"errors of the methods\">");
        foreach ((BacktestRow row, int i) in summary.Result.Rows.Select((row, i) => (row, i)))
        {
            double length = most > 0 ? error(row) / most * (Width - NameWidth - FigureWidth) : 0;
            double middle = (i * RowHeight) + (RowHeight / 2);
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"0\" y=\"{middle + 5}\">{Text(row.Method)}</text><rect class=\"bar{(row.Method == summary.Own ? " own" : string.Empty)}\" x=\"{NameWidth}\" y=\"{middle - 10}\" width=\"{length:0.#}\" height=\"20\" rx=\"3\"/><text class=\"tick\" x=\"{NameWidth + length + 8:0.#}\" y=\"{middle + 5}\">{BacktestTable.Number(error(row))}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    private static string Table(BacktestSummary summary)
    {
        IReadOnlyList<IntervalCoverage> intervals = summary.Result.Rows.Select(row => row.Coverage).FirstOrDefault(coverage => coverage.Count > 0) ?? [];
        StringBuilder html = new("<div class=\"scroll\"><table><tr><th>method</th><th>MAE</th><th>RMSE</th><th>MASE</th><th>sMAPE</th><th>OWA</th>");
        html.Append(intervals.Count > 0 ? "<th>pinball</th>" : string.Empty);
        html.AppendJoin(string.Empty, intervals.Select(each => $"<th>held by {BacktestTable.Percent(each.Nominal, 0)}</th>")).Append("</tr>");
        foreach (BacktestRow row in summary.Result.Rows)
        {
            html.Append($"<tr{(row.Method == summary.Own ? " class=\"own\"" : string.Empty)}><td>{Text(row.Method)}</td>");
            html.AppendJoin(string.Empty, new[] { row.Mae, row.Rmse, row.Mase, row.Smape, row.Owa }.Select(value => $"<td>{BacktestTable.Number(value)}</td>"));
            if (intervals.Count > 0)
            {
                html.Append($"<td>{BacktestTable.Number(row.Pinball)}</td>");
                html.AppendJoin(string.Empty, intervals.Select((_, i) => $"<td>{(i < row.Coverage.Count ? BacktestTable.Percent(row.Coverage[i].Actual, 1) : "-")}</td>"));
            }

            html.Append("</tr>");
        }

        return html.Append("</table></div>").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
