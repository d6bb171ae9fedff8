using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>What was read from a file of series, in at most twelve lines.</summary>
internal static class SeriesReport
{
    private const int MostNames = 5;

    /// <summary>Writes the report.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="calendar">Whether columns of the calendar are made.</param>
    /// <param name="output">Where it goes.</param>
    public static void Write(SeriesReading reading, bool calendar, TextWriter output)
    {
        PreparedSeries prepared = reading.Prepared;
        SeriesSet set = prepared.Set;
        void Line(string label, FormattableString text) => output.WriteLine($"{label,-11} {text.ToString(CultureInfo.InvariantCulture)}");

        Line("file", $"{reading.Path}: {Count(reading.Rows, "row")} of {Count(reading.Columns, "column")}, the separator is a {reading.Format.SeparatorName}, numbers have a decimal {reading.Format.MarkName}");
        string found = reading.Id is { } id ? $" by {id}" : reading.Time is null && set.Series.Count > 1 ? ", one a row" : string.Empty;
        Line("series", $"{Count(set.Series.Count, "series")}{found}{Lengths(set)}");
        Line("time", $"{Span(reading)}");
        Line("targets", $"{Names(set.TargetNames)}{Constant(prepared, set.TargetNames)}");
        if (set.PastNames.Count > 0)
        {
            Line("past", $"{Names(set.PastNames)}{Constant(prepared, set.PastNames)}");
        }

        if (set.KnownNames.Count > 0)
        {
            Line("known", $"{Names(set.KnownNames)}{Constant(prepared, set.KnownNames)}, {Ahead(set)}{Future(reading)}");
        }

        if (set.ConstantNames.Count > 0)
        {
            Line("static", $"{Names(set.ConstantNames)}");
        }

        if (calendar && CalendarFeatures.CycleNames(set.Step) is { Count: > 0 } cycles)
        {
            Line("calendar", $"{string.Join(", ", cycles)} (each as sine and cosine), known ahead");
        }

        if (reading.LeftOut.Count > 0)
        {
            Line("left out", $"{Names(reading.LeftOut)}");
        }

        if (Changes(prepared) is { Length: > 0 } changes)
        {
            Line("rows", $"{changes}");
        }

        Line("missing", $"{Missing(prepared)}");
    }

    /// <summary>The same as an object for JSON.</summary>
    public static object Json(SeriesReading reading, bool calendar)
    {
        PreparedSeries prepared = reading.Prepared;
        SeriesSet set = prepared.Set;
        TimeSeries[] ordered = [.. set.Series.Where(series => series.Start is not null)];
        return new
        {
            file = reading.Path,
            rows = reading.Rows,
            columns = reading.Columns,
            separator = reading.Format.SeparatorName,
            decimalMark = reading.Format.MarkName,
            series = set.Series.Count,
            id = reading.Id,
            shortest = set.Series.Min(series => series.Length),
            longest = set.Series.Max(series => series.Length),
            time = reading.Time?.Name,
            clock = reading.Time?.Clock,
            step = set.Step.ToString(),
            first = ordered.Length == 0 ? null : SeriesTime.Text(ordered.Min(series => series.Start!.Value), set.Step),
            last = ordered.Length == 0 ? null : SeriesTime.Text(ordered.Max(series => End(series, set.Step)), set.Step),
            targets = set.TargetNames,
            past = set.PastNames,
            known = set.KnownNames,
            knownAhead = set.KnownNames.Count == 0 ? (int?)null : set.Series.Min(series => series.KnownLength - series.Length),
            @static = set.ConstantNames,
            calendar = calendar ? CalendarFeatures.Names(set.Step) : [],
            leftOut = reading.LeftOut,
            constant = prepared.ConstantColumns,
            emptySeries = prepared.EmptySeries,
            sortedSeries = prepared.SeriesSorted,
            duplicateRows = prepared.DuplicateRows,
            averagedRows = prepared.AveragedRows,
            leadingRows = prepared.LeadingRows,
            gapRows = prepared.GapRows,
            missingValues = prepared.MissingValues,
            longestMissing = prepared.LongestMissing,
            missingRule = prepared.Missing.ToString().ToLowerInvariant(),
            futureRows = reading.Future.Used,
        };
    }

