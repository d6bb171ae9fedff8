namespace Cellwright.Tasks.Series;

/// <summary>What a model keeps of the series it was trained on: the last rows, from which it can go on, and how far it has seen each.</summary>
/// <param name="Recent">The last rows of each series, with what is known ahead.</param>
/// <param name="Extents">How far each series was seen, in the order of <see cref="Recent"/>.</param>
public sealed record TrainingHistory(SeriesSet Recent, IReadOnlyList<SeriesExtent> Extents)
{
    /// <summary>The rows of a series that the model was trained on, by their times; 0 for a series that it does not know.</summary>
    /// <param name="series">A series from the same source, which may begin earlier or later and go on further.</param>
    public int RowsTrained(TimeSeries series) => Rows(series, extent => extent.Trained);

    /// <summary>The rows of a series that the model has seen in training or validation, by their times; 0 for a series that it does not know.</summary>
    /// <param name="series">A series from the same source, which may begin earlier or later and go on further.</param>
    public int RowsSeen(TimeSeries series) => Rows(series, extent => extent.Seen);

    /// <summary>The last rows of a set, and how far it was seen.</summary>
    /// <param name="set">The series.</param>
    /// <param name="rows">How many of the last rows are kept; null for all.</param>
    /// <param name="trained">For each series, the rows that were trained on.</param>
    internal static TrainingHistory Of(SeriesSet set, int? rows, IReadOnlyList<int> trained)
    {
        TimeSeries Last(TimeSeries series)
        {
            int first = Math.Max(0, series.Length - (rows ?? series.Length));
            DateTime? start = series.Start is { } time && set.Step.Unit != TimeUnit.Row ? set.Step.Add(time, first) : series.Start;
            return series.From(first, start);
        }

        return new TrainingHistory(
            new SeriesSet([.. set.Series.Select(Last)], set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames),
            [.. set.Series.Select((series, i) => new SeriesExtent(series.Id, series.Start, trained[i], series.Length))]);
    }

    private int Rows(TimeSeries series, Func<SeriesExtent, int> count)
    {
        if (Extents.FirstOrDefault(extent => extent.Id == series.Id) is not { } own)
        {
            return 0;
        }

        int rows = count(own);
        if (own.Start is { } start && series.Start is { } other && Recent.Step.Unit != TimeUnit.Row)
        {
            // How many rows later this series begins.
            Recent.Step.TryCount(start, other, out long later);
            rows = (int)Math.Max(int.MinValue, rows - later);
        }

        return Math.Clamp(rows, 0, series.Length);
    }
}
