using System.Globalization;

namespace Cellwright.Cli.Charts;

/// <summary>Marks of an axis that shows decimal logarithms.</summary>
internal static class PowerOfTen
{
    /// <summary>10 to a power; far past a double's range too.</summary>
    public static string Mark(double exponent) => string.Create(CultureInfo.InvariantCulture, $"1e{exponent:0.##}");
}
