namespace Cellwright.Tasks.Series;

/// <summary>After how many rows a series repeats, and how that is known.</summary>
/// <param name="Length">The rows of a season; 1 where there is none.</param>
/// <param name="Reason">How it is known: <c>a day, from the step of hour</c>.</param>
public readonly record struct Season(int Length, string Reason)
{
    // Past this many lags a season is given, not guessed.
    private const int LongestGuess = 400;

    /// <summary>The season of a step: a day of what is shorter, a week of days or business days, a year of weeks, months or quarters. 1 for years, for steps that do not divide it, and for rows that are only counted.</summary>
    public static Season Of(TimeStep step)
    {
        (int whole, string name) = step.Unit switch
        {
            TimeUnit.Second => (24 * 60 * 60, "a day"),
            TimeUnit.Minute => (24 * 60, "a day"),
            TimeUnit.Hour => (24, "a day"),
            TimeUnit.Day => (7, "a week"),
            TimeUnit.BusinessDay => (5, "a week"),
            TimeUnit.Week => (52, "a year"),
            TimeUnit.Month => (12, "a year"),
            TimeUnit.Quarter => (4, "a year"),
            _ => (1, string.Empty),
        };
        return step.Count < whole && whole % step.Count == 0
            ? new Season(whole / step.Count, $"{name}, from the step of {step}")
            : new Season(1, $"none goes with a step of {step}");
    }

    /// <summary>The season of a set: that of its step, and where the step has none and is no year, the one that most of its targets show in their autocorrelation.</summary>
    public static Season Of(SeriesSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        Season season = Of(set.Step);
        if (season.Length > 1 || set.Step.Unit == TimeUnit.Year)
        {
            return season;
        }

        int[] found =
        [
            .. set.Series.SelectMany(series => Enumerable.Range(0, series.Columns.Targets).Select(target => series.Target(target).ToArray()))
                .Where(column => column.AsSpan().ContainsAnyExcept(double.NaN))
                .Select(column => Guess(MissingValues.Filled(column))),
        ];
        (int length, int count) = found.CountBy(each => each).Select(each => (each.Key, each.Value)).OrderByDescending(each => each.Value).ThenBy(each => each.Key).FirstOrDefault((1, 0));
        return new Season(length, length == 1 ? "none shows in the autocorrelation" : FormattableString.Invariant($"the autocorrelation of {count} of {found.Length} targets"));
    }

    /// <summary>The lag whose autocorrelation, of the changes from row to row, is a positive peak past its 90 % limit and the highest; 1 where there is none, or fewer than three seasons.</summary>
    internal static int Guess(ReadOnlySpan<double> values)
    {
        double[] changes = new double[Math.Max(0, values.Length - 1)];
        for (int i = 0; i < changes.Length; i++)
        {
            changes[i] = values[i + 1] - values[i];
        }

        int lags = Math.Min(LongestGuess, changes.Length / 3);
        if (lags < 3)
        {
            return 1;
        }

        // Of hundreds of lags of pure noise, hardly one exceeds four deviations.
        double[] correlations = Autocorrelation.Of(changes, lags);
        double least = Math.Max(0.1, 4 / Math.Sqrt(changes.Length));
        int best = 1;
        for (int lag = 2; lag < lags; lag++)
        {
            double here = correlations[lag - 1];
            bool peak = here > correlations[lag - 2] && here >= correlations[lag];

            // Twice a season is as alike as once: a later peak has to be clearly higher.
            bool higher = best == 1 || here > correlations[best - 1] + 0.05;
            if (peak && here > least && higher && Autocorrelation.Exceeds(correlations, lag, changes.Length))
            {
                best = lag;
            }
        }

        return best;
    }
}
