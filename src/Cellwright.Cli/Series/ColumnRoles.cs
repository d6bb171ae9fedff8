using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Which column of a file is what.</summary>
/// <param name="Time">The times; null where rows are only counted.</param>
/// <param name="Id">The column that tells series apart; null where there is one series, or each column is one.</param>
/// <param name="Targets">The columns to be forecast.</param>
/// <param name="Past">The past covariates.</param>
/// <param name="Known">The covariates known ahead.</param>
/// <param name="Constants">The static columns.</param>
/// <param name="LeftOut">The others, each with the reason why it has no part.</param>
internal sealed record ColumnRoles(
    TimeColumn? Time,
    CsvColumn? Id,
    IReadOnlyList<CsvColumn> Targets,
    IReadOnlyList<NumberColumn> Past,
    IReadOnlyList<NumberColumn> Known,
    IReadOnlyList<NumberColumn> Constants,
    IReadOnlyList<string> LeftOut)
{
    private const string Rest = "rest";

    private static readonly string[] UsualIds = ["id", "unique_id", "series", "series_id", "item", "item_id", "store", "store_id", "sensor", "sensor_id", "name", "key", "symbol", "ticker"];

    /// <summary>Finds each column's part.</summary>
    /// <param name="table">The file.</param>
    /// <param name="options">What was said about it.</param>
    /// <exception cref="SeriesException">A column is not there, has two parts, or none is left to be forecast.</exception>
    public static ColumnRoles Of(CsvTable table, SeriesReadingOptions options)
    {
        Dictionary<CsvColumn, string> parts = [];
        CsvColumn Take(string name, string option)
        {
            CsvColumn column = table.Column(name, option);
            return parts.TryAdd(column, option)
                ? column
                : throw new SeriesException($"column '{column.Name}' is named by {(parts[column] == option ? $"{option} twice" : $"both {parts[column]} and {option}")}; give it one part");
        }

        NumberColumn[] TakeNumbers(IReadOnlyList<string> names, string option) =>
            [.. names.SelectMany(name => NumberColumn.Of(table, name, option, column =>
            {
                if (!parts.TryGetValue(column, out string? taken) || taken != option || !name.Contains('=', StringComparison.Ordinal))
                {
                    Take(column.Name, option);
                }
            }))];

        CsvColumn? time = options.Time is null ? null : Take(options.Time, "--time");
        CsvColumn? id = options.Id is null ? null : Take(options.Id, "--id");
        CsvColumn[] targets = [.. options.Targets.Select(name => Take(name, "--target"))];
        bool takesRest = options.Past is [Rest] && table.Columns.All(column => column.Name != Rest);
        List<NumberColumn> past = [.. takesRest ? [] : TakeNumbers(options.Past, "--past")];
        NumberColumn[] known = TakeNumbers(options.Known, "--known");
        NumberColumn[] constants = TakeNumbers(options.Static, "--static");
        if (time is null && TimeColumn.Find(table, parts.Keys) is { } found)
        {
            parts.Add(time = found, "--time");
        }

        TimeColumn? times = time is null ? null : TimeColumn.Read(table, time, options.Order);
        if (id is null && !options.Wide && FindId(table, parts, times) is { } foundId)
        {
            parts.Add(id = foundId, "--id");
        }

        IEnumerable<CsvColumn> free = table.Columns.Where(column => !parts.ContainsKey(column) && !column.IsText && !column.IsEmpty);
        if (targets.Length == 0)
        {
            targets = takesRest
                ? throw new SeriesException("--past rest takes the columns that no other option names; name the targets with --target")
                : [.. free.Select(column => Take(column.Name, "--target"))];
        }
        else if (takesRest)
        {
            past = [.. free.ToArray().Select(column => NumberColumn.Of(table, Take(column.Name, "--past"), "--past"))];
        }

        if (targets.Length == 0)
        {
            throw new SeriesException($"{table.Path}: no column of numbers is left to be forecast among {NameList.Of(table.Columns.Select(column => column.Name))}; name one with --target");
        }

        foreach (CsvColumn target in targets)
        {
            if (target.IsText)
            {
                throw NumberColumn.NoNumber(table, target, 0, target.Text(0), "a target has numbers only; correct it, or name others with --target");
            }

            NumberColumn.CheckNumbers(table, target, "correct it, leave it empty if it is missing, or choose columns with --target");
        }

        string[] leftOut = [.. table.Columns.Where(column => !parts.ContainsKey(column)).Select(column => $"{column.Name} ({(column.IsText ? "text" : column.IsEmpty ? "empty" : "no part was named")})")];
        return new ColumnRoles(times, id, targets, past, known, constants, leftOut);
    }

    // Where times come again, something must tell the rows apart: the one column of texts, or the one with a usual name.
    private static CsvColumn? FindId(CsvTable table, Dictionary<CsvColumn, string> parts, TimeColumn? times)
    {
        CsvColumn[] texts = [.. table.Columns.Where(column => column.IsText && !parts.ContainsKey(column))];
        CsvColumn[] usual = [.. texts.Where(column => UsualIds.Contains(column.Name, StringComparer.OrdinalIgnoreCase))];
        if (times is null)
        {
            return usual is [var only] ? only : null;
        }

        if (texts.Length == 0 || times.Times.Distinct().Count() == times.Times.Length)
        {
            return null;
        }

        return texts is [var text] ? text : usual is [var named] ? named
            : throw new SeriesException($"{table.Path}: times come more than once, and {NameList.Of(texts.Select(column => $"'{column.Name}'"))} may tell series apart; name the column that does with --id");
    }
}
