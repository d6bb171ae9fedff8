namespace Cellwright.Tasks.Series;

/// <summary>A way to forecast: a trained model or a simple method.</summary>
/// <remarks>
/// A method that has something to learn from a training set has learned it before it is asked. What it is given is all
/// that it may know: rows up to the series' last one, and known columns as far as they reach.
/// </remarks>
public interface IForecastMethod
{
    /// <summary>What it is called in tables, such as <c>theta</c>.</summary>
    string Name { get; }

    /// <summary>Forecasts the targets behind the series' last row, from that series alone. May be called by many threads at once.</summary>
    /// <param name="series">What has been observed; a value that is missing is NaN.</param>
    /// <param name="horizon">How many steps, at least 1.</param>
    /// <param name="result">Receives the forecast, [<paramref name="horizon"/>, targets], in the units of the targets.</param>
    /// <exception cref="SeriesException">The series is too short for the method, or has too much missing.</exception>
    void Forecast(TimeSeries series, int horizon, Span<double> result);
}
