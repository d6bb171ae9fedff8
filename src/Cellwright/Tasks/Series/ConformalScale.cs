namespace Cellwright.Tasks.Series;

/// <summary>The unit in which errors of one series are compared with those of another, or of another time: the mean change over a season in the last rows.</summary>
internal static class ConformalScale
{
    private const int LeastRows = 100;
    private const int Seasons = 4;

    /// <summary>The last rows that are looked at.</summary>
    public static int Rows(int season) => Math.Max(LeastRows, (Seasons + 1) * season);

    /// <summary>The scales of a series' targets at its last row, [targets]; 1 for a target that does not change.</summary>
    public static double[] Of(TimeSeries series, int season)
    {
        double[] scales = new double[series.Columns.Targets];
        for (int target = 0; target < scales.Length; target++)
        {
            ReadOnlySpan<double> history = series.Target(target);
            int rows = Math.Min(history.Length, Rows(season));
            double scale = ForecastMetrics.SeasonalScale(history[^rows..], season);
            scales[target] = scale > 0 ? scale : ForecastMetrics.SeasonalScale(history, 1) is var step && step > 0 ? step : 1;
        }

        return scales;
    }
}
