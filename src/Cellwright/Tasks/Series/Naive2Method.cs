namespace Cellwright.Tasks.Series;

/// <summary>
/// The naive method on the seasonally adjusted series, as the M4 competition defines its yardstick: adjusted by classical
/// decomposition where the test of autocorrelation finds a season, otherwise naive.
/// </summary>
/// <remarks>Rules from the competition's code (Mcompetitions/M4-methods, Benchmarks and Evaluation.R). Missing values are interpolated.</remarks>
/// <param name="season">The rows of a season, at least 1.</param>
public sealed class Naive2Method(int season) : ColumnForecastMethod
{
    /// <summary>The rows of a season.</summary>
    public int Season { get; } = season >= 1 ? season : throw new ArgumentOutOfRangeException(nameof(season), "a season has at least one row");

    /// <inheritdoc/>
    public override string Name => "naive2";

    private protected override void Forecast(ReadOnlySpan<double> history, Span<double> result)
    {
        double[] values = MissingValues.Filled(history);
        SeasonalDecomposition seasonal = SeasonalDecomposition.WhereSeasonal(values, Season);
        result.Fill(seasonal.Adjusted[^1]);
        seasonal.PutBack(result);
    }
}
