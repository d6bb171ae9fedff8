namespace Cellwright.Tasks.Series;

/// <summary>The errors of one method, each for every series, window and target: [series, windows, targets].</summary>
/// <remarks>The mean over all of them is the mean over windows of equal weight, whatever is missing within one.</remarks>
internal sealed class BacktestScores(int count, int pairs)
{
    public double[] AbsoluteErrors { get; } = new double[count];

    public double[] SquaredErrors { get; } = new double[count];

    public double[] PercentageErrors { get; } = new double[count];

    public double[] ScaledErrors { get; } = new double[count];

    public double[] PinballLosses { get; } = new double[count];

    public double[] ScaledIntervalScores { get; } = new double[count];

    public double[][] Coverages { get; } = [.. Enumerable.Range(0, pairs).Select(_ => new double[count])];

    public double[][] Widths { get; } = [.. Enumerable.Range(0, pairs).Select(_ => new double[count])];

    /// <summary>Judges the points of one window and target.</summary>
    public void Points(int at, ReadOnlySpan<double> outcomes, ReadOnlySpan<double> forecasts, double scale)
    {
        AbsoluteErrors[at] = ForecastMetrics.MeanAbsoluteError(outcomes, forecasts);
        SquaredErrors[at] = ForecastMetrics.MeanSquaredError(outcomes, forecasts);
        PercentageErrors[at] = ForecastMetrics.SymmetricPercentageError(outcomes, forecasts);
        ScaledErrors[at] = ForecastMetrics.MeanAbsoluteScaledError(outcomes, forecasts, scale);
    }

    /// <summary>Judges the quantiles of one window and target, [levels][horizon].</summary>
    public void Quantiles(int at, ReadOnlySpan<double> outcomes, double[][] quantiles, QuantilePairs levels, double scale)
    {
        for (int level = 0; level < quantiles.Length; level++)
        {
            PinballLosses[at] += ForecastMetrics.PinballLoss(outcomes, quantiles[level], levels.Levels[level]) / quantiles.Length;
        }

        for (int pair = 0; pair < levels.Count; pair++)
        {
            (double[] lower, double[] upper) = (quantiles[pair], quantiles[levels.Upper(pair)]);
            Coverages[pair][at] = ForecastMetrics.Coverage(outcomes, lower, upper);
            Widths[pair][at] = ForecastMetrics.MeanWidth(outcomes, lower, upper);
        }

        ScaledIntervalScores[at] = levels.Count == 0
            ? double.NaN
            : ForecastMetrics.ScaledIntervalScore(outcomes, quantiles[0], quantiles[^1], 1 - levels.Coverage(0), scale);
    }

    /// <summary>The mean of what is there; NaN where nothing is.</summary>
    public static double Mean(IEnumerable<double> values) => values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
