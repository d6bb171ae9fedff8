using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>A series and what is forecast of it, drawn with characters: the past, the points, and two intervals around them.</summary>
internal static class TerminalChart
{
    private const int Height = 15;
    private const int LabelWidth = 10;
    private const int MostColumns = 64;

    private const char Past = '·';
    private const char Point = '●';
    private const char Inner = '▒';
    private const char Outer = '░';

    /// <summary>Writes the chart.</summary>
    /// <param name="series">What has been observed.</param>
    /// <param name="forecast">What is forecast.</param>
    /// <param name="target">Which target.</param>
    /// <param name="horizon">How many rows of the forecast.</param>
    /// <param name="step">The distance from row to row.</param>
    /// <param name="output">Where it goes.</param>
    public static void Write(TimeSeries series, Forecast forecast, int target, int horizon, TimeStep step, TextWriter output)
    {
        int past = Math.Min(series.Length, Math.Max(2 * horizon, 12));
        int perColumn = (past + horizon + MostColumns - 1) / MostColumns;
        double[] history = series.Target(target)[^past..].ToArray();
        (double Lower, double Upper)[] intervals = [.. ForecastTable.Intervals(forecast)];
        (double Lower, double Upper) inner = intervals.FirstOrDefault();
        (double Lower, double Upper) outer = intervals.LastOrDefault();
        bool hasBands = intervals.Length > 0;

        List<(double Low, double High, char Sign)[]> columns = [.. history.Chunk(perColumn).Select(values => Mean(values) is var mean && double.IsNaN(mean) ? [] : ((double, double, char)[])[(mean, mean, Past)])];
        int border = columns.Count;
        foreach (int[] steps in Enumerable.Range(0, horizon).Chunk(perColumn))
        {
            double Of(Func<int, double> value) => Mean([.. steps.Select(value)]);
            double point = Of(each => forecast.Point(each, target));
            columns.Add(hasBands
                ? [
                    (Of(each => forecast.Quantile(each, target, outer.Lower)), Of(each => forecast.Quantile(each, target, outer.Upper)), Outer),
                    (Of(each => forecast.Quantile(each, target, inner.Lower)), Of(each => forecast.Quantile(each, target, inner.Upper)), Inner),
                    (point, point, Point)]
                : [(point, point, Point)]);
        }

        double[] all = [.. columns.SelectMany(column => column).SelectMany(mark => (double[])[mark.Low, mark.High]).Where(double.IsFinite)];
        (double least, double most) = (all.Min(), all.Max());
        double unit = most > least ? (most - least) / (Height - 1) : 1;
        int Row(double value) => (int)Math.Clamp(Math.Round((most - value) / unit), 0, Height - 1);
        for (int row = 0; row < Height; row++)
        {
            string label = row % 7 == 0 ? BacktestTable.Number(most - (row * unit)) : string.Empty;
            char[] line = [.. columns.Select(column => column.LastOrDefault(mark => row >= Row(mark.High) && row <= Row(mark.Low)) is { Sign: not '\0' } mark ? mark.Sign : ' ')];
            output.WriteLine($"{label.PadLeft(LabelWidth)} ┤{new string(line[..border])}│{new string(line[border..]).TrimEnd()}".TrimEnd());
        }

        output.WriteLine($"{new string(' ', LabelWidth)} └{new string('─', border)}┴{new string('─', columns.Count - border)}");
        output.WriteLine($"{new string(' ', LabelWidth + 2)}{Axis(series, forecast, past, horizon, step, border, columns.Count + 1)}");
        string bands = hasBands ? $"   {Inner} {BacktestTable.Percent(inner.Upper - inner.Lower, 0)}{(intervals.Length > 1 ? $"   {Outer} {BacktestTable.Percent(outer.Upper - outer.Lower, 0)}" : string.Empty)}" : string.Empty;
        string width = perColumn > 1 ? FormattableString.Invariant($"   (each column is the mean of {perColumn} rows)") : string.Empty;
        output.WriteLine($"{new string(' ', LabelWidth + 2)}{Past} observed   {Point} forecast{bands}{width}");
    }

    private static string Axis(TimeSeries series, Forecast forecast, int past, int horizon, TimeStep step, int border, int width)
    {
        string At(int row) => series.Start is { } start && step.Unit != TimeUnit.Row ? SeriesTime.Text(step.Add(start, row), step) : (row - series.Length + 1).ToString(CultureInfo.InvariantCulture);
        (string first, string middle, string last) = (At(series.Length - past), At(series.Length), At(series.Length + horizon - 1));
        string axis = first.PadRight(border + 1);
        axis = first.Length + 2 > border ? first.PadRight(first.Length + 2) : axis;
        return horizon > 1 && axis.Length + middle.Length + last.Length + 2 <= Math.Max(width, axis.Length + middle.Length + last.Length + 2)
            ? axis + middle.PadRight(Math.Max(middle.Length + 2, width - axis.Length - last.Length)) + last
            : axis + middle;
    }

    private static double Mean(double[] values) => values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
