namespace Cellwright.Tasks.Series;

/// <summary>The difference of two methods' errors on the same windows, and how sure it is.</summary>
/// <param name="Mean">The mean difference.</param>
/// <param name="StandardError">Its standard error; NaN for fewer than two units.</param>
/// <param name="Units">How many windows, or series, were compared.</param>
public readonly record struct PairedDifference(double Mean, double StandardError, int Units)
{
    /// <summary>Whether the difference is larger than chance makes it in one of twenty cases (Student's t).</summary>
    public bool BeyondNoise => Math.Abs(Mean) > Critical(Units - 1) * StandardError;

    /// <summary>Compares two methods' errors. The variance counts that windows which share outcomes err alike (Newey and West, 1987; Diebold and Mariano, 1995).</summary>
    /// <param name="first">One method's error on each unit, in the order of time.</param>
    /// <param name="second">The other's.</param>
    /// <param name="overlap">With how many of the following units each shares outcomes; 0 for none.</param>
    public static PairedDifference Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int overlap)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException("the methods were not judged on the same units", nameof(second));
        }

        var differences = new List<double>(first.Length);
        for (int i = 0; i < first.Length; i++)
        {
            if (!double.IsNaN(first[i] - second[i]))
            {
                differences.Add(first[i] - second[i]);
            }
        }

        int count = differences.Count;
        if (count < 2)
        {
            return new PairedDifference(count == 1 ? differences[0] : double.NaN, double.NaN, count);
        }

        double mean = differences.Sum() / count;
        double variance = 0;
        for (int lag = 0; lag <= Math.Min(overlap, count - 1); lag++)
        {
            double covariance = 0;
            for (int i = lag; i < count; i++)
            {
                covariance += (differences[i] - mean) * (differences[i - lag] - mean);
            }

            variance += (lag == 0 ? 1 : 2 * (1 - (lag / (overlap + 1.0)))) * covariance;
        }

        return new PairedDifference(mean, Math.Sqrt(variance / (count - 1) / count), count);
    }

    // The 97.5 % quantile of Student's t: exact for one and two degrees of freedom, else by Cornish and Fisher's expansion, to 0.02.
    private static double Critical(int freedom)
    {
        if (freedom <= 2)
        {
            return freedom == 2 ? 4.3027 : freedom == 1 ? 12.7062 : double.PositiveInfinity;
        }

        const double z = 1.9600;
        double n = freedom;
        return z + (((z * z * z) + z) / (4 * n)) + (((5 * Math.Pow(z, 5)) + (16 * z * z * z) + (3 * z)) / (96 * n * n)) + (((3 * Math.Pow(z, 7)) + (19 * Math.Pow(z, 5)) + (17 * z * z * z) - (15 * z)) / (384 * n * n * n));
    }
}
