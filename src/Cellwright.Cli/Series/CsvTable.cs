using Cellwright.Tasks.Series;
using CsvHelper;

namespace Cellwright.Cli.Series;

/// <summary>A CSV file in memory, column by column.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">How it was written.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Lines">The line on which each row begins.</param>
internal sealed record CsvTable(string Path, CsvFormat Format, IReadOnlyList<CsvColumn> Columns, int[] Lines)
{
    /// <summary>The number of rows, the line of names not among them.</summary>
    public int Rows => Lines.Length;

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">What was said about it; columns that it names as time or id are read as text.</param>
    /// <exception cref="SeriesException">A line has another number of fields, a quote is not closed, or a name is double.</exception>
    public static CsvTable Read(CsvFile file, SeriesReadingOptions options)
    {
        CsvFormat format = CsvFormat.Of(file, options);
        using CsvReader reader = CsvFormat.Reader(file, format.Separator);
        if (!reader.Read())
        {
            throw new SeriesException($"there is nothing in '{file.Path}'; give a CSV file with a line of names and at least one row");
        }

        List<CsvColumn> columns = Named(file, reader, format, options);
        List<int> lines = [];
        bool isRow = !format.HasNames || reader.Read();
        for (; isRow; isRow = reader.Read())
        {
            if (reader.FieldCount != columns.Count)
            {
                throw new SeriesException(FormattableString.Invariant(
                    $"{file.Path}: line {reader.LineNumber} has {Fields(reader.FieldCount)} where the first line has {columns.Count} (the separator is a {format.SeparatorName}); put it right, or say --separator"));
            }

            for (int i = 0; i < columns.Count; i++)
            {
                columns[i].Add(reader.GetSpan(i));
            }

            lines.Add((int)reader.LineNumber);
        }

        if (lines.Count == 0)
        {
            throw new SeriesException($"{file.Path} has a line of names and no rows; give at least one row");
        }

        return new CsvTable(file.Path, format, [.. columns.Where(column => column.Name.Length > 0 || !column.IsEmpty)], [.. lines]);
    }

    /// <summary>The column of a name, in any case where that is clear.</summary>
    /// <param name="name">The name.</param>
    /// <param name="option">Where it was given.</param>
    /// <exception cref="SeriesException">There is none.</exception>
    public CsvColumn Column(string name, string option) =>
        Columns.FirstOrDefault(column => column.Name == name)
        ?? (Columns.Where(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray() is [var only] ? only : null)
        ?? throw new SeriesException($"{Path}: {option} names a column '{name}' that is not there; it has {NameList.Of(Columns.Select(column => column.Name))}");

    private static List<CsvColumn> Named(CsvFile file, CsvReader reader, CsvFormat format, SeriesReadingOptions options)
    {
        List<CsvColumn> columns = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        for (int i = 0; i < reader.FieldCount; i++)
        {
            string name = format.HasNames ? reader.GetString(i).ReplaceLineEndings(" ").Trim() : FormattableString.Invariant($"column{i + 1}");
            if (name.Length == 0 && i == 0)
            {
                // Data frames write their index so.
                name = "column1";
            }

            if (name.Length > 0 && !places.TryAdd(name, i + 1))
            {
                throw new SeriesException(FormattableString.Invariant($"{file.Path}: line 1: columns {places[name]} and {i + 1} are both named '{name}'; rename one"));
            }

            bool isText = name.Equals(options.Time, StringComparison.OrdinalIgnoreCase) || name.Equals(options.Id, StringComparison.OrdinalIgnoreCase);
            columns.Add(new CsvColumn(name, format.Mark, isText));
        }

        return columns;
    }

    private static string Fields(int count) => count == 1 ? "1 field" : FormattableString.Invariant($"{count} fields");
}
