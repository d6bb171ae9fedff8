using Cellwright.Onnx.Export;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Tasks.Series;
using Shouldly;

namespace Cellwright.Tests.Onnx;

public sealed class ExportedForecasterTests
{
    [OnnxRuntimeFact]
    public void A_trained_series_model_gives_the_same_forecast_in_ONNX_Runtime()
    {
        OnnxRuntime runtime = new();
        SeriesSet set = SmallForecasters.Set();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach ((string name, ForecasterDesign design) in SmallForecasters.Designs)
        {
            foreach (bool operators in (bool[])[true, false])
            {
                using Forecaster model = Forecaster.Train(set, design, SmallForecasters.Training);
                byte[] file = OnnxExport.Of(model, new() { Operators = operators, States = false }).ToArray();

                // Windows lie side by side; a carried state has read series of different lengths.
                int[][] batches = design.Carried ? [[0], [1]] : [[0, 1], [1]];
                foreach (int[] batch in batches)
                {
                    runtime.Add(file, [.. Feeds(design, set, batch)], design.Head.Kind == ForecastHeadKind.Quantiles || design.Head.Kind == ForecastHeadKind.Gaussian ? ["forecast", "quantiles"] : ["forecast"]);
                    cases.Add(($"{name}, series {string.Join(" and ", batch)}, operators {operators}", Expected(model, [.. batch.Select(index => set.Series[index])])));
                }
            }
        }

        var results = runtime.Run();
        string[] wrong = [.. cases.Select((each, i) => (each.Name, Difference: ExportCase.Difference(each.Expected, results[i], 1e-4))).Where(each => each.Difference is not null).Select(each => $"{each.Name}: {each.Difference}")];
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [OnnxRuntimeFact]
    public void A_carried_state_goes_on_from_file_to_file_as_if_all_had_been_read_at_once()
    {
        SeriesSet set = SmallForecasters.Set(rows: 48);
        foreach (string name in (string[])["carried", "carried, step by step"])
        {
            using Forecaster model = Forecaster.Train(set, SmallForecasters.Designs[name], SmallForecasters.Training);
            byte[] file = OnnxExport.Of(model).ToArray();
            OnnxTensor[] whole = [.. Feeds(model.Design, set, [0])];
            OnnxTensor[] states = [.. ((string[])["layer0.c", "layer0.h"]).Select(state => OnnxTensor.Of("state." + state, new float[2 * 5], 2, 5))];

            // The first 30 rows; then the last 18, which hold all that the baseline looks at.
            OnnxRuntime runtime = new();
            runtime.Add(file, [.. whole.Select(tensor => Part(tensor, 0, tensor.Name == "known" ? 36 : 30)), .. states]);
            (IReadOnlyDictionary<string, OnnxTensor> outputs, string? error) = runtime.Run()[0];
            error.ShouldBeNull(name);
            OnnxTensor[] next = [.. states.Select(state => outputs["final." + state.Name["state.".Length..]] with { Name = state.Name })];
            runtime = new();
            runtime.Add(file, [.. whole.Select(tensor => Part(tensor, 30, tensor.Dims[1..].FirstOrDefault() - 30)), .. next], "forecast");
            ExportCase.Difference(Expected(model, [set.Series[0]]), runtime.Run()[0], 1e-4).ShouldBeNull(name);
        }
    }

    // Some rows of a tensor of one series; what has no rows stays whole.
    private static OnnxTensor Part(OnnxTensor tensor, int first, int count)
    {
        if (tensor.Dims.Length < 3)
        {
            return tensor;
        }

        int columns = tensor.Dims[2];
        return OnnxTensor.Of(tensor.Name, tensor.Floats.AsSpan(first * columns, count * columns), 1, count, columns);
    }

    private static Dictionary<string, double[]> Expected(Forecaster model, TimeSeries[] batch)
    {
        int values = model.Design.Horizon * 2;
        int levels = model.Design.Head.Kind == ForecastHeadKind.Student ? 0 : model.Levels.Count;
        List<double> points = [];
        List<double> quantiles = [];
        foreach (TimeSeries series in batch)
        {
            double[] point = new double[values];
            double[] quantile = new double[values * levels];
            model.Forecast(series, model.Design.Horizon, point, quantile);
            points.AddRange(point);
            quantiles.AddRange(quantile);
        }

        Dictionary<string, double[]> expected = new() { ["forecast"] = [.. points] };
        if (levels > 0)
        {
            expected["quantiles"] = [.. quantiles];
        }

        return expected;
    }

    private static IEnumerable<OnnxTensor> Feeds(ForecasterDesign design, SeriesSet set, int[] batch)
    {
        int length = set.Series[batch[0]].Length;
        int rows = design.Carried ? (length + design.Segment - 1) / design.Segment * design.Segment : design.Window;
        int ahead = (design.Horizon + design.Segment - 1) / design.Segment * design.Segment;
        yield return Rows("window", rows, [(series, row) => series.Target(0)[row], (series, row) => series.Target(1)[row]], (series, row) => row >= 0 && row < series.Length);
        yield return Rows("past", rows, [(series, row) => series.Past(0)[row]], (series, row) => row >= 0 && row < series.Length);
        yield return Rows("known", rows + ahead, [(series, row) => series.Known(0)[row]], (series, row) => row >= 0 && row < series.Known(0).Length);
        yield return OnnxTensor.Of("static", (float[])[.. batch.Select(index => (float)set.Series[index].Constants[0])], batch.Length, 1);
        yield return OnnxTensor.Of("series", (long[])[.. batch.Select(index => (long)index)], batch.Length);

        OnnxTensor Rows(string name, int count, Func<TimeSeries, int, double>[] columns, Func<TimeSeries, int, bool> isThere)
        {
            float[] values = [.. batch.SelectMany(index => Enumerable.Range(set.Series[index].Length - rows, count).SelectMany(row =>
                columns.Select(column => isThere(set.Series[index], row) ? (float)column(set.Series[index], row) : float.NaN)))];
            return OnnxTensor.Of(name, values, batch.Length, count, columns.Length);
        }
    }
}
