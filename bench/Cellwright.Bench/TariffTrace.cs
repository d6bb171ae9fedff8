using Cellwright.TariffMarket;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>What a model said on each day of the test, and the unit of its state that followed the tariff best.</summary>
/// <param name="Forecasts">The forecasts, [markets][days][horizon].</param>
/// <param name="Unit">The unit's name.</param>
/// <param name="Correlation">The correlation of its value with the tariff over all test days.</param>
/// <param name="Values">Its value behind each day, [markets][days].</param>
internal sealed record TariffTrace(double[][][] Forecasts, string Unit, double Correlation, float[][] Values)
{
    /// <summary>Runs a model over the test days of all markets.</summary>
    public static TariffTrace Of(Forecaster model, IReadOnlyList<MarketDay>[] markets, TimeSeries[] series, int first)
    {
        int horizon = model.Design.Horizon;
        ForecastRun run = model.Rent();
        double[][][] forecasts = new double[markets.Length][][];
        float[][][] states = new float[markets.Length][][];
        for (int market = 0; market < markets.Length; market++)
        {
            ScaledSeries scaled = new(series[market], model.Scaler);
            forecasts[market] = new double[series[market].Length - first - horizon][];
            states[market] = new float[forecasts[market].Length][];
            run.Begin();
            for (int end = model.Design.Carried ? 1 : first; end < first + forecasts[market].Length; end++)
            {
                if (model.Design.Carried)
                {
                    run.Step(scaled, end);
                }

                if (end < first)
                {
                    continue;
                }

                if (model.Design.Carried)
                {
                    run.PredictFromStep();
                }
                else
                {
                    run.Begin();
                    run.PredictNext(scaled, end);
                }

                double[] point = forecasts[market][end - first] = new double[horizon];
                run.CopyTo(horizon, 1, point, []);
                states[market][end - first] = [.. Enumerable.Range(0, run.State.Names.Count).SelectMany(i => run.State.At(i).ToArray())];
            }
        }

        double[] tariffs = [.. markets.SelectMany(days => days.Skip(first - 1).Take(forecasts[0].Length).Select(day => (double)day.Tariff))];
        double[] correlations = [.. Enumerable.Range(0, states[0][0].Length).Select(unit => Between([.. states.SelectMany(market => market.Select(state => (double)state[unit]))], tariffs))];
        int best = Enumerable.Range(0, correlations.Length).MaxBy(unit => Math.Abs(correlations[unit]));
        int width = run.State.At(0).Length;
        string name = $"{run.State.Names[best / width]}[{best % width}]";
        model.Return(run);
        return new TariffTrace(forecasts, name, correlations[best], [.. states.Select(market => market.Select(state => state[best]).ToArray())]);
    }

    private static double Between(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double both = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        double scale = Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
        return scale > 0 ? both / scale : 0;
    }
}
