using System.Numerics.Tensors;

namespace Cellwright.Tasks.Series;

/// <summary>How alike a series is to itself some rows earlier, and whether that is more than chance.</summary>
public static class Autocorrelation
{
    // Of a normal distribution, two-sided 90 %: the figure of the competition's code.
    private const double Critical = 1.645;

    /// <summary>The sample autocorrelations r₁ … r of the last lag: covariances of the whole series, divided by its length, over its variance; all 0 for a constant.</summary>
    /// <param name="values">The values, none missing.</param>
    /// <param name="lags">How many, at least 1; those at or past the length are 0.</param>
    public static double[] Of(ReadOnlySpan<double> values, int lags)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lags, 1);
        double[] result = new double[lags];
        if (values.IsEmpty)
        {
            return result;
        }

        double mean = Sum(values) / values.Length;
        double[] centered = new double[values.Length];
        TensorPrimitives.Subtract(values, mean, centered);
        double variance = Products(centered, centered);

        // A constant's deviations are rounding.
        if (!(variance > 1e-20 * values.Length * mean * mean) || variance == 0)
        {
            return result;
        }

        for (int lag = 1; lag <= Math.Min(lags, values.Length - 1); lag++)
        {
            result[lag - 1] = Products(centered.AsSpan(lag), centered.AsSpan(0, centered.Length - lag)) / variance;
        }

        return result;
    }

    /// <summary>Whether a series repeats with a season, as the M4 competition tests it: the season's autocorrelation exceeds the 90 % limit that those of the shorter lags leave (Bartlett).</summary>
    /// <remarks>
    /// Fewer than three seasons are not seasonal. The competition's code also finds none in a season longer than 10 log₁₀ n
    /// rows, where its library stops computing; here the season is tested at any length.
    /// </remarks>
    /// <param name="values">The values, none missing.</param>
    /// <param name="season">The rows of a season; 1 is never seasonal.</param>
    public static bool IsSeasonal(ReadOnlySpan<double> values, int season)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        return season > 1 && values.Length >= 3 * season && Exceeds(Of(values, season), season, values.Length);
    }

    /// <summary>Whether the autocorrelation of a lag exceeds its limit, given those up to it.</summary>
    internal static bool Exceeds(ReadOnlySpan<double> correlations, int lag, int length)
    {
        double squares = 0;
        for (int i = 0; i < lag - 1; i++)
        {
            squares += correlations[i] * correlations[i];
        }

        return Math.Abs(correlations[lag - 1]) > Critical * Math.Sqrt((1 + (2 * squares)) / length);
    }

    // In the order of the rows, so that every machine gives the same bits.
    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double Products(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
