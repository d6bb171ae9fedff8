namespace Cellwright.Tasks.Series;

/// <summary>
/// Makes series of equal steps from rows as they were observed: sorts them, joins those of one time, finds the step, puts
/// in the rows that are missing, and deals with missing values, each by a stated rule.
/// </summary>
/// <remarks>
/// A series begins at its first target value and ends at its last row with a value in a target or a past column; known
/// columns go on to their own last value. A series without a target value is left out.
/// </remarks>
public static class SeriesPreparation
{
    // Beyond this, a time is more likely to be wrong than the rows to be missing.
    private const int MostRowsForOne = 10;
    private const int AlwaysAllowed = 1000;

    /// <summary>Prepares series.</summary>
    /// <param name="observed">The series as they were observed, at least one; their arrays are not changed.</param>
    /// <param name="columns">The names of their columns.</param>
    /// <param name="options">The rules; those of <see cref="SeriesPreparationOptions"/> unless told otherwise.</param>
    /// <exception cref="SeriesException">
    /// A value is infinite, a time is double or not on the step, a column or every target is empty: the message says where.
    /// </exception>
    public static PreparedSeries Prepare(IReadOnlyList<ObservedSeries> observed, ColumnNames columns, SeriesPreparationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(columns);
        options ??= new SeriesPreparationOptions();
        foreach (ObservedSeries series in observed)
        {
            CheckFinite(series, columns);
        }

        observed = [.. observed.Where(series => series.Rows > 0)];
        if (observed.Count == 0)
        {
            throw new SeriesException("there are no rows; give at least one");
        }

        TimeStep step = new(TimeUnit.Row);
        bool onlyMonths = false;
        int sorted = 0;
        long duplicates = 0;
        long averaged = 0;
        long given = observed.Sum(series => (long)series.Rows);
        if (observed[0].Times is not null)
        {
            observed = [.. observed.Select(series =>
            {
                ObservedSeries ordered = RowOrder.Sorted(series, out bool changed);
                sorted += changed ? 1 : 0;
                ordered = RowOrder.Distinct(ordered, options.Duplicates, out int joined);
                duplicates += joined;
                return ordered;
            })];
            (step, onlyMonths) = options.Step is { } asked ? (asked, false) : TimeStepInference.Infer(observed);
            if (onlyMonths || (options.Step is not null && !observed.All(series => IsRegular(series, step))))
            {
                observed = [.. observed.Select(series =>
                {
                    ObservedSeries floored = RowOrder.Distinct(series with { Times = Array.ConvertAll(series.Times!, step.Floor) }, DuplicateRule.Mean, out int joined);
                    averaged += joined;
                    return floored;
                })];
            }
        }

        PreparedColumns prepared = new(columns, options.Missing);
        foreach (ObservedSeries series in observed)
        {
            prepared.Add(series, RowsOf(series, step));
        }

        return prepared.Result(step) with
        {
            RowsGiven = given,
            SeriesSorted = sorted,
            DuplicateRows = duplicates,
            AveragedRows = averaged,
            OnlyMonths = onlyMonths,
            Missing = options.Missing,
        };
    }

    private static bool IsRegular(ObservedSeries series, TimeStep step) => Array.TrueForAll(series.Times!, time => step.TryCount(series.Times![0], time, out _));

    // The row of equal steps that each observed row becomes; null where they are the same.
    private static int[]? RowsOf(ObservedSeries series, TimeStep step)
    {
        if (series.Times is not { } times)
        {
            return null;
        }

        int[] rows = new int[times.Length];
        for (int row = 1; row < times.Length; row++)
        {
            if (!step.TryCount(times[0], times[row], out long count))
            {
                throw new SeriesException(
                    $"{series.Place(row)}: {SeriesTime.Text(times[row])} comes {TimeStepInference.Length((times[row] - times[row - 1]).Ticks)} after {SeriesTime.Text(times[row - 1])} ({series.ShortPlace(row - 1)}), where rows come every {step}; correct the time, or give a step such as --step {StepWord(step)}, and rows within one become their mean");
            }

            if (count > ((long)MostRowsForOne * times.Length) + AlwaysAllowed)
            {
                throw FarApart(series, step);
            }

            rows[row] = (int)count;
        }

        return rows[^1] == rows.Length - 1 ? null : rows;
    }

    private static SeriesException FarApart(ObservedSeries series, TimeStep step)
    {
        DateTime[] times = series.Times!;
        int widest = Enumerable.Range(1, times.Length - 1).MaxBy(row => times[row] - times[row - 1]);
        return new SeriesException(FormattableString.Invariant(
            $"{series.Place(widest)}: from {SeriesTime.Text(times[widest - 1])} ({series.ShortPlace(widest - 1)}) to {SeriesTime.Text(times[widest])} there is no row, and with one every {step} more than {MostRowsForOne} rows would be missing for each that is there; correct the time, or give a longer --step"));
    }

    private static string StepWord(TimeStep step) => step.Unit switch
    {
        TimeUnit.Second => "minute",
        TimeUnit.Minute => "hour",
        TimeUnit.Hour => "day",
        TimeUnit.Day or TimeUnit.BusinessDay => "week",
        TimeUnit.Week => "month",
        _ => "year",
    };

    private static void CheckFinite(ObservedSeries series, ColumnNames columns)
    {
        foreach ((double[] column, string name) in series.Columns.Zip(columns.Targets.Concat(columns.Past).Concat(columns.Known)))
        {
            int row = Array.FindIndex(column, double.IsInfinity);
            if (row >= 0)
            {
                throw new SeriesException($"{series.Place(row)}, column '{name}': the value is infinite; correct it, or leave it empty if it is missing");
            }
        }

        for (int i = 0; i < series.Constants.Length; i++)
        {
            if (!double.IsFinite(series.Constants[i]))
            {
                throw new SeriesException($"{series.Place(0)}, column '{columns.Constants[i]}': {(series.Id.Length > 0 ? $"series '{series.Id}'" : "the series")} has no finite value in this static column; give it one, or leave the column out");
            }
        }
    }
}
