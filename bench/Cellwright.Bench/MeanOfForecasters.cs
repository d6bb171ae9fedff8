using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>The mean of what some models say, points and quantiles alike.</summary>
internal sealed class MeanOfForecasters(IReadOnlyList<Forecaster> models) : IIntervalForecastMethod
{
    public string Name => "mean";

    public IReadOnlyList<double> Levels => models[0].Levels;

    public void Forecast(TimeSeries series, int horizon, Span<double> result) => Forecast(series, horizon, result, []);

    public void Forecast(TimeSeries series, int horizon, Span<double> point, Span<double> quantiles)
    {
        double[] points = new double[point.Length];
        double[] own = new double[quantiles.Length];
        point.Clear();
        quantiles.Clear();
        foreach (Forecaster model in models)
        {
            model.Forecast(series, horizon, points, own);
            Add(points, point);
            Add(own, quantiles);
        }
    }

    private void Add(double[] values, Span<double> sums)
    {
        for (int i = 0; i < values.Length; i++)
        {
            sums[i] += values[i] / models.Count;
        }
    }
}
