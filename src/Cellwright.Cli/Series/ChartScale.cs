using System.Globalization;

namespace Cellwright.Cli.Series;

/// <summary>The values along an axis: its ends, and round values between them.</summary>
/// <param name="Least">The lower end.</param>
/// <param name="Most">The upper end.</param>
/// <param name="Ticks">The round values.</param>
/// <param name="Unit">The distance between them.</param>
internal sealed record ChartScale(double Least, double Most, double[] Ticks, double Unit)
{
    /// <summary>A scale for values.</summary>
    public static ChartScale Of(double least, double most)
    {
        double range = most > least ? most - least : Math.Max(1, Math.Abs(most));
        double rough = range / 4;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double unit = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        (double low, double high) = (least - (0.04 * range), most + (0.04 * range));
        double first = Math.Ceiling(low / unit) * unit;
        return new ChartScale(low, high, [.. Enumerable.Range(0, 12).Select(i => first + (i * unit)).Where(tick => tick <= high)], unit);
    }

    /// <summary>A value of an axis as text, with as many digits as its ticks need.</summary>
    public string Text(double tick) => Math.Max(Math.Abs(Least), Math.Abs(Most)) >= 1e7
        ? tick.ToString("0.##e0", CultureInfo.InvariantCulture)
        : (Math.Abs(tick) < Unit / 1e6 ? 0 : tick).ToString("N" + Math.Clamp(-(int)Math.Floor(Math.Log10(Unit) + 1e-9), 0, 8), CultureInfo.InvariantCulture);
}
