using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>What a model said on each day that it is judged on, and its state behind the day before.</summary>
/// <param name="Forecasts">The forecasts, [markets][days][horizon].</param>
/// <param name="Units">The names of the state's units.</param>
/// <param name="States">Their values, [markets][days][units].</param>
internal sealed record TariffTrace(double[][][] Forecasts, IReadOnlyList<string> Units, float[][][] States)
{
    /// <summary>Runs a model over markets that it was not trained on, on the mean scale of those that it was trained on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="series">The markets.</param>
    /// <param name="known">How many of their first days are known before the first forecast.</param>
    public static TariffTrace Of(Forecaster model, TimeSeries[] series, int known)
    {
        int horizon = model.Design.Horizon;
        ForecastRun run = model.Rent();
        double[][][] forecasts = new double[series.Length][][];
        float[][][] states = new float[series.Length][][];
        ColumnScale[] scales = [new(model.Scaler.LearnedTargets.Average(each => each[0].Mean), model.Scaler.LearnedTargets.Average(each => each[0].Deviation))];
        for (int market = 0; market < series.Length; market++)
        {
            ScaledSeries scaled = new(series[market], model.Scaler, scales);
            forecasts[market] = new double[series[market].Length - known - horizon][];
            states[market] = new float[forecasts[market].Length][];
            run.Begin();
            for (int end = model.Design.Carried ? 1 : known; end < known + forecasts[market].Length; end++)
            {
                if (model.Design.Carried)
                {
                    run.Step(scaled, end);
                }

                if (end < known)
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

                double[] point = forecasts[market][end - known] = new double[horizon];
                run.CopyTo(horizon, 1, point, []);
                states[market][end - known] = [.. Enumerable.Range(0, run.State.Names.Count).SelectMany(i => run.State.At(i).ToArray())];
            }
        }

        string[] units = [.. Enumerable.Range(0, run.State.Names.Count).SelectMany(i => Enumerable.Range(0, run.State.At(i).Length).Select(unit => $"{run.State.Names[i]}[{unit}]"))];
        model.Return(run);
        return new TariffTrace(forecasts, units, states);
    }
}
