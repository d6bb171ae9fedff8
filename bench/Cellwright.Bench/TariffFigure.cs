using System.Globalization;
using System.Text;
using Cellwright.TariffMarket;

namespace Cellwright.Bench;

/// <summary>
/// Days of a market as a picture: announcements and clearings, what each model said of a clearing on the day before it, and
/// the part of its state that knows the tariff.
/// </summary>
internal static class TariffFigure
{
    private const int Width = 1000;
    private const int Left = 46;
    private const int Right = 12;
    private const int Top = 58;
    private const int ForecastHeight = 130;
    private const int StateHeight = 80;
    private const int TitleHeight = 24;
    private const int Gap = 14;
    private const int Largest = 12;
    private static readonly string[] Colors = ["#1f6fd1", "#c2571a", "#2e8540", "#7a3fa0"];

    /// <summary>Draws an SVG.</summary>
    /// <param name="path">The file.</param>
    /// <param name="days">The days that are judged, the first forecast's first.</param>
    /// <param name="market">The place of the market in the traces.</param>
    /// <param name="models">The models.</param>
    /// <param name="count">How many of the first days are drawn.</param>
    /// <param name="window">The days of a window.</param>
    public static void Write(
        string path, IReadOnlyList<MarketDay> days, int market, IReadOnlyList<(string Name, TariffTrace Trace, TariffMemory Memory)> models, int count, int window)
    {
        MarketDay[] drawn = [.. days.Take(count)];
        int each = (2 * TitleHeight) + ForecastHeight + StateHeight + Gap;
        int height = Top + (models.Count * each) + 20;
        double X(double day) => Left + (day * (Width - Left - Right) / count);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>\n");
        for (int day = 0; day < count; day++)
        {
            if (drawn[day].Clearing == 1)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{X(day - 0.5):0.0}\" y=\"{Top}\" width=\"{X(1) - X(0):0.0}\" height=\"{height - Top - 20}\" fill=\"#f1ead8\"/>\n");
            }
        }

        foreach ((int day, int tariff) in drawn.Select((day, i) => (i, day.Announcement)).Where(pair => pair.Announcement != 0))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(day):0.0} {Top - 4}V{height - 20}\" stroke=\"#b00020\" stroke-dasharray=\"4 3\"/>\n<text x=\"{X(day):0.0}\" y=\"{Top - 8}\" fill=\"#b00020\" text-anchor=\"middle\">tariff {Signed(tariff)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"16\">A simulated market: price (grey), clearing days (shaded), announcements (red), forecasts made on the day before a clearing (dots)</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} 24v6h{X(window) - X(0):0.0}v-6\" fill=\"none\" stroke=\"#444\"/>\n<text x=\"{X(window) + 5:0.0}\" y=\"32\" fill=\"#444\">a window, {window} days</text>\n");
        for (int i = 0; i < models.Count; i++)
        {
            (string name, TariffTrace trace, TariffMemory memory) = models[i];
            int top = Top + (i * each);
            Forecasts(svg, drawn, trace.Forecasts[market], name, Colors[i % Colors.Length], top + TitleHeight, X);
            State(svg, drawn, trace, memory, market, Colors[i % Colors.Length], top + (2 * TitleHeight) + ForecastHeight, X);
        }

        for (int day = 0; day <= count; day += 100)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(day):0.0}\" y=\"{height - 5}\" text-anchor=\"{(day == 0 ? "start" : day == count ? "end" : "middle")}\" fill=\"#444\">day {day}</text>\n");
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
    }

    private static void Forecasts(StringBuilder svg, MarketDay[] days, double[][] forecasts, string name, string color, int top, Func<double, double> x)
    {
        (double low, double high) = (days.Min(day => day.Price) - 2, days.Max(day => day.Price) + 2);
        double Y(double value) => top + (ForecastHeight * (1 - ((value - low) / (high - low))));
        Panel(svg, $"{name}: price and forecasts", top, ForecastHeight, (low, high));
        Line(svg, [.. days.Select((day, i) => (x(i), Y(day.Price)))], "#888", 1);
        for (int start = 1; start < days.Length; start++)
        {
            // A clearing that begins with an announcement cannot be known before.
            if (days[start].Clearing == 0 || days[start - 1].Clearing == 1 || days[start].Announcement != 0)
            {
                continue;
            }

            (double, double)[] points = [.. Enumerable.Range(0, forecasts[start].Length).TakeWhile(step => start + step < days.Length && days[start + step].Clearing == 1).Select(step => (x(start + step), Y(forecasts[start][step])))];
            Line(svg, points, color, 1.5);
            foreach ((double across, double down) in points)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{across:0.0}\" cy=\"{down:0.0}\" r=\"2.2\" fill=\"{color}\"/>\n");
            }
        }
    }

    private static void State(StringBuilder svg, MarketDay[] days, TariffTrace trace, TariffMemory memory, int market, string color, int top, Func<double, double> x)
    {
        double Y(double share) => top + (StateHeight * (0.5 - (0.5 * share / Largest)));
        double sign = memory.Correlation < 0 ? -1 : 1;
        double[] unit = memory.UnitOf(trace, market)[..days.Length];
        double scale = 10 * sign / Math.Max(1e-6, trace.States.SelectMany(states => memory.UnitOf(states)).Max(Math.Abs));
        string turned = sign < 0 ? ", turned over" : string.Empty;
        Panel(
            svg,
            string.Create(CultureInfo.InvariantCulture, $"state: unit {memory.Unit}{turned} (bold; r = {Math.Abs(memory.Correlation):0.00} with the tariff over all markets), a linear map of all units (thin; r = {memory.Readout:0.00}), the tariff (grey)"),
            top,
            StateHeight,
            (-Largest, Largest));
        Line(svg, [.. days.SelectMany((day, i) => new[] { (x(i), Y(day.Tariff)), (x(i + 1), Y(day.Tariff)) })], "#bbb", 3);
        Line(svg, [.. memory.ReadoutOf(trace, market)[..days.Length].Select((value, i) => (x(i), Y(Math.Clamp(value, -Largest, Largest))))], color, 0.8);
        Line(svg, [.. unit.Select((value, i) => (x(i), Y(scale * value)))], color, 2);
    }

    private static string Signed(int tariff) => tariff.ToString("+0;−0", CultureInfo.InvariantCulture);

    private static void Panel(StringBuilder svg, string title, int top, int height, (double Low, double High) range) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<rect x=\"{Left}\" y=\"{top}\" width=\"{Width - Left - Right}\" height=\"{height}\" fill=\"none\" stroke=\"#ccc\"/>\n<text x=\"{Left}\" y=\"{top - 6}\">{title}</text>\n<text x=\"{Left - 5}\" y=\"{top + 11}\" text-anchor=\"end\" fill=\"#444\">{range.High:0}</text>\n<text x=\"{Left - 5}\" y=\"{top + height}\" text-anchor=\"end\" fill=\"#444\">{range.Low.ToString("0;−0", CultureInfo.InvariantCulture)}</text>\n");

    private static void Line(StringBuilder svg, (double X, double Y)[] points, string color, double width) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" points=\"{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.0},{point.Y:0.0}")))}\"/>\n");
}
