namespace Cellwright.Tasks.Series;

/// <summary>
/// A season taken out of a series by classical decomposition: centred moving averages over one season are the trend, and
/// what remains is averaged for each place in the season.
/// </summary>
/// <remarks>
/// Multiplicative where all values are positive, as the M4 competition does; additive otherwise. The indices have mean 1
/// (multiplicative) or 0 (additive).
/// </remarks>
internal sealed class SeasonalDecomposition
{
    private readonly bool multiplicative;

    // By the row's number modulo the season; empty without a season.
    private readonly double[] indices;

    private SeasonalDecomposition(double[] values, double[] indices, bool multiplicative)
    {
        (this.indices, this.multiplicative) = (indices, multiplicative);
        Adjusted = values;
        if (indices.Length > 0)
        {
            Adjusted = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                double index = indices[i % indices.Length];
                Adjusted[i] = multiplicative ? values[i] / index : values[i] - index;
            }
        }
    }

    /// <summary>The seasonally adjusted values, [length].</summary>
    public double[] Adjusted { get; }

    /// <summary>The indices, one for each place in the season; empty where no season was taken out.</summary>
    public ReadOnlySpan<double> Indices => indices;

    /// <summary>Takes the season out where <see cref="Autocorrelation.IsSeasonal"/> finds one; otherwise the values stay as they are.</summary>
    public static SeasonalDecomposition WhereSeasonal(double[] values, int season) =>
        Autocorrelation.IsSeasonal(values, season) ? Of(values, season) : new SeasonalDecomposition(values, [], multiplicative: false);

    /// <summary>Takes the season out of at least two seasons.</summary>
    public static SeasonalDecomposition Of(double[] values, int season)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, 2 * season);
        bool multiplicative = values.AsSpan().IndexOfAnyExceptInRange(double.Epsilon, double.MaxValue) < 0;
        double[] sums = new double[season];
        int[] counts = new int[season];
        int half = season / 2;
        for (int i = half; i < values.Length - half; i++)
        {
            double trend = Trend(values.AsSpan(i - half, (2 * half) + 1), season);
            sums[i % season] += multiplicative ? values[i] / trend : values[i] - trend;
            counts[i % season]++;
        }

        double[] indices = [.. sums.Zip(counts, (sum, count) => sum / count)];
        double mean = indices.Sum() / season;
        for (int i = 0; i < season; i++)
        {
            indices[i] = multiplicative ? indices[i] / mean : indices[i] - mean;
        }

        return new SeasonalDecomposition(values, indices, multiplicative);
    }

    /// <summary>Puts the season back into what follows the last row.</summary>
    public void PutBack(Span<double> forecast)
    {
        for (int step = 0; step < forecast.Length && indices.Length > 0; step++)
        {
            double index = indices[(Adjusted.Length + step) % indices.Length];
            forecast[step] = multiplicative ? forecast[step] * index : forecast[step] + index;
        }
    }

    // An even season has no middle: both ends count half.
    private static double Trend(ReadOnlySpan<double> around, int season)
    {
        double sum = 0;
        foreach (double value in around)
        {
            sum += value;
        }

        return (season % 2 == 0 ? sum - (0.5 * (around[0] + around[^1])) : sum) / season;
    }
}
