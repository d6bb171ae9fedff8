namespace Cellwright.Tasks.Series;

/// <summary>The value one season before, of the last season that was observed; where a place in the season never was, the last value.</summary>
/// <param name="season">The rows of a season, at least 1; 1 is the naive method.</param>
public sealed class SeasonalNaiveMethod(int season) : ColumnForecastMethod
{
    /// <summary>The rows of a season.</summary>
    public int Season { get; } = season >= 1 ? season : throw new ArgumentOutOfRangeException(nameof(season), "a season has at least one row");

    /// <inheritdoc/>
    public override string Name => "seasonal naive";

    private protected override void Forecast(ReadOnlySpan<double> history, Span<double> result)
    {
        double last = history[history.LastIndexOfAnyExcept(double.NaN)];
        for (int step = 0; step < result.Length; step++)
        {
            if (step >= Season)
            {
                result[step] = result[step - Season];
                continue;
            }

            int row = history.Length + step - Season;
            while (row >= 0 && double.IsNaN(history[row]))
            {
                row -= Season;
            }

            result[step] = row >= 0 ? history[row] : last;
        }
    }
}
