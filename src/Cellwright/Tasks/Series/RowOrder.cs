namespace Cellwright.Tasks.Series;

/// <summary>Brings a series' rows into the order of their times, with one row a time.</summary>
internal static class RowOrder
{
    /// <summary>The series with its rows sorted by time; rows of one time stay in the order they came in.</summary>
    public static ObservedSeries Sorted(ObservedSeries series, out bool changed)
    {
        DateTime[] times = series.Times!;
        changed = false;
        for (int row = 1; row < times.Length && !changed; row++)
        {
            changed = times[row] < times[row - 1];
        }

        return changed ? Picked(series, [.. Enumerable.Range(0, times.Length).OrderBy(row => times[row])]) : series;
    }

    /// <summary>The series with rows of one time made one by a rule.</summary>
    /// <param name="series">A series whose rows are sorted by time.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="joined">How many rows there are fewer.</param>
    /// <exception cref="SeriesException">The rule refuses rows that differ.</exception>
    public static ObservedSeries Distinct(ObservedSeries series, DuplicateRule rule, out int joined)
    {
        DateTime[] times = series.Times!;
        joined = 0;
        for (int row = 1; row < times.Length; row++)
        {
            joined += times[row] == times[row - 1] ? 1 : 0;
        }

        if (joined == 0)
        {
            return series;
        }

        List<int> kept = [];
        List<(int First, int End)> groups = [];
        for (int first = 0, end; first < times.Length; first = end)
        {
            end = first + 1;
            while (end < times.Length && times[end] == times[first])
            {
                if (rule == DuplicateRule.Refuse && series.Columns.FirstOrDefault(column => !column[end].Equals(column[first])) is { } column)
                {
                    throw Duplicates(series, first, end);
                }

                end++;
            }

            groups.Add((first, end));
            kept.Add(rule == DuplicateRule.Last ? end - 1 : first);
        }

        ObservedSeries distinct = Picked(series, [.. kept]);
        if (rule == DuplicateRule.Mean)
        {
            foreach ((double[] to, double[] from) in distinct.Columns.Zip(series.Columns))
            {
                for (int group = 0; group < to.Length; group++)
                {
                    to[group] = Mean(from.AsSpan(groups[group].First..groups[group].End));
                }
            }
        }

        return distinct;
    }

    private static SeriesException Duplicates(ObservedSeries series, int first, int other)
    {
        string clock = series.Times![first] is { TimeOfDay: var time, DayOfWeek: DayOfWeek.Sunday } && time < TimeSpan.FromHours(4)
            ? " (clocks may have been set back; write times with their offset, such as 02:00+01:00, to tell them apart)"
            : string.Empty;
        string id = series.Id.Length > 0 ? $"a second row of '{series.Id}' for " : "a second row for ";
        return new SeriesException(
            $"{series.Place(other)}: {id}{SeriesTime.Text(series.Times[first])}, which {series.ShortPlace(first)} has with other values{clock}; remove one, name the column that tells series apart with --id, or give --duplicates first, last or mean");
    }

    private static ObservedSeries Picked(ObservedSeries series, int[] rows)
    {
        double[][] Pick(double[][] columns) => [.. columns.Select(column => Array.ConvertAll(rows, row => column[row]))];
        return series with
        {
            Times = Array.ConvertAll(rows, row => series.Times![row]),
            Targets = Pick(series.Targets),
            Past = Pick(series.Past),
            Known = Pick(series.Known),
            Places = series.Places is { } places ? Array.ConvertAll(rows, row => places[row]) : null,
        };
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0.0;
        int count = 0;
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
