using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>The column of times of a file, read.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Times">The time of each row.</param>
/// <param name="Clock">What was done about offsets from UTC, in words; null where there are none.</param>
/// <param name="Order">How dates with two meanings were read; null where there are none.</param>
internal sealed record TimeColumn(string Name, DateTime[] Times, string? Clock, DateOrder? Order)
{
    private const string Expected = "write times as 2024-02-29 or 2024-02-29 18:30";

    private static readonly string[] UsualNames =
        ["time", "date", "datetime", "date_time", "timestamp", "ds", "year", "month", "day", "week", "quarter", "period", "unix", "epoch"];

    /// <summary>Finds the column of times: the first of texts that are times, or of digits with a usual name.</summary>
    /// <param name="table">The file.</param>
    /// <param name="taken">The columns that have another part.</param>
    /// <exception cref="SeriesException">A column has a time's name and texts that are none.</exception>
    public static CsvColumn? Find(CsvTable table, IReadOnlyCollection<CsvColumn> taken)
    {
        CsvColumn[] columns = [.. table.Columns.Where(column => !taken.Contains(column))];
        CsvColumn? found = columns.FirstOrDefault(column =>
            FirstText(column) is { } first && TimeText.TryRead(first.Text, null, out _) && (!TimeText.IsDigits(first.Text) || IsUsual(column.Name)));
        if (found is null && columns.FirstOrDefault(column => column.IsText && IsUsual(column.Name)) is { } named)
        {
            (int row, string text) = FirstText(named)!.Value;
            throw Wrong(table, named, row, $"'{FieldText.Shown(text)}' is not a time that is understood; {Expected}, or name another column with --time");
        }

        return found;
    }

    /// <summary>Reads a column as times.</summary>
    /// <param name="table">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="order">How a date with two meanings is read; decided by the other dates where null.</param>
    /// <exception cref="SeriesException">A row has no time, or one that is not understood or has two meanings.</exception>
    public static TimeColumn Read(CsvTable table, CsvColumn column, DateOrder? order)
    {
        int[] rowOf;
        string[] texts;
        IReadOnlyList<int> codes;
        if (column.IsText)
        {
            (IReadOnlyList<string> values, codes) = column.Texts;
            texts = [.. values];
            rowOf = new int[texts.Length];
            for (int row = codes.Count - 1; row >= 0; row--)
            {
                rowOf[codes[row]] = row;
            }
        }
        else
        {
            texts = [.. Enumerable.Range(0, table.Rows).Select(column.Text)];
            rowOf = [.. Enumerable.Range(0, table.Rows)];
            codes = rowOf;
        }

        TimeText[] times = new TimeText[texts.Length];
        int unclear = -1;
        (int Row, DateOrder Order)? decided = null;
        foreach (int i in Enumerable.Range(0, texts.Length).OrderBy(i => rowOf[i]))
        {
            if (!TimeText.TryRead(texts[i], order, out times[i]))
            {
                throw Wrong(table, column, rowOf[i], texts[i].Length == 0 ? "there is no time; give the row one, or remove it" : $"'{FieldText.Shown(texts[i])}' is not a time that is understood; {Expected}");
            }

            unclear = unclear < 0 && times[i].IsUnclear ? i : unclear;
            if (times[i].Shows is { } shows)
            {
                decided ??= (rowOf[i], shows);
                if (decided.Value.Order != shows)
                {
                    throw Wrong(table, column, rowOf[i], FormattableString.Invariant($"'{FieldText.Shown(texts[i])}' has its {Word(shows)} first where line {table.Lines[decided.Value.Row]} has its {Word(decided.Value.Order)} first; write all dates in one order"));
                }
            }
        }

        DateOrder? read = unclear < 0 ? null : order ?? decided?.Order
            ?? throw Wrong(table, column, rowOf[unclear], $"'{FieldText.Shown(texts[unclear])}' may have its day or its month first, and no date of the file decides it; say --dates day or --dates month");
        if (read == DateOrder.Month)
        {
            for (int i = 0; i < texts.Length; i++)
            {
                TimeText.TryRead(texts[i], read, out times[i]);
            }
        }

        (DateTime[] clocks, string? clock) = OneClock(table, column, times, rowOf);
        DateTime[] all = new DateTime[table.Rows];
        for (int row = 0; row < all.Length; row++)
        {
            all[row] = clocks[codes[row]];
        }

        return new TimeColumn(column.Name, all, clock, read);
    }

    // Times that all have one offset are that clock's; days keep their own clock; others become UTC.
    private static (DateTime[] Clocks, string? Clock) OneClock(CsvTable table, CsvColumn column, TimeText[] times, int[] rowOf)
    {
        DateTime[] clocks = Array.ConvertAll(times, time => time.Clock);
        int without = Array.FindIndex(times, time => time.Offset is null);
        int with = Array.FindIndex(times, time => time.Offset is not null);
        if (with < 0)
        {
            return (clocks, null);
        }

        if (without >= 0)
        {
            throw Wrong(table, column, rowOf[without], FormattableString.Invariant($"this time has no offset from UTC where line {table.Lines[rowOf[with]]} has one; give it to all or to none"));
        }

        TimeSpan first = times[0].Offset!.Value;
        if (times.All(time => time.Offset == first))
        {
            return (clocks, first == TimeSpan.Zero ? "UTC" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"UTC{(first < TimeSpan.Zero ? '-' : '+')}{first:hh\\:mm}"));
        }

        return clocks.All(clock => clock.TimeOfDay == clocks[0].TimeOfDay)
            ? (clocks, "local days; their offsets from UTC differ and were left out")
            : (Array.ConvertAll(times, time => time.Clock - time.Offset!.Value), "UTC, made from times whose offsets differ");
    }

    private static (int Row, string Text)? FirstText(CsvColumn column)
    {
        if (column.IsText)
        {
            (IReadOnlyList<string> values, IReadOnlyList<int> codes) = column.Texts;
            for (int row = 0; row < codes.Count; row++)
            {
                if (values[codes[row]].Length > 0)
                {
                    return (row, values[codes[row]]);
                }
            }

            return null;
        }

        for (int row = 0; row < column.Numbers.Length; row++)
        {
            if (!double.IsNaN(column.Numbers[row]))
            {
                return (row, column.Text(row));
            }
        }

        return null;
    }

    private static bool IsUsual(string name) => UsualNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Word(DateOrder order) => order == DateOrder.Day ? "day" : "month";

    private static SeriesException Wrong(CsvTable table, CsvColumn column, int row, string what) =>
        new(FormattableString.Invariant($"{table.Path}: line {table.Lines[row]}, column '{column.Name}': {what}"));
}
