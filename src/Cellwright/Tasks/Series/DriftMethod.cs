namespace Cellwright.Tasks.Series;

/// <summary>The line through the first and the last value that were observed; a single value goes on as it is.</summary>
public sealed class DriftMethod : ColumnForecastMethod
{
    /// <inheritdoc/>
    public override string Name => "drift";

    private protected override void Forecast(ReadOnlySpan<double> history, Span<double> result)
    {
        int first = history.IndexOfAnyExcept(double.NaN);
        int last = history.LastIndexOfAnyExcept(double.NaN);
        double slope = last > first ? (history[last] - history[first]) / (last - first) : 0;
        for (int step = 0; step < result.Length; step++)
        {
            result[step] = history[last] + (slope * (history.Length - last + step));
        }
    }
}
