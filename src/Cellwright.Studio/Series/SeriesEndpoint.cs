using System.Globalization;
using Cellwright.Inspection;
using Cellwright.Studio.Models;
using Cellwright.Studio.Runs;
using Cellwright.Tasks.Series;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Series;

/// <summary>A series through a forecaster: its columns, the forecast with its quantiles, and every signal of the rows that were read.</summary>
internal sealed class SeriesEndpoint(ModelStore models, RunStore runs)
{
    public async Task Handle(HttpContext context)
    {
        SeriesRequest request = await Answer.Read(context, StudioJson.Default.SeriesRequest).ConfigureAwait(false);
        SeriesReply reply = models.Use<OpenSeriesModel, SeriesReply>(request.Model, open => Run(open, request));
        await Answer.Json(context, reply, StudioJson.Default.SeriesReply).ConfigureAwait(false);
    }

    private SeriesReply Run(OpenSeriesModel open, SeriesRequest request)
    {
        Forecaster model = open.Model;
        SeriesSet set = open.Set;
        if (request.Series < 0 || request.Series >= set.Series.Count || request.Target < 0 || request.Target >= set.TargetNames.Count)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"there are {set.Series.Count} series with {set.TargetNames.Count} targets, both counted from 0"));
        }

        TimeSeries whole = set.Series[request.Series];
        int first = Math.Min(whole.Length, model.Design.Window);
        int end = request.End ?? whole.Length;
        if (end < first || end > whole.Length)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"a forecast begins behind row {first} to {whole.Length}"));
        }

        int horizon = model.Design.Horizon;
        TimeSeries series = end == whole.Length ? whole : whole.Until(end, horizon);
        ForecastTrace trace = ForecastTrace.Of(model, series, request.Target, StudioLimits.SeriesSteps);
        RunStore.StoredRun run = runs.Add(trace.Layers, pattern => trace.ByStep(SeriesPattern.Parse(pattern, model.Columns).Of(series)));
        Forecast forecast = model.Predict(series);
        Rows rows = new(whole, trace.FirstRow, end + horizon);
        return new SeriesReply(
            run.Id,
            [.. trace.Layers.Select(LayerReply.Of)],
            trace.FirstRow,
            first,
            end,
            whole.Length,
            trace.Segment,
            trace.Steps,
            rows.Labels(set.Step),
            [.. Columns(set, rows)],
            [.. Enumerable.Range(0, horizon).Select(step => forecast.Point(step, request.Target))],
            forecast.Levels.ToArray(),
            [.. forecast.Levels.ToArray().Select(level => Enumerable.Range(0, horizon).Select(step => forecast.Quantile(step, request.Target, level)).ToArray())]);
    }

    private static IEnumerable<ColumnReply> Columns(SeriesSet set, Rows rows)
    {
        IEnumerable<ColumnReply> Of(IReadOnlyList<string> names, InputKind kind, Func<int, ReadOnlySpan<double>> column) =>
            names.Select((name, i) => new ColumnReply(name, kind, rows.Values(column(i))));
        return [.. Of(set.TargetNames, InputKind.Target, rows.Series.Target), .. Of(set.PastNames, InputKind.Past, rows.Series.Past), .. Of(set.KnownNames, InputKind.Known, rows.Series.Known)];
    }

    /// <summary>The rows that are shown, from the first that was read to the last that is forecast.</summary>
    private readonly record struct Rows(TimeSeries Series, int First, int Limit)
    {
        public IReadOnlyList<double?> Values(ReadOnlySpan<double> column)
        {
            double?[] shown = new double?[Limit - First];
            for (int row = Math.Max(0, First); row < Math.Min(Limit, column.Length); row++)
            {
                shown[row - First] = double.IsFinite(column[row]) ? column[row] : null;
            }

            return shown;
        }

        public IReadOnlyList<string> Labels(TimeStep step)
        {
            DateTime? start = step.Unit == TimeUnit.Row ? null : Series.Start;
            return [.. Enumerable.Range(First, Limit - First).Select(row => start is { } time ? SeriesTime.Text(step.Add(time, row), step) : string.Create(CultureInfo.InvariantCulture, $"row {row + 1}"))];
        }
    }

    /// <summary>Which series, up to which row.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Series">The series, counted from 0.</param>
    /// <param name="Target">The target, counted from 0.</param>
    /// <param name="End">The rows that are known; null for all.</param>
    internal sealed record SeriesRequest(string? Model, int Series = 0, int Target = 0, int? End = null);

    /// <summary>What the model read, said and thought. Rows are those of the series; columns begin at <paramref name="FirstRow"/>.</summary>
    internal sealed record SeriesReply(
        string Run,
        IReadOnlyList<LayerReply> Layers,
        int FirstRow,
        int LeastEnd,
        int End,
        int Rows,
        int Segment,
        int Steps,
        IReadOnlyList<string> Labels,
        IReadOnlyList<ColumnReply> Columns,
        IReadOnlyList<double> Point,
        IReadOnlyList<double> Levels,
        IReadOnlyList<double[]> Quantiles);

    /// <summary>A column over the rows that are shown; null where a value is missing or not known yet.</summary>
    internal sealed record ColumnReply(string Name, InputKind Kind, IReadOnlyList<double?> Values);
}
