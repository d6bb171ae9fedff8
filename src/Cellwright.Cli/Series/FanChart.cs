using System.Globalization;
using System.Net;
using System.Text;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>A fan chart as SVG: the past as a line, the points as another, each interval as a band; colours are those of <see cref="ReportPage"/>.</summary>
internal static class FanChart
{
    private const double Width = 720;
    private const double Height = 300;
    private const double Left = 8;
    private const double Right = 62;
    private const double Top = 14;
    private const double Bottom = 30;

    /// <summary>The chart of one target.</summary>
    /// <param name="series">What has been observed.</param>
    /// <param name="forecast">What is forecast.</param>
    /// <param name="target">The target.</param>
    /// <param name="horizon">How many rows of the forecast.</param>
    /// <param name="step">The distance from row to row.</param>
    public static string Svg(TimeSeries series, Forecast forecast, int target, int horizon, TimeStep step)
    {
        int past = Math.Min(series.Length, Math.Max(3 * horizon, 24));
        int first = series.Length - past;
        ReadOnlySpan<double> history = series.Target(target)[first..];
        (double Lower, double Upper)[] intervals = [.. ForecastTable.Intervals(forecast).Reverse()];
        double[] values = [.. history.ToArray().Where(double.IsFinite), .. Enumerable.Range(0, horizon).SelectMany(row => (double[])[forecast.Point(row, target), .. intervals.SelectMany(pair => (double[])[forecast.Quantile(row, target, pair.Lower), forecast.Quantile(row, target, pair.Upper)])]).Where(double.IsFinite)];
        ChartScale scale = ChartScale.Of(values.Min(), values.Max());
        double X(double row) => Left + ((row - first) / Math.Max(1, past + horizon - 1) * (Width - Left - Right));
        double Y(double value) => Top + ((scale.Most - Math.Clamp(value, scale.Least, scale.Most)) / (scale.Most - scale.Least) * (Height - Top - Bottom));
        string At(double row, double value) => string.Create(CultureInfo.InvariantCulture, $"{X(row):0.#},{Y(value):0.#}");

        StringBuilder svg = new();
        string title = WebUtility.HtmlEncode($"{series.Id} {forecast.TargetNames[target]}".Trim());
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}: observed and forecast\">");
        foreach (double tick in scale.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text class=\"tick\" x=\"{Width - Right + 6}\" y=\"{Y(tick) + 4:0.#}\">{scale.Text(tick)}</text>");
        }

        // Bands begin at the last value, where nothing is unsure.
        int lastRow = Enumerable.Range(0, past).LastOrDefault(row => double.IsFinite(series.Target(target)[first + row]), past - 1) + first;
        double lastValue = series.Target(target)[lastRow];
        string from = double.IsFinite(lastValue) ? At(lastRow, lastValue) + " " : string.Empty;
        for (int i = 0; i < intervals.Length; i++)
        {
            (double lower, double upper) = intervals[i];
            IEnumerable<string> above = Enumerable.Range(0, horizon).Select(row => At(series.Length + row, forecast.Quantile(row, target, upper)));
            IEnumerable<string> below = Enumerable.Range(0, horizon).Reverse().Select(row => At(series.Length + row, forecast.Quantile(row, target, lower)));
            svg.Append($"<polygon class=\"band{(i == intervals.Length - 1 ? " inner" : string.Empty)}\" points=\"{from}{string.Join(' ', above.Concat(below))}\"/>");
        }

        foreach (string line in Lines(series, target, first, At))
        {
            svg.Append($"<polyline class=\"past\" points=\"{line}\"/>");
        }

        svg.Append($"<polyline class=\"point\" points=\"{from}{string.Join(' ', Enumerable.Range(0, horizon).Select(row => At(series.Length + row, forecast.Point(row, target))))}\"/>");
        double now = X(series.Length - 0.5);
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"now\" x1=\"{now:0.#}\" x2=\"{now:0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
        string Label(int row) => series.Start is { } start && step.Unit != TimeUnit.Row ? SeriesTime.Text(step.Add(start, row), step) : (row - series.Length + 1).ToString(CultureInfo.InvariantCulture);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left}\" y=\"{Height - 10}\">{Label(first)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"middle\" x=\"{now:0.#}\" y=\"{Height - 10}\">{Label(series.Length)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"end\" x=\"{Width - Right + 54}\" y=\"{Height - 10}\">{Label(series.Length + horizon - 1)}</text>");
        return svg.Append("</svg>").ToString();
    }

    // The past, broken where values are missing.
    private static List<string> Lines(TimeSeries series, int target, int first, Func<double, double, string> at)
    {
        List<string> lines = [];
        StringBuilder line = new();
        for (int row = first; row <= series.Length; row++)
        {
            if (row < series.Length && double.IsFinite(series.Target(target)[row]))
            {
                line.Append(at(row, series.Target(target)[row])).Append(' ');
            }
            else if (line.Length > 0)
            {
                lines.Add(line.ToString().TrimEnd());
                line.Clear();
            }
        }

        return lines;
    }
}
