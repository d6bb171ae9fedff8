using System.Text.Json;
using Cellwright.Files;

namespace Cellwright.Tasks.Series;

/// <summary>
/// The scales of all columns: of each series' targets their own, of covariates and static columns one for all series. A
/// series that was not there in training is scaled by its own values.
/// </summary>
internal sealed class SeriesScaler
{
    private const string Prefix = "scaler.";
    private const string SeriesKey = "cellwright.series";

    private readonly string[] ids;
    private readonly ColumnScale[][] targets;
    private readonly Dictionary<string, ColumnScale[]> byId;
    private readonly ColumnScale[] past;
    private readonly ColumnScale[] known;
    private readonly ColumnScale[] constants;
    private readonly bool isLogarithmic;

    private SeriesScaler(string[] ids, ColumnScale[][] targets, ColumnScale[] past, ColumnScale[] known, ColumnScale[] constants, bool isLogarithmic)
    {
        (this.ids, this.targets, this.past, this.known, this.constants, this.isLogarithmic) = (ids, targets, past, known, constants, isLogarithmic);
        byId = [];
        for (int i = 0; i < ids.Length; i++)
        {
            byId.TryAdd(ids[i], targets[i]);
        }
    }

    /// <summary>Learns the scales from the first rows of some series.</summary>
    /// <param name="series">The series, all with the same columns.</param>
    /// <param name="rows">For each, how many rows may be looked at.</param>
    /// <param name="isLogarithmic">Whether targets are scaled by their logarithms.</param>
    /// <exception cref="SeriesException">A target to take the logarithm of is not above 0.</exception>
    public static SeriesScaler Of(IReadOnlyList<TimeSeries> series, IReadOnlyList<int> rows, bool isLogarithmic)
    {
        (_, int pasts, int knowns, int constants) = series[0].Columns;
        ColumnScale All(Func<int, double[]> values) => ColumnScale.Of([.. Enumerable.Range(0, series.Count).SelectMany(values)]);
        return new SeriesScaler(
            [.. series.Select(each => each.Id)],
            [.. series.Select((each, i) => TargetScales(each, rows[i], isLogarithmic))],
            [.. Enumerable.Range(0, pasts).Select(column => All(i => series[i].Past(column)[..rows[i]].ToArray()))],
            [.. Enumerable.Range(0, knowns).Select(column => All(i => series[i].Known(column)[..rows[i]].ToArray()))],
            [.. Enumerable.Range(0, constants).Select(column => All(i => [series[i].Constants[column]]))],
            isLogarithmic);
    }

    /// <summary>The series that the scales were learned from.</summary>
    public IReadOnlyList<string> Ids => ids;

    /// <summary>The scales of the targets of each of them.</summary>
    public IReadOnlyList<IReadOnlyList<ColumnScale>> LearnedTargets => targets;

    /// <summary>The scales of a series' targets.</summary>
    /// <exception cref="SeriesException">A target to take the logarithm of is not above 0.</exception>
    public ColumnScale[] Targets(TimeSeries series)
    {
        if (isLogarithmic)
        {
            CheckPositive(series);
        }

        return byId.TryGetValue(series.Id, out ColumnScale[]? scales) ? scales : TargetScales(series, series.Length, isLogarithmic);
    }

    /// <summary>The scale of a past column.</summary>
    public ColumnScale Past(int column) => past[column];

    /// <summary>The scale of a known column.</summary>
    public ColumnScale Known(int column) => known[column];

    /// <summary>The scale of a static column.</summary>
    public ColumnScale Constant(int column) => constants[column];

    /// <summary>Adds the scales to a model's file.</summary>
    public void AddTo(SafetensorsWriter writer)
    {
        writer.Metadata[SeriesKey] = JsonSerializer.Serialize(ids);
        writer.Add(Prefix + "targets", [targets.Length, targets[0].Length, 2], Flat(targets.SelectMany(scales => scales)));
        writer.Add(Prefix + "past", [past.Length, 2], Flat(past));
        writer.Add(Prefix + "known", [known.Length, 2], Flat(known));
        writer.Add(Prefix + "constants", [constants.Length, 2], Flat(constants));
    }

    /// <summary>Reads the scales from a model's file.</summary>
    /// <exception cref="InvalidFileException">They are not those of the columns.</exception>
    public static SeriesScaler ReadFrom(SafetensorsFile file, (int Targets, int Past, int Known, int Constants) columns, bool isLogarithmic)
    {
        string[] ids = [];
        try
        {
            ids = file.Metadata.TryGetValue(SeriesKey, out string? text) ? JsonSerializer.Deserialize<string[]>(text) ?? [] : [];
        }
        catch (JsonException)
        {
            // Refused below, with what was expected.
        }

        if (ids.Length == 0 || ids.Contains(null))
        {
            throw new InvalidFileException(file.Name, $"its '{SeriesKey}' are not the names of series");
        }

        ColumnScale[] all = Read(file, "targets", (long)ids.Length * columns.Targets);
        return new SeriesScaler(
            ids,
            [.. all.Select(scale => scale with { IsLogarithmic = isLogarithmic }).Chunk(columns.Targets)],
            Read(file, "past", columns.Past),
            Read(file, "known", columns.Known),
            Read(file, "constants", columns.Constants),
            isLogarithmic);
    }

    private static ColumnScale[] TargetScales(TimeSeries series, int rows, bool isLogarithmic)
    {
        if (isLogarithmic)
        {
            CheckPositive(series);
        }

        return [.. Enumerable.Range(0, series.Columns.Targets).Select(column => ColumnScale.Of(series.Target(column)[..rows], isLogarithmic))];
    }

    private static void CheckPositive(TimeSeries series)
    {
        for (int column = 0; column < series.Columns.Targets; column++)
        {
            ReadOnlySpan<double> target = series.Target(column);
            for (int row = 0; row < target.Length; row++)
            {
                if (target[row] <= 0)
                {
                    string of = series.Id.Length > 0 ? $" of series '{series.Id}'" : string.Empty;
                    throw new SeriesException(FormattableString.Invariant(
                        $"target {column + 1}{of} is {target[row]} in row {row + 1}, which has no logarithm; train a model without logarithms, or mark the value as missing"));
                }
            }
        }
    }

    private static double[] Flat(IEnumerable<ColumnScale> scales) => [.. scales.SelectMany(scale => new[] { scale.Mean, scale.Deviation })];

    private static ColumnScale[] Read(SafetensorsFile file, string name, long count)
    {
        double[] values = file.ReadDoubles(Prefix + name);
        ColumnScale[] scales = [.. values.Chunk(2).Where(pair => pair.Length == 2).Select(pair => new ColumnScale(pair[0], pair[1]))];
        return values.LongLength == 2 * count && scales.All(scale => double.IsFinite(scale.Mean) && double.IsFinite(scale.Deviation) && scale.Deviation > 0)
            ? scales
            : throw new InvalidFileException(file.Name, FormattableString.Invariant($"its '{Prefix}{name}' is not {count} finite means with deviations above 0"));
    }
}
