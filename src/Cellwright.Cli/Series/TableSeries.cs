using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>The rows of a file as series.</summary>
/// <param name="table">The file.</param>
/// <param name="roles">Which column is what.</param>
internal sealed class TableSeries(CsvTable table, ColumnRoles roles)
{
    /// <summary>One series for each value of the id column, in the order in which they appear; one where there is no such column.</summary>
    public ObservedSeries[] ById() => [.. RowsById().Select(series => Series(series.Id, series.Rows, roles.Targets))];

    /// <summary>One series for each target column, all with the same times and covariates.</summary>
    public ObservedSeries[] ByColumn()
    {
        ObservedSeries shared = Series(string.Empty, [.. Enumerable.Range(0, table.Rows)], []);
        return [.. roles.Targets.Select(column => shared with { Id = column.Name, Targets = [column.Numbers.ToArray()] })];
    }

    // Rows are sorted by the number of their id, so that a file of a thousand series is gone through once.
    private IEnumerable<(string Id, int[] Rows)> RowsById()
    {
        if (roles.Id is null)
        {
            return [(string.Empty, [.. Enumerable.Range(0, table.Rows)])];
        }

        (IReadOnlyList<string> ids, IReadOnlyList<int> codes) = roles.Id.Texts;
        int[] counts = new int[ids.Count];
        for (int row = 0; row < codes.Count; row++)
        {
            if (CsvNumber.IsMissing(System.Text.Encoding.UTF8.GetBytes(ids[codes[row]])) && ids[codes[row]].Length == 0)
            {
                throw new SeriesException(FormattableString.Invariant($"{table.Path}: line {table.Lines[row]}, column '{roles.Id.Name}': there is no id; give the row one, or remove it"));
            }

            counts[codes[row]]++;
        }

        int[][] rows = Array.ConvertAll(counts, count => new int[count]);
        int[] filled = new int[ids.Count];
        for (int row = 0; row < codes.Count; row++)
        {
            rows[codes[row]][filled[codes[row]]++] = row;
        }

        return Enumerable.Range(0, ids.Count).Select(code => (ids[code], rows[code]));
    }

    private ObservedSeries Series(string id, int[] rows, IReadOnlyList<CsvColumn> targets)
    {
        double[][] Pick(IReadOnlyList<NumberColumn> columns) => [.. columns.Select(column => Array.ConvertAll(rows, row => column.Values[row]))];
        return new ObservedSeries(
            id,
            roles.Time is { } time ? Array.ConvertAll(rows, row => time.Times[row]) : null,
            [.. targets.Select(column => Gathered(column.Numbers, rows))],
            Pick(roles.Past),
            Pick(roles.Known),
            [.. roles.Constants.Select(column => Constant(id, column, rows))])
        {
            Places = Array.ConvertAll(rows, row => new RowPlace(table.Path, table.Lines[row])),
        };
    }

    private static double[] Gathered(ReadOnlySpan<double> values, int[] rows)
    {
        double[] gathered = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            gathered[i] = values[rows[i]];
        }

        return gathered;
    }

    private double Constant(string id, NumberColumn column, int[] rows)
    {
        int first = Array.Find(rows, row => !double.IsNaN(column.Values[row]));
        double value = column.Values[first];
        int other = Array.FindIndex(rows, row => !double.IsNaN(column.Values[row]) && column.Values[row] != value);
        return other < 0
            ? value
            : throw new SeriesException(FormattableString.Invariant(
                $"{table.Path}: line {table.Lines[rows[other]]}, column '{column.Name}': the value differs from that of line {table.Lines[first]}{(id.Length > 0 ? $" of the same series '{id}'" : string.Empty)}; a static column has one value for a series, others are --past or --known"));
    }
}