    private static DateTime End(TimeSeries series, TimeStep step) => step.Add(series.Start!.Value, series.Length - 1);

    private static string Lengths(SeriesSet set)
    {
        (int least, int most) = (set.Series.Min(series => series.Length), set.Series.Max(series => series.Length));
        return Text(least == most ? (FormattableString)$" of {Count(most, "row")}{(set.Series.Count > 1 ? " each" : "")}" : $" of {least:N0} to {Count(most, "row")}");
    }

    private static string Span(SeriesReading reading)
    {
        SeriesSet set = reading.Prepared.Set;
        if (reading.Time is not { } time)
        {
            return "no column of times, rows are counted";
        }

        string clock = time.Clock is null ? string.Empty : $" ({time.Clock})";
        string order = time.Order is { } read ? $", dates with the {read.ToString().ToLowerInvariant()} first" : string.Empty;
        return $"{time.Name}: a row every {set.Step}, {SeriesTime.Text(set.Series.Min(series => series.Start!.Value), set.Step)} to {SeriesTime.Text(set.Series.Max(series => End(series, set.Step)), set.Step)}{clock}{order}{(reading.Prepared.OnlyMonths ? ", of which only the months count" : string.Empty)}";
    }

    private static string Ahead(SeriesSet set)
    {
        int least = set.Series.Min(series => series.KnownLength - series.Length);
        int most = set.Series.Max(series => series.KnownLength - series.Length);
        return Text(least == most ? (FormattableString)$"{Count(least, "row")} ahead" : $"{least:N0} to {Count(most, "row")} ahead");
    }

    private static string Future(SeriesReading reading) => reading.Future switch
    {
        (0, 0) => string.Empty,
        (_, 0) => Text($", {reading.Future.Used:N0} from the second file"),
        _ => Text($", {reading.Future.Used:N0} from the second file (whose {Count(reading.Future.Observed, "row")} at observed times {(reading.Future.Observed == 1 ? "was" : "were")} left out)"),
    };

    private static string Constant(PreparedSeries prepared, IReadOnlyList<string> names)
    {
        string[] constant = [.. names.Where(prepared.ConstantColumns.Contains)];
        return constant.Length == 0 ? string.Empty : constant.Length == names.Count ? " (never changes)" : $" ({Names(constant)} never {(constant.Length == 1 ? "changes" : "change")})";
    }

    private static string Changes(PreparedSeries prepared)
    {
        List<string> parts = [];
        void Add(long count, Func<string, string> say, string noun = "row")
        {
            if (count > 0)
            {
                parts.Add(say(Count(count, noun)));
            }
        }

        Add(prepared.SeriesSorted, count => $"{count} sorted by time", "series");
        Add(prepared.DuplicateRows, count => $"{count} with the time of another joined");
        Add(prepared.AveragedRows, count => $"{count} averaged with others of the same step");
        Add(prepared.LeadingRows, count => $"{count} before the first target value left out");
        Add(prepared.GapRows, count => $"{count} missing in gaps put in");
        Add(prepared.EmptySeries.Count, count => $"{count} without a target value left out ({Names(prepared.EmptySeries)})", "series");
        return string.Join("; ", parts);
    }

    private static string Missing(PreparedSeries prepared)
    {
        if (prepared.MissingValues == 0)
        {
            return "no value";
        }

        string rule = prepared.Missing switch
        {
            MissingRule.Carry => "the last value before them stands for them",
            MissingRule.Interpolate => "interpolated",
            _ => "masked",
        };
        return Text($"{Count(prepared.MissingValues, "value")}, at most {prepared.LongestMissing:N0} in sequence: {rule}");
    }

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? Text($" and {names.Count - MostNames:N0} more") : string.Empty);

    private static string Count(long count, string noun) => Text($"{count:N0} {noun}{(count == 1 || noun == "series" ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
