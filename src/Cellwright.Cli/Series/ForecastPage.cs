using System.Globalization;
using System.Net;
using System.Text;
using Cellwright.Cli.Commands;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Forecasts as a page: a fan chart and a table for each series and target.</summary>
internal static class ForecastPage
{
    private const int MostCharts = 24;

    /// <summary>The page.</summary>
    public static string Html(ForecastingModel opened, ForecastTable table, int shown)
    {
        SeriesSet set = opened.Set;
        string title = $"Forecast of {(set.TargetNames.Count == 1 && set.Series.Count == 1 ? set.TargetNames[0] : string.Create(CultureInfo.InvariantCulture, $"{set.Series.Count * set.TargetNames.Count:N0} series"))}, {Ahead(set.Step, table.Horizon)} ahead";
        StringBuilder body = new();
        body.Append($"<p class=\"soft\">From {Text(opened.Source)}. Model {Text(Path.GetFileName(opened.Path))}: {Text(SeriesModelFlags.Describe(opened.Model.Design))}. Intervals: {Text(ForecastCommand.Intervals(opened.Model))}.</p>");
        int charts = 0;
        foreach (int i in Enumerable.Range(0, set.Series.Count).OrderByDescending(i => i == shown))
        {
            for (int target = 0; target < set.TargetNames.Count && charts < MostCharts; target++, charts++)
            {
                Section(body, set, table, i, target);
            }
        }

        if (set.Series.Count * set.TargetNames.Count > charts)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{charts} of {set.Series.Count * set.TargetNames.Count:N0}; <code>--out</code> writes all as CSV.</p>");
        }

        return ReportPage.Html(title, body.ToString());
    }

    private static void Section(StringBuilder body, SeriesSet set, ForecastTable table, int i, int target)
    {
        (TimeSeries series, Forecast forecast) = (set.Series[i], table.Forecasts[i]);
        (double Lower, double Upper)[] intervals = [.. ForecastTable.Intervals(forecast)];
        string name = string.Join(": ", new[] { series.Id, set.TargetNames[target] }.Where(text => text.Length > 0));
        body.Append($"<section><h2>{Text(name)}</h2><div class=\"key\"><span><i style=\"background:var(--past);height:2px;vertical-align:4px\"></i>observed</span><span><i style=\"background:var(--line);height:3px;vertical-align:4px\"></i>forecast</span>");
        for (int pair = 0; pair < intervals.Length; pair++)
        {
            string opacity = pair == 0 ? ".75" : ".35";
            body.Append($"<span><i style=\"background:var(--band);opacity:{opacity}\"></i>{BacktestTable.Percent(intervals[pair].Upper - intervals[pair].Lower, 0)} interval</span>");
        }

        body.Append("</div>").Append(FanChart.Svg(series, forecast, target, table.Horizon, set.Step));
        body.Append($"<details><summary>All values</summary><div class=\"scroll\"><table><tr><th>{(forecast.Times is null ? "step" : "time")}</th><th>forecast</th>");
        foreach ((double lower, double upper) in intervals)
        {
            body.Append($"<th>{BacktestTable.Percent(upper - lower, 0)} from</th><th>to</th>");
        }

        body.Append("</tr>");
        for (int step = 0; step < table.Horizon; step++)
        {
            body.Append($"<tr><td>{table.Time(forecast, step)}</td><td>{BacktestTable.Number(forecast.Point(step, target))}</td>");
            foreach ((double lower, double upper) in intervals)
            {
                body.Append($"<td>{BacktestTable.Number(forecast.Quantile(step, target, lower))}</td><td>{BacktestTable.Number(forecast.Quantile(step, target, upper))}</td>");
            }

            body.Append("</tr>");
        }

        body.Append("</table></div></details></section>\n");
    }

    private static string Ahead(TimeStep step, int horizon) => step.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{horizon:N0} {step}{(horizon == 1 ? string.Empty : "s")}")
        : string.Create(CultureInfo.InvariantCulture, $"{horizon:N0} times {step}");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
