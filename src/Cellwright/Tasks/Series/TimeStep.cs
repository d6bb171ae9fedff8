namespace Cellwright.Tasks.Series;

/// <summary>The distance from one row to the next, such as 15 minutes or one month.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Count">How many of it, at least 1.</param>
public readonly record struct TimeStep(TimeUnit Unit, int Count = 1)
{
    /// <summary>The time some rows after another.</summary>
    /// <param name="start">The time of a row; its day of the month is kept where the month has it.</param>
    /// <param name="rows">How many rows later; may be negative.</param>
    public DateTime Add(DateTime start, long rows)
    {
        long count = rows * Count;
        return Unit switch
        {
            TimeUnit.Second => start.AddSeconds(count),
            TimeUnit.Minute => start.AddMinutes(count),
            TimeUnit.Hour => start.AddHours(count),
            TimeUnit.Day => start.AddDays(count),
            TimeUnit.Week => start.AddDays(7 * count),
            TimeUnit.Month => start.AddMonths(checked((int)count)),
            TimeUnit.Quarter => start.AddMonths(checked((int)(3 * count))),
            TimeUnit.Year => start.AddYears(checked((int)count)),
            TimeUnit.BusinessDay => AddBusinessDays(start, count),
            _ => throw new InvalidOperationException("rows that are only counted have no times"),
        };
    }

    /// <summary>How many rows lie between two times: what <see cref="Add"/> takes to come from one to the other.</summary>
    /// <param name="start">The time of a row.</param>
    /// <param name="time">Another time, before or after it.</param>
    /// <param name="rows">The rows from the one to the other.</param>
    /// <returns>Whether the other is a whole number of steps away.</returns>
    public bool TryCount(DateTime start, DateTime time, out long rows)
    {
        rows = Unit switch
        {
            TimeUnit.Row => throw new InvalidOperationException("rows that are only counted have no times"),
            TimeUnit.Month or TimeUnit.Quarter or TimeUnit.Year => Months(time) - Months(start),
            TimeUnit.BusinessDay => BusinessDays(time) - BusinessDays(start),
            _ => (time - start).Ticks,
        };
        (rows, long rest) = Math.DivRem(rows, Length);
        return rest == 0 && Add(start, rows) == time;
    }

    // The length of one step in what TryCount counts: months, business days, or ticks.
    private long Length => Count * Unit switch
    {
        TimeUnit.Second => TimeSpan.TicksPerSecond,
        TimeUnit.Minute => TimeSpan.TicksPerMinute,
        TimeUnit.Hour => TimeSpan.TicksPerHour,
        TimeUnit.Day => TimeSpan.TicksPerDay,
        TimeUnit.Week => 7 * TimeSpan.TicksPerDay,
        TimeUnit.Quarter => 3L,
        TimeUnit.Year => 12L,
        _ => 1L,
    };

    /// <summary>The start of the step that a time falls into: of its hour, its Monday, the first of its month.</summary>
    /// <param name="time">Any time.</param>
    public DateTime Floor(DateTime time)
    {
        switch (Unit)
        {
            case TimeUnit.Month or TimeUnit.Quarter or TimeUnit.Year:
                (long year, long month) = Math.DivRem(Months(time) / Length * Length, 12);
                return new DateTime((int)year, (int)month + 1, 1);
            case TimeUnit.BusinessDay:
                // A weekend falls to the Friday before it.
                return time.Date.AddDays(-Math.Max(0, Weekday(time) - 4));
            default:
                // The calendar's first day, from which ticks are counted, is a Monday.
                return new DateTime(time.Ticks / Length * Length);
        }
    }

    /// <summary>The step in words: <c>hour</c>, <c>15 minutes</c>, <c>business day</c>.</summary>
    public override string ToString()
    {
        string unit = Unit == TimeUnit.BusinessDay ? "business day" : Unit.ToString().ToLowerInvariant();
        return Count == 1 ? unit : FormattableString.Invariant($"{Count} {unit}s");
    }

    private static DateTime AddBusinessDays(DateTime start, long count)
    {
        // Monday is 0; a start on a weekend counts as the Friday before it.
        int day = Math.Min(4, Weekday(start));
        DateTime monday = start.AddDays(-Weekday(start));
        long index = day + count;
        long weeks = Math.DivRem(index, 5, out long rest);
        if (rest < 0)
        {
            (weeks, rest) = (weeks - 1, rest + 5);
        }

        return monday.AddDays((7 * weeks) + rest);
    }

    private static long Months(DateTime time) => (12L * time.Year) + time.Month - 1;

    private static int Weekday(DateTime time) => ((int)time.DayOfWeek + 6) % 7;

    private static long BusinessDays(DateTime time)
    {
        long days = time.Ticks / TimeSpan.TicksPerDay;
        return (days / 7 * 5) + Math.Min(4, days % 7);
    }
}
