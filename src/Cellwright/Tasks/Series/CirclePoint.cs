namespace Cellwright.Tasks.Series;

/// <summary>
/// Sine and cosine of a part of the full circle, by the power series in one fixed order, so that they are the same bits on
/// every machine; the error is below 4e-16.
/// </summary>
internal static class CirclePoint
{
    /// <summary>The point at a part of the circle.</summary>
    /// <param name="part">From 0 up to 1.</param>
    public static (double Sine, double Cosine) At(double part)
    {
        // The nearest quarter is taken out, so that at most an eighth of the circle is left for the series.
        double quarters = Math.Floor((4.0 * part) + 0.5);
        double angle = (part - (quarters / 4.0)) * (2.0 * Math.PI);
        (double sine, double cosine) = (Series(angle, first: 1), Series(angle, first: 0));
        return ((int)quarters & 3) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    }

    // x^first/first! - x^(first+2)/(first+2)! + …, nested from its smallest term.
    private static double Series(double angle, int first)
    {
        double square = angle * angle;
        double sum = 1.0;
        for (int power = first + 18; power > first; power -= 2)
        {
            sum = 1.0 - (square / (power * (power - 1)) * sum);
        }

        return first == 1 ? angle * sum : sum;
    }
}
