namespace Cellwright.Tasks.Series;

/// <summary>The last value, at every step. A last value that is missing is the last one observed.</summary>
public sealed class NaiveMethod : ColumnForecastMethod
{
    /// <inheritdoc/>
    public override string Name => "naive";

    private protected override void Forecast(ReadOnlySpan<double> history, Span<double> result) =>
        result.Fill(history[history.LastIndexOfAnyExcept(double.NaN)]);
}
