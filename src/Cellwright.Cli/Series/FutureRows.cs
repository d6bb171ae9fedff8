using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Puts the rows of a second file, in which only known columns have values, behind those of the first.</summary>
internal static class FutureRows
{
    /// <summary>The series with the rows that follow their own; rows at times that they have already are left out.</summary>
    /// <param name="observed">The series of the first file.</param>
    /// <param name="table">The second file.</param>
    /// <param name="roles">Which column of the first file is what.</param>
    /// <param name="names">The names of the series' columns.</param>
    /// <param name="options">What was said about the files.</param>
    /// <param name="rows">How many rows were used, and how many left out.</param>
    /// <exception cref="SeriesException">A column of the first file is missing in the second, or a series in the first.</exception>
    public static ObservedSeries[] Append(
        ObservedSeries[] observed, CsvTable table, ColumnRoles roles, ColumnNames names, SeriesReadingOptions options, out (int Used, int Observed) rows)
    {
        if (names.Known.Count == 0)
        {
            throw new SeriesException("--future gives columns that are known ahead; name them with --known");
        }

        TimeColumn? time = roles.Time is { } first ? TimeColumn.Read(table, table.Column(first.Name, "--time"), options.Order ?? first.Order) : null;
        CsvColumn? id = roles.Id is { } column ? table.Column(column.Name, "--id") : null;
        NumberColumn[] known = [.. names.Known.SelectMany(name => NumberColumn.Of(table, name, "--known", _ => { }))];
        Dictionary<string, int> places = observed.Select((series, index) => (series.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index, StringComparer.Ordinal);
        List<int>[] added = [.. observed.Select(_ => new List<int>())];
        DateTime[] ends = [.. observed.Select(series => series.Times is { Length: > 0 } times ? times.Max() : DateTime.MinValue)];
        rows = default;
        for (int row = 0; row < table.Rows; row++)
        {
            int[] of = id is null ? [.. Enumerable.Range(0, observed.Length)]
                : places.TryGetValue(id.Text(row), out int place) ? [place]
                : throw new SeriesException(FormattableString.Invariant($"{table.Path}: line {table.Lines[row]}, column '{id.Name}': there is no series '{FieldText.Shown(id.Text(row))}' in {observed[0].Places![0].Source}; remove the row"));
            bool isUsed = false;
            foreach (int series in of.Where(series => time is null || time.Times[row] > ends[series]))
            {
                added[series].Add(row);
                isUsed = true;
            }

            rows = isUsed ? (rows.Used + 1, rows.Observed) : (rows.Used, rows.Observed + 1);
        }

        return [.. observed.Select((series, index) =>
        {
            List<int> more = added[index];
            double[][] Nothing(double[][] columns) => [.. columns.Select(each => (double[])[.. each, .. Enumerable.Repeat(double.NaN, more.Count)])];
            return series with
            {
                Times = series.Times is { } times ? [.. times, .. more.Select(row => time!.Times[row])] : null,
                Targets = Nothing(series.Targets),
                Past = Nothing(series.Past),
                Known = [.. series.Known.Select((each, i) => (double[])[.. each, .. more.Select(row => known[i].Values[row])])],
                Places = [.. series.Places!, .. more.Select(row => new RowPlace(table.Path, table.Lines[row]))],
            };
        })];
    }
}
