using System.Globalization;
using System.Text;
using Cellwright.TariffMarket;

namespace Cellwright.Bench;

/// <summary>The last days of a market: price, what each model said of it, announcements, and the unit of each state that followed the tariff best.</summary>
internal static class TariffFigure
{
    private const int Width = 900;
    private const int PanelHeight = 150;
    private const int Left = 60;
    private const int Top = 30;
    private const int Gap = 30;

    /// <summary>Draws an SVG.</summary>
    /// <param name="path">The file.</param>
    /// <param name="days">The days of the test, the first forecast's first.</param>
    /// <param name="market">The place of the market in the traces.</param>
    /// <param name="traces">The models, by name.</param>
    /// <param name="count">How many of the first days are drawn.</param>
    public static void Write(string path, IReadOnlyList<MarketDay> days, int market, IReadOnlyDictionary<string, TariffTrace> traces, int count)
    {
        MarketDay[] drawn = [.. days.Take(count)];
        StringBuilder svg = new();
        int panels = 1 + traces.Count;
        int height = Top + (panels * (PanelHeight + Gap));
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>\n");
        foreach ((int day, int tariff) in drawn.Select((day, i) => (i, day.Announcement)).Where(each => each.Announcement != 0))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(day, count):0.0} {Top - 6}V{height - Gap}\" stroke=\"#b00\" stroke-dasharray=\"3 3\"/>\n<text x=\"{X(day, count) + 3:0.0}\" y=\"{Top - 8}\" fill=\"#b00\">{tariff:+0;-0}</text>\n");
        }

        double[] prices = [.. drawn.Select(day => day.Price)];
        (double low, double high) = (prices.Min() - 3, prices.Max() + 3);
        Panel(svg, 0, $"price; dots: the forecasts of clearing days, made the day before ({string.Join(", ", traces.Select((trace, i) => $"{Color(i)} {trace.Key}"))})");
        Line(svg, prices, 0, low, high, "#444");
        int model = 0;
        foreach (TariffTrace trace in traces.Values)
        {
            for (int day = 0; day < count; day++)
            {
                if (drawn[day].Clearing == 1)
                {
                    svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(day, count):0.0}\" cy=\"{Y(trace.Forecasts[market][day][0], 0, low, high):0.0}\" r=\"2.5\" fill=\"{Color(model)}\"/>\n");
                }
            }

            model++;
            double[] values = [.. trace.Values[market].Take(count).Select(value => (double)value)];
            double[] tariffs = [.. drawn.Select(day => (double)day.Tariff * Math.Sign(trace.Correlation))];
            Panel(svg, model, string.Create(CultureInfo.InvariantCulture, $"{traces.Keys.ElementAt(model - 1)}: {trace.Unit}, r = {trace.Correlation:0.00} with the tariff (grey{(trace.Correlation < 0 ? ", upside down" : string.Empty)})"));
            Line(svg, tariffs, model, -12, 12, "#bbb");
            double largest = Math.Max(1e-6, values.Max(Math.Abs)) * 1.1;
            Line(svg, values, model, -largest, largest, Color(model - 1));
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
    }

    private static string Color(int model) => model == 0 ? "darkorange" : "royalblue";

    private static double X(int day, int count) => Left + (day * (Width - Left - 10.0) / count);

    private static double Y(double value, int panel, double low, double high) =>
        Top + (panel * (PanelHeight + Gap)) + (PanelHeight * (1 - ((value - low) / (high - low))));

    private static void Panel(StringBuilder svg, int panel, string title) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<rect x=\"{Left}\" y=\"{Top + (panel * (PanelHeight + Gap))}\" width=\"{Width - Left - 10}\" height=\"{PanelHeight}\" fill=\"none\" stroke=\"#ddd\"/>\n<text x=\"{Left}\" y=\"{Top + (panel * (PanelHeight + Gap)) + PanelHeight + 15}\">{title}</text>\n");

    private static void Line(StringBuilder svg, double[] values, int panel, double low, double high, string color) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<polyline fill=\"none\" stroke=\"{color}\" points=\"{string.Join(' ', values.Select((value, day) => string.Create(CultureInfo.InvariantCulture, $"{X(day, values.Length):0.0},{Y(value, panel, low, high):0.0}")))}\"/>\n<text x=\"{Left - 5}\" y=\"{Top + (panel * (PanelHeight + Gap)) + 10}\" text-anchor=\"end\">{high:0.#}</text>\n<text x=\"{Left - 5}\" y=\"{Top + (panel * (PanelHeight + Gap)) + PanelHeight}\" text-anchor=\"end\">{low:0.#}</text>\n");
}
