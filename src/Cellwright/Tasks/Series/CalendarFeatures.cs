namespace Cellwright.Tasks.Series;

/// <summary>
/// What the calendar says about a time, as known columns: for each cycle that the step can tell apart, where in it the
/// time lies, as the sine and the cosine of its angle.
/// </summary>
/// <remarks>
/// Minute of the hour for steps under half an hour; hour of the day (with its fraction) for steps under half a day;
/// weekday for steps of up to three days; day of the month for days; day of the year for steps of up to 14 weeks and
/// month of the year for steps of up to half a year. Rows that are only counted, and years, have none. The values are
/// the same bits on every machine.
/// </remarks>
public static class CalendarFeatures
{
    private enum Cycle
    {
        Minute,
        Hour,
        Weekday,
        MonthDay,
        YearDay,
        Month,
    }

    /// <summary>The names of the columns for a step: <c>hour.sin</c>, <c>hour.cos</c>, <c>weekday.sin</c> and so on.</summary>
    /// <param name="step">The distance from row to row.</param>
    public static IReadOnlyList<string> Names(TimeStep step) =>
        [.. Cycles(step).SelectMany(cycle => (string[])[$"{Word(cycle)}.sin", $"{Word(cycle)}.cos"])];

    /// <summary>The cycles of a step in words, for people.</summary>
    /// <param name="step">The distance from row to row.</param>
    public static IReadOnlyList<string> CycleNames(TimeStep step) => [.. Cycles(step).Select(Phrase)];

    /// <summary>Writes the values of one time.</summary>
    /// <param name="step">The distance from row to row.</param>
    /// <param name="time">The time.</param>
    /// <param name="values">Takes one value for each of <see cref="Names"/>.</param>
    public static void Write(TimeStep step, DateTime time, Span<double> values)
    {
        int at = 0;
        foreach (Cycle cycle in Cycles(step))
        {
            (values[at++], values[at++]) = CirclePoint.At(Fraction(cycle, time));
        }
    }

    /// <summary>The columns for the rows from a time on, [names][rows].</summary>
    /// <param name="step">The distance from row to row.</param>
    /// <param name="start">The time of the first row.</param>
    /// <param name="rows">How many rows.</param>
    public static double[][] Columns(TimeStep step, DateTime start, int rows)
    {
        Cycle[] cycles = Cycles(step);
        double[][] columns = [.. Enumerable.Range(0, 2 * cycles.Length).Select(_ => new double[rows])];
        for (int row = 0; row < rows; row++)
        {
            DateTime time = step.Add(start, row);
            for (int i = 0; i < cycles.Length; i++)
            {
                (columns[2 * i][row], columns[(2 * i) + 1][row]) = CirclePoint.At(Fraction(cycles[i], time));
            }
        }

        return columns;
    }

    /// <summary>
    /// The set with the calendar's columns behind its known ones, reaching as far ahead as those, or where there are
    /// none, as many rows as asked. Series that begin together share them.
    /// </summary>
    /// <param name="set">The series; where their rows are only counted they stay as they are.</param>
    /// <param name="ahead">The rows behind the last observed one.</param>
    public static SeriesSet AddTo(SeriesSet set, int ahead)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfNegative(ahead);
        IReadOnlyList<string> names = Names(set.Step);
        if (names.Count == 0)
        {
            return set;
        }

        Dictionary<(DateTime, int), double[][]> shared = [];
        TimeSeries With(TimeSeries series)
        {
            int rows = set.KnownNames.Count > 0 ? series.KnownLength : series.Length + ahead;
            DateTime start = series.Start ?? throw new SeriesException($"series '{series.Id}' has no time for its first row, which its calendar needs");
            if (!shared.TryGetValue((start, rows), out double[][]? columns))
            {
                shared.Add((start, rows), columns = Columns(set.Step, start, rows));
            }

            return series.WithKnown(columns);
        }

        return new SeriesSet([.. set.Series.Select(With)], set.Step, set.TargetNames, set.PastNames, [.. set.KnownNames, .. names], set.ConstantNames);
    }

    private static Cycle[] Cycles(TimeStep step)
    {
        // Half a cycle is the longest step that still tells where in it a time lies.
        double days = step.Count * step.Unit switch
        {
            TimeUnit.Second => 1.0 / 86400,
            TimeUnit.Minute => 1.0 / 1440,
            TimeUnit.Hour => 1.0 / 24,
            TimeUnit.Day or TimeUnit.BusinessDay => 1.0,
            TimeUnit.Week => 7.0,
            TimeUnit.Month => 30.0,
            TimeUnit.Quarter => 90.0,
            _ => double.PositiveInfinity,
        };
        List<Cycle> cycles = [];
        void Add(Cycle cycle, bool tells)
        {
            if (tells)
            {
                cycles.Add(cycle);
            }
        }

        Add(Cycle.Minute, days < 0.5 / 24);
        Add(Cycle.Hour, days < 0.5);
        Add(Cycle.Weekday, days <= 3);
        Add(Cycle.MonthDay, days is >= 1 and <= 3);
        Add(Cycle.YearDay, days <= 98 && step.Unit is not (TimeUnit.Month or TimeUnit.Quarter));
        Add(Cycle.Month, step.Unit is TimeUnit.Month or TimeUnit.Quarter && days <= 180);
        return [.. cycles];
    }

    private static double Fraction(Cycle cycle, DateTime time) => cycle switch
    {
        Cycle.Minute => time.TimeOfDay.Ticks % TimeSpan.TicksPerHour / (double)TimeSpan.TicksPerHour,
        Cycle.Hour => time.TimeOfDay.Ticks / (double)TimeSpan.TicksPerDay,
        Cycle.Weekday => (((int)time.DayOfWeek + 6) % 7) / 7.0,
        Cycle.MonthDay => (time.Day - 1) / (double)DateTime.DaysInMonth(time.Year, time.Month),
        Cycle.YearDay => (time.DayOfYear - 1) / (DateTime.IsLeapYear(time.Year) ? 366.0 : 365.0),
        _ => (time.Month - 1) / 12.0,
    };

    private static string Word(Cycle cycle) => cycle switch
    {
        Cycle.Minute => "minute",
        Cycle.Hour => "hour",
        Cycle.Weekday => "weekday",
        Cycle.MonthDay => "monthday",
        Cycle.YearDay => "yearday",
        _ => "month",
    };

    private static string Phrase(Cycle cycle) => cycle switch
    {
        Cycle.Minute => "minute of the hour",
        Cycle.Hour => "hour of the day",
        Cycle.Weekday => "weekday",
        Cycle.MonthDay => "day of the month",
        Cycle.YearDay => "day of the year",
        _ => "month of the year",
    };
}
