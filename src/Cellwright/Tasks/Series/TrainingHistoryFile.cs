using System.Text.Json;
using Cellwright.Files;

namespace Cellwright.Tasks.Series;

/// <summary>The part of a forecaster's file that holds a <see cref="TrainingHistory"/>: extents and lengths in the metadata, columns one behind the other as tensors.</summary>
internal static class TrainingHistoryFile
{
    private const string Key = "cellwright.history";
    private const string Prefix = "history.";

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Adds a history.</summary>
    public static void AddTo(SafetensorsWriter writer, TrainingHistory history)
    {
        SeriesSet set = history.Recent;
        writer.Metadata[Key] = JsonSerializer.Serialize(
            set.Series.Zip(history.Extents, (series, extent) => new Entry(extent, series.Start, series.Length, series.KnownLength)).ToArray(), Strict);
        void Add(string name, int columns, Func<TimeSeries, int, ReadOnlySpan<double>> column)
        {
            double[] all = [.. set.Series.SelectMany(series => Enumerable.Range(0, columns).SelectMany(i => column(series, i).ToArray()))];
            writer.Add(Prefix + name, [all.Length], all);
        }

        Add("targets", set.TargetNames.Count, (series, i) => series.Target(i));
        Add("past", set.PastNames.Count, (series, i) => series.Past(i));
        Add("known", set.KnownNames.Count, (series, i) => series.Known(i));
        Add("constants", set.ConstantNames.Count, (series, i) => series.Constants.Slice(i, 1));
    }

    /// <summary>Reads a history; null where the file has none.</summary>
    /// <exception cref="InvalidFileException">It is not one of the model.</exception>
    public static TrainingHistory? ReadFrom(SafetensorsFile file, SeriesColumns columns)
    {
        if (!file.Metadata.TryGetValue(Key, out string? text))
        {
            return null;
        }

        Entry[] entries;
        try
        {
            entries = JsonSerializer.Deserialize<Entry[]>(text, Strict) ?? [];
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw new InvalidFileException(file.Name, $"its '{Key}' is not what a model keeps of its series", problem);
        }

        if (entries.Length == 0 || entries.Any(entry => entry.Rows < 1 || entry.KnownRows < entry.Rows || entry.Extent.Trained < 0 || entry.Extent.Seen < entry.Extent.Trained))
        {
            throw new InvalidFileException(file.Name, $"its '{Key}' has no series, or one of impossible lengths");
        }

        double[][][] Read(string name, int count, Func<Entry, int> rows)
        {
            double[] all = file.ReadDoubles(Prefix + name);
            if (all.LongLength != entries.Sum(entry => (long)rows(entry) * count))
            {
                throw new InvalidFileException(file.Name, $"the tensor '{Prefix}{name}' has {all.Length} values, which are not those of its series");
            }

            int at = 0;
            return [.. entries.Select(entry => (double[][])[.. Enumerable.Range(0, count).Select(_ => all[at..(at += rows(entry))])])];
        }

        double[][][] targets = Read("targets", columns.Targets.Count, entry => entry.Rows);
        double[][][] past = Read("past", columns.Past.Count, entry => entry.Rows);
        double[][][] known = Read("known", columns.Known.Count, entry => entry.KnownRows);
        double[][][] constants = Read("constants", columns.Constants.Count, _ => 1);
        TimeSeries[] series = [.. entries.Select((entry, i) => new TimeSeries(
            entry.Extent.Id, entry.Start, targets[i], past[i], known[i], [.. constants[i].Select(column => column[0])]))];
        return new TrainingHistory(
            new SeriesSet(series, columns.Step, columns.Targets, columns.Past, columns.Known, columns.Constants), [.. entries.Select(entry => entry.Extent)]);
    }

    private sealed record Entry(SeriesExtent Extent, DateTime? Start, int Rows, int KnownRows);
}
