namespace Cellwright.Training;

/// <summary>
/// A positive number from any number: (x + √(x² + 4))/2, the squareplus of Barron (2021), 1 at 0, plus
/// <see cref="Least"/>. Made of a root alone, so that every machine gives the same bits.
/// </summary>
public static class PositiveScale
{
    /// <summary>The least scale: below it a likelihood could grow without bound.</summary>
    public const double Least = 1e-3;

    /// <summary>The scale.</summary>
    /// <param name="x">Any number.</param>
    public static double Of(double x) => Of(x, out _);

    /// <summary>The scale and its derivative.</summary>
    internal static double Of(double x, out double slope)
    {
        double root = Math.Sqrt((x * x) + 4.0);

        // For negative numbers the sum would lose digits: (x + r)/2 = 2/(r − x).
        double value = x >= 0.0 ? 0.5 * (x + root) : 2.0 / (root - x);
        slope = value / root;
        return value + Least;
    }
}
