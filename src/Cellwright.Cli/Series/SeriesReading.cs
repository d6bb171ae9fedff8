using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Series read from a file, and what was understood.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">How it was written.</param>
/// <param name="Rows">Its rows, the line of names not among them.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Prepared">The series.</param>
internal sealed record SeriesReading(string Path, CsvFormat Format, long Rows, int Columns, PreparedSeries Prepared)
{
    /// <summary>The column of times; null where rows are only counted.</summary>
    public TimeColumn? Time { get; init; }

    /// <summary>The column that tells series apart; null where there is none.</summary>
    public string? Id { get; init; }

    /// <summary>The columns without a part, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The rows of the file of the future that were used, and those at times that were observed already.</summary>
    public (int Used, int Observed) Future { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What was said about it.</param>
    /// <exception cref="SeriesException">It cannot be read or used; the message says where and why.</exception>
    public static SeriesReading Of(string path, SeriesReadingOptions options)
    {
        CsvFile file = CsvFile.Read(path);
        if (options.Rows)
        {
            return RowSeries.Read(file, options);
        }

        CsvTable table = CsvTable.Read(file, options);
        ColumnRoles roles = ColumnRoles.Of(table, options);
        ColumnNames names = new(
            options.Wide ? ["value"] : [.. roles.Targets.Select(column => column.Name)],
            [.. roles.Past.Select(column => column.Name)],
            [.. roles.Known.Select(column => column.Name)],
            [.. roles.Constants.Select(column => column.Name)]);
        TableSeries series = new(table, roles);
        ObservedSeries[] observed = options.Wide ? series.ByColumn() : series.ById();
        (int Used, int Observed) future = default;
        if (options.Future is { } ahead)
        {
            observed = FutureRows.Append(observed, CsvTable.Read(CsvFile.Read(ahead), options), roles, names, options, out future);
        }

        return new SeriesReading(path, table.Format, table.Rows, table.Columns.Count, SeriesPreparation.Prepare(observed, names, options.Preparation))
        {
            Time = roles.Time,
            Id = roles.Id?.Name,
            LeftOut = roles.LeftOut,
            Future = future,
        };
    }
}
