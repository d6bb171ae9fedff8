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

    /// <summary>The step in words: <c>hour</c>, <c>15 minutes</c>, <c>business day</c>.</summary>
    public override string ToString()
    {
        string unit = Unit == TimeUnit.BusinessDay ? "business day" : Unit.ToString().ToLowerInvariant();
        return Count == 1 ? unit : FormattableString.Invariant($"{Count} {unit}s");
    }

    private static DateTime AddBusinessDays(DateTime start, long count)
    {
        // Monday is 0; a start on a weekend counts as the Friday before it.
        int day = Math.Min(4, ((int)start.DayOfWeek + 6) % 7);
        DateTime monday = start.AddDays(-(((int)start.DayOfWeek + 6) % 7));
        long index = day + count;
        long weeks = Math.DivRem(index, 5, out long rest);
        if (rest < 0)
        {
            (weeks, rest) = (weeks - 1, rest + 5);
        }

        return monday.AddDays((7 * weeks) + rest);
    }
}
