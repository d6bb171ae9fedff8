namespace Cellwright.Tasks.Series;

/// <summary>
/// Finds the step of series from the distances between their rows. It is the most common distance; where others are no
/// multiples of it, the smallest, if they are multiples of that and of ten rows of such a step at least six are there.
/// </summary>
/// <remarks>
/// Dates at least 28 days apart that all fall on one day of the month, or all on its last, are months, and so are dates
/// 25 days apart or more of which no two share a month while their distances have no step in days. Days without a
/// weekend among them are business days.
/// </remarks>
internal sealed class TimeStepInference
{
    private const double LeastShareOfSmallest = 0.6;
    private static readonly long Day = TimeSpan.TicksPerDay;

    private readonly Dictionary<long, long> distances = [];
    private readonly Dictionary<long, long> months = [];
    private bool sameDay = true;
    private bool lastDay = true;
    private bool distinctMonths = true;
    private bool weekdays = true;
    private DateTime? first;

    /// <summary>Finds the step.</summary>
    /// <param name="observed">Series whose rows are in the order of their times, no two at one time.</param>
    /// <returns>The step, and whether only the months of the times count because their days differ.</returns>
    /// <exception cref="SeriesException">No series has two rows, or the step is shorter than a second.</exception>
    public static (TimeStep Step, bool OnlyMonths) Infer(IReadOnlyList<ObservedSeries> observed)
    {
        TimeStepInference inference = new();
        foreach (ObservedSeries series in observed)
        {
            inference.Add(series.Times!);
        }

        return inference.distances.Count > 0
            ? inference.Result()
            : throw new SeriesException("the times do not say the step from row to row, because no series has two rows; give it with --step");
    }

    private void Add(DateTime[] times)
    {
        for (int row = 0; row < times.Length; row++)
        {
            DateTime time = times[row];
            first ??= time;
            sameDay &= time.Day == first.Value.Day && time.TimeOfDay == first.Value.TimeOfDay;
            lastDay &= time.Day == DateTime.DaysInMonth(time.Year, time.Month) && time.TimeOfDay == first.Value.TimeOfDay;
            weekdays &= time.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            if (row > 0)
            {
                int passed = (12 * (time.Year - times[row - 1].Year)) + time.Month - times[row - 1].Month;
                distinctMonths &= passed > 0;
                Count(distances, (time - times[row - 1]).Ticks);
                Count(months, passed);
            }
        }
    }

    private (TimeStep Step, bool OnlyMonths) Result()
    {
        long smallest = distances.Keys.Min();
        if (distinctMonths && smallest >= 28 * Day && (sameDay || lastDay))
        {
            return (OfMonths((int)Divisor(months)), OnlyMonths: !sameDay);
        }

        long common = Divisor(distances);
        if (distinctMonths && smallest >= 25 * Day && distances.Keys.Any(distance => distance % common != 0))
        {
            return (OfMonths((int)Divisor(months)), OnlyMonths: true);
        }

        if (common == Day && weekdays && distances.ContainsKey(3 * Day))
        {
            return (new TimeStep(TimeUnit.BusinessDay), OnlyMonths: false);
        }

        return common % TimeSpan.TicksPerSecond == 0
            ? (OfTicks(common), OnlyMonths: false)
            : throw new SeriesException(
                $"the rows are {Length(common)} apart, and a step is a whole number of seconds; give a longer one with --step, such as --step second, and its rows are means");
    }

    private static long Divisor(Dictionary<long, long> counts)
    {
        long common = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
        long smallest = counts.Keys.Min();
        bool Divides(long step) => counts.Keys.All(distance => distance % step == 0);
        double rows = counts.Sum(pair => (double)pair.Key / smallest * pair.Value);
        return !Divides(common) && Divides(smallest) && counts.Values.Sum() >= LeastShareOfSmallest * rows ? smallest : common;
    }

    /// <summary>A distance in the largest unit that divides it, in words.</summary>
    public static string Length(long ticks)
    {
        if (ticks % TimeSpan.TicksPerSecond != 0)
        {
            return FormattableString.Invariant($"{(double)ticks / TimeSpan.TicksPerSecond} seconds");
        }

        TimeStep step = OfTicks(ticks);
        return step.Count == 1 ? $"1 {step}" : step.ToString();
    }

    private static TimeStep OfMonths(int count) => (count % 12, count % 3) switch
    {
        (0, _) => new TimeStep(TimeUnit.Year, count / 12),
        (_, 0) => new TimeStep(TimeUnit.Quarter, count / 3),
        _ => new TimeStep(TimeUnit.Month, count),
    };

    private static TimeStep OfTicks(long ticks)
    {
        foreach ((TimeUnit unit, long length) in ((TimeUnit, long)[])[(TimeUnit.Week, 7 * Day), (TimeUnit.Day, Day), (TimeUnit.Hour, TimeSpan.TicksPerHour), (TimeUnit.Minute, TimeSpan.TicksPerMinute)])
        {
            if (ticks % length == 0)
            {
                return new TimeStep(unit, checked((int)(ticks / length)));
            }
        }

        return new TimeStep(TimeUnit.Second, checked((int)(ticks / TimeSpan.TicksPerSecond)));
    }

    private static void Count(Dictionary<long, long> counts, long key) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
}
