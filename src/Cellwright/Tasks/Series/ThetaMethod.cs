namespace Cellwright.Tasks.Series;

/// <summary>
/// The theta method with two lines (Assimakopoulos and Nikolopoulos, 2000), as the M4 competition's benchmark: half the
/// straight line through the series, half simple exponential smoothing of the series with its curvature doubled.
/// </summary>
/// <remarks>
/// The series is first seasonally adjusted where the competition's test finds a season. A forecast below 0 becomes 0 where
/// no value of the series is below 0. Missing values are interpolated.
/// </remarks>
/// <param name="season">The rows of a season, at least 1.</param>
public sealed class ThetaMethod(int season) : ColumnForecastMethod
{
    /// <summary>The rows of a season.</summary>
    public int Season { get; } = season >= 1 ? season : throw new ArgumentOutOfRangeException(nameof(season), "a season has at least one row");

    /// <inheritdoc/>
    public override string Name => "theta";

    private protected override void Forecast(ReadOnlySpan<double> history, Span<double> result)
    {
        double[] values = MissingValues.Filled(history);
        SeasonalDecomposition seasonal = SeasonalDecomposition.WhereSeasonal(values, Season);
        ReadOnlySpan<double> adjusted = seasonal.Adjusted;
        (double middle, double slope) = Line(adjusted);
        double center = (adjusted.Length - 1) / 2.0;
        double[] curved = new double[adjusted.Length];
        for (int i = 0; i < curved.Length; i++)
        {
            curved[i] = (2 * adjusted[i]) - (middle + (slope * (i - center)));
        }

        double level = ExponentialSmoothing.Fit(curved).Level;
        for (int step = 0; step < result.Length; step++)
        {
            result[step] = 0.5 * (level + middle + (slope * (adjusted.Length + step - center)));
        }

        seasonal.PutBack(result);
        if (values.AsSpan().IndexOfAnyExceptInRange(0, double.MaxValue) < 0)
        {
            foreach (ref double value in result)
            {
                value = Math.Max(0, value);
            }
        }
    }

    // Least squares on the row's number; the value in the middle and the slope.
    private static (double Middle, double Slope) Line(ReadOnlySpan<double> values)
    {
        double center = (values.Length - 1) / 2.0;
        double sum = 0;
        double product = 0;
        double square = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i];
            product += (i - center) * values[i];
            square += (i - center) * (i - center);
        }

        return (sum / values.Length, square > 0 ? product / square : 0);
    }
}
