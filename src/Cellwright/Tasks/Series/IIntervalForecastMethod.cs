namespace Cellwright.Tasks.Series;

/// <summary>A way to forecast that says how sure it is: quantiles beside the point.</summary>
public interface IIntervalForecastMethod : IForecastMethod
{
    /// <summary>The levels of its quantiles, ascending, each above 0 and below 1; the same at every call.</summary>
    IReadOnlyList<double> Levels { get; }

    /// <summary>Forecasts the targets behind the series' last row. May be called by many threads at once.</summary>
    /// <param name="series">What has been observed; a value that is missing is NaN.</param>
    /// <param name="horizon">How many steps, at least 1.</param>
    /// <param name="point">Receives the forecast, [<paramref name="horizon"/>, targets].</param>
    /// <param name="quantiles">Receives its quantiles, [<paramref name="horizon"/>, targets, levels], ascending along the levels.</param>
    /// <exception cref="SeriesException">The series is too short for the method, or has too much missing.</exception>
    void Forecast(TimeSeries series, int horizon, Span<double> point, Span<double> quantiles);
}
