namespace Cellwright.Tasks.Series;

/// <summary>A method that forecasts each target from its own past alone, and learns nothing beforehand.</summary>
public abstract class ColumnForecastMethod : IForecastMethod
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public void Forecast(TimeSeries series, int horizon, Span<double> result)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        int targets = series.Columns.Targets;
        if (result.Length != horizon * targets)
        {
            throw new ArgumentException("the result is not [horizon, targets]", nameof(result));
        }

        double[] column = new double[horizon];
        for (int target = 0; target < targets; target++)
        {
            ReadOnlySpan<double> history = series.Target(target);
            if (!history.ContainsAnyExcept(double.NaN))
            {
                throw new SeriesException($"target {target + 1} of series '{series.Id}' has no value before row {series.Length + 1}, where the forecast starts; leave it out or start later");
            }

            Forecast(history, column);
            for (int step = 0; step < horizon; step++)
            {
                result[(step * targets) + target] = column[step];
            }
        }
    }

    /// <summary>Forecasts one column.</summary>
    /// <param name="history">Its values, at least one of them not missing.</param>
    /// <param name="result">Receives the forecast, [horizon].</param>
    private protected abstract void Forecast(ReadOnlySpan<double> history, Span<double> result);
}
