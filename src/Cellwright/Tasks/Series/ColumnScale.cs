using Cellwright.Randomness;

namespace Cellwright.Tasks.Series;

/// <summary>The mean and the deviation of a column, by which it is brought to a common scale.</summary>
/// <param name="Mean">The mean of what is not missing; 0 where everything is.</param>
/// <param name="Deviation">The deviation, the sum of squares divided by their number; 1 where all values are equal.</param>
/// <param name="IsLogarithmic">Whether they are those of the values' logarithms, so that the common scale counts relative changes.</param>
public readonly record struct ColumnScale(double Mean, double Deviation, bool IsLogarithmic = false)
{
    /// <summary>The scale of some values.</summary>
    /// <param name="values">The values; NaN where one is missing. All others above 0 where logarithms are taken.</param>
    /// <param name="isLogarithmic">Whether to take logarithms.</param>
    public static ColumnScale Of(ReadOnlySpan<double> values, bool isLogarithmic = false)
    {
        // A first pass for the mean, so that large values of little deviation lose nothing.
        double sum = 0.0;
        int count = 0;
        foreach (double value in values)
        {
            (sum, count) = double.IsNaN(value) ? (sum, count) : (sum + Transformed(value, isLogarithmic), count + 1);
        }

        double mean = count == 0 ? 0.0 : sum / count;
        double squares = 0.0;
        foreach (double value in values)
        {
            double difference = Transformed(value, isLogarithmic) - mean;
            squares += double.IsNaN(value) ? 0.0 : difference * difference;
        }

        double deviation = count == 0 ? 0.0 : Math.Sqrt(squares / count);
        return new ColumnScale(mean, deviation > Math.Abs(mean) * 1e-12 ? deviation : 1.0, isLogarithmic);
    }

    /// <summary>A value on the common scale.</summary>
    public double Scaled(double value) => (Transformed(value, IsLogarithmic) - Mean) / Deviation;

    /// <summary>A value from the common scale.</summary>
    public double Restored(double value)
    {
        double restored = Mean + (Deviation * value);
        return IsLogarithmic ? PortableMath.Exp(restored) : restored;
    }

    private static double Transformed(double value, bool isLogarithmic) => !isLogarithmic || double.IsNaN(value) ? value : PortableMath.Log(value);
}
