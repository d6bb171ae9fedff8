namespace Cellwright.Tasks.Series;

/// <summary>Errors of forecasts and of their intervals, by the field's definitions. A step whose outcome is missing (NaN) does not count; NaN where none counts.</summary>
/// <remarks>sMAPE, MASE, MSIS and OWA are those of the M4 competition (Makridakis, Spiliotis and Assimakopoulos, 2020).</remarks>
public static class ForecastMetrics
{
    /// <summary>MAE: the mean of |outcome − forecast|.</summary>
    public static double MeanAbsoluteError(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> forecasts) =>
        Mean(outcomes, forecasts, forecasts, static (y, f, _, _) => Math.Abs(y - f));

    /// <summary>MSE: the mean of (outcome − forecast)².</summary>
    public static double MeanSquaredError(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> forecasts) =>
        Mean(outcomes, forecasts, forecasts, static (y, f, _, _) => (y - f) * (y - f));

    /// <summary>RMSE: the root of <see cref="MeanSquaredError"/>.</summary>
    public static double RootMeanSquaredError(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> forecasts) =>
        Math.Sqrt(MeanSquaredError(outcomes, forecasts));

    /// <summary>sMAPE in percent, 0 to 200: the mean of 200 |y − f| / (|y| + |f|), where 0 / 0 is 0.</summary>
    public static double SymmetricPercentageError(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> forecasts) =>
        Mean(outcomes, forecasts, forecasts, static (y, f, _, _) => y == f ? 0 : 200 * Math.Abs(y - f) / (Math.Abs(y) + Math.Abs(f)));

    /// <summary>What MASE and MSIS divide by: the mean of |yₜ − yₜ₋ₘ| within a history. NaN where no two such values are there.</summary>
    /// <param name="history">The values before the forecast; pairs with a missing one do not count.</param>
    /// <param name="season">The season m, at least 1.</param>
    public static double SeasonalScale(ReadOnlySpan<double> history, int season)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        double sum = 0;
        int count = 0;
        for (int i = season; i < history.Length; i++)
        {
            double difference = Math.Abs(history[i] - history[i - season]);
            if (!double.IsNaN(difference))
            {
                sum += difference;
                count++;
            }
        }

        return count > 0 ? sum / count : double.NaN;
    }

    /// <summary>MASE: <see cref="MeanAbsoluteError"/> over <see cref="SeasonalScale"/> (Hyndman and Koehler, 2006). NaN where the scale is 0.</summary>
    /// <param name="outcomes">What came.</param>
    /// <param name="forecasts">What was forecast.</param>
    /// <param name="scale">The scale.</param>
    public static double MeanAbsoluteScaledError(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> forecasts, double scale) =>
        scale > 0 ? MeanAbsoluteError(outcomes, forecasts) / scale : double.NaN;

    /// <summary>Pinball loss of a quantile: the mean of level · (y − q) where y is above it, (1 − level) · (q − y) below.</summary>
    /// <param name="outcomes">What came.</param>
    /// <param name="quantiles">The quantiles.</param>
    /// <param name="level">Their level, above 0 and below 1.</param>
    public static double PinballLoss(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> quantiles, double level) =>
        Mean(outcomes, quantiles, quantiles, static (y, q, _, level) => y >= q ? level * (y - q) : (1 - level) * (q - y), level);

    /// <summary>Coverage: the share of outcomes inside their intervals, ends included.</summary>
    public static double Coverage(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper) =>
        Mean(outcomes, lower, upper, static (y, low, high, _) => y >= low && y <= high ? 1 : 0);

    /// <summary>The mean width of intervals, over the steps whose outcome is there.</summary>
    public static double MeanWidth(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper) =>
        Mean(outcomes, lower, upper, static (_, low, high, _) => high - low);

    /// <summary>The interval score (Gneiting and Raftery, 2007): the width, and 2/α for each unit that an outcome lies outside, on average.</summary>
    /// <param name="outcomes">What came.</param>
    /// <param name="lower">The lower ends.</param>
    /// <param name="upper">The upper ends.</param>
    /// <param name="alpha">1 − nominal coverage, such as 0.05.</param>
    public static double IntervalScore(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double alpha) =>
        Mean(outcomes, lower, upper, static (y, low, high, alpha) => high - low + (2 / alpha * (Math.Max(0, low - y) + Math.Max(0, y - high))), alpha);

    /// <summary>MSIS: <see cref="IntervalScore"/> over <see cref="SeasonalScale"/>. NaN where the scale is 0.</summary>
    /// <param name="outcomes">What came.</param>
    /// <param name="lower">The lower ends.</param>
    /// <param name="upper">The upper ends.</param>
    /// <param name="alpha">1 − nominal coverage; the competition's is 0.05.</param>
    /// <param name="scale">The scale.</param>
    public static double ScaledIntervalScore(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double alpha, double scale) =>
        scale > 0 ? IntervalScore(outcomes, lower, upper, alpha) / scale : double.NaN;

    /// <summary>OWA: the mean of sMAPE and MASE, each over that of <see cref="Naive2Method"/>; all four averaged over the series before.</summary>
    public static double OverallWeightedAverage(double smape, double mase, double naive2Smape, double naive2Mase) =>
        ((smape / naive2Smape) + (mase / naive2Mase)) / 2;

    private static double Mean(ReadOnlySpan<double> outcomes, ReadOnlySpan<double> a, ReadOnlySpan<double> b, Func<double, double, double, double, double> error, double level = 0)
    {
        if (a.Length != outcomes.Length || b.Length != outcomes.Length)
        {
            throw new ArgumentException("there is not one forecast for each outcome", nameof(outcomes));
        }

        double sum = 0;
        int count = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            if (!double.IsNaN(outcomes[i]))
            {
                sum += error(outcomes[i], a[i], b[i], level);
                count++;
            }
        }

        return count > 0 ? sum / count : double.NaN;
    }
}
