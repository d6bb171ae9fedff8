namespace Cellwright.Tasks.Series;

/// <summary>Collects series of equal steps, with missing values dealt with, and counts what was done.</summary>
/// <param name="names">The names of the columns.</param>
/// <param name="rule">What becomes of missing values.</param>
internal sealed class PreparedColumns(ColumnNames names, MissingRule rule)
{
    private readonly List<TimeSeries> series = [];
    private readonly List<string> empty = [];
    private readonly string[] allNames = [.. names.Targets, .. names.Past, .. names.Known];
    private readonly (double Least, double Most)[] ranges = [.. Enumerable.Repeat((double.PositiveInfinity, double.NegativeInfinity), names.Targets.Count + names.Past.Count + names.Known.Count)];
    private string? source;
    private long gaps;
    private long leading;
    private long missing;
    private int longest;

    /// <summary>Adds a series.</summary>
    /// <param name="observed">Its rows in order.</param>
    /// <param name="rows">The row of equal steps that each becomes; null where they are the same.</param>
    public void Add(ObservedSeries observed, int[]? rows)
    {
        source ??= observed.Places?[0].Source;
        int first = FirstValue(observed.Targets, observed.Rows);
        if (first == observed.Rows)
        {
            empty.Add(observed.Id);
            return;
        }

        int last = Math.Max(LastValue(observed.Targets), LastValue(observed.Past));
        int lastKnown = Math.Max(last, LastValue(observed.Known));
        int start = rows?[first] ?? first;
        int length = (rows?[last] ?? last) - start + 1;
        int knownLength = (rows?[lastKnown] ?? lastKnown) - start + 1;
        leading += first;
        gaps += knownLength - (lastKnown - first + 1);
        int column = 0;
        double[][] Placed(double[][] columns, int until, int size) => [.. columns.Select(from =>
        {
            double[] to = new double[size];
            Array.Fill(to, double.NaN);
            ref (double Least, double Most) range = ref ranges[column++];
            for (int row = first; row <= until; row++)
            {
                to[(rows?[row] ?? row) - start] = from[row];
                range = (Math.Min(range.Least, Or(from[row], range.Least)), Math.Max(range.Most, Or(from[row], range.Most)));
            }

            (int count, int run) = MissingValues.Count(to);
            missing += count;
            longest = Math.Max(longest, run);
            MissingValues.Fill(to, rule);
            return to;
        })];

        series.Add(new TimeSeries(
            observed.Id, observed.Times?[first], Placed(observed.Targets, last, length), Placed(observed.Past, last, length), Placed(observed.Known, lastKnown, knownLength), observed.Constants));
    }

    /// <summary>The series and what was done.</summary>
    /// <exception cref="SeriesException">A column has no value, or no series has a target value.</exception>
    public PreparedSeries Result(TimeStep step)
    {
        string prefix = source is null ? string.Empty : $"{source}: ";
        if (series.Count == 0)
        {
            throw new SeriesException($"{prefix}{(names.Targets.Count == 1 ? "the target" : "the targets")} {string.Join(", ", names.Targets.Select(name => $"'{name}'"))} {(names.Targets.Count == 1 ? "has" : "have")} no value; choose others with --target");
        }

        int nothing = Array.FindIndex(ranges, range => range.Most < range.Least);
        if (nothing >= 0)
        {
            throw new SeriesException($"{prefix}column '{allNames[nothing]}' has no value; leave it out of {(nothing < names.Targets.Count ? "--target" : nothing < names.Targets.Count + names.Past.Count ? "--past" : "--known")}");
        }

        return new PreparedSeries(new SeriesSet(series, step, names.Targets, names.Past, names.Known, names.Constants))
        {
            GapRows = gaps,
            LeadingRows = leading,
            EmptySeries = empty,
            MissingValues = missing,
            LongestMissing = longest,
            ConstantColumns = [.. allNames.Where((_, index) => ranges[index].Least == ranges[index].Most)],
        };
    }

    private static double Or(double value, double otherwise) => double.IsNaN(value) ? otherwise : value;

    private static int FirstValue(double[][] columns, int rows) => columns.Select(column => MissingValues.First(column, 0)).Append(rows).Min();

    private static int LastValue(double[][] columns) => columns.Select(column => Array.FindLastIndex(column, value => !double.IsNaN(value))).Append(-1).Max();
}
