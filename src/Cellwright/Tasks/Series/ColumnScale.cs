namespace Cellwright.Tasks.Series;

/// <summary>The mean and the deviation of a column, by which it is brought to a common scale.</summary>
/// <param name="Mean">The mean of what is not missing; 0 where everything is.</param>
/// <param name="Deviation">The deviation, the sum of squares divided by their number; 1 where all values are equal.</param>
public readonly record struct ColumnScale(double Mean, double Deviation)
{
    /// <summary>The scale of some values.</summary>
    public static ColumnScale Of(ReadOnlySpan<double> values)
    {
        // A first pass for the mean, so that large values of little deviation lose nothing.
        double sum = 0.0;
        int count = 0;
        foreach (double value in values)
        {
            (sum, count) = double.IsNaN(value) ? (sum, count) : (sum + value, count + 1);
        }

        double mean = count == 0 ? 0.0 : sum / count;
        double squares = 0.0;
        foreach (double value in values)
        {
            squares += double.IsNaN(value) ? 0.0 : (value - mean) * (value - mean);
        }

        double deviation = count == 0 ? 0.0 : Math.Sqrt(squares / count);
        return new ColumnScale(mean, deviation > Math.Abs(mean) * 1e-12 ? deviation : 1.0);
    }

    /// <summary>A value on the common scale.</summary>
    public double Scaled(double value) => (value - Mean) / Deviation;

    /// <summary>A value from the common scale.</summary>
    public double Restored(double value) => Mean + (Deviation * value);
}
