using System.Text;
using Cellwright.Tasks.Series;
using CsvHelper;

namespace Cellwright.Cli.Series;

/// <summary>Files with a series in each row: its name, then its values, as many as it has; rows are only counted.</summary>
internal static class RowSeries
{
    /// <summary>Reads such a file; a first line whose second field is no number holds names and is passed over.</summary>
    /// <exception cref="SeriesException">A field is no number, or two rows have one name.</exception>
    public static SeriesReading Read(CsvFile file, SeriesReadingOptions options)
    {
        CsvFormat format = CsvFormat.Of(file, options);
        Dictionary<string, long> lines = new(StringComparer.Ordinal);
        List<ObservedSeries> observed = [];
        int columns = 0;
        bool hasNames = false;
        using CsvReader reader = CsvFormat.Reader(file, format.Separator);
        while (reader.Read())
        {
            columns = Math.Max(columns, reader.FieldCount);
            if (observed.Count == 0 && !hasNames && reader.FieldCount > 1 && !CsvNumber.IsMissing(reader.GetSpan(1)) && !CsvNumber.TryRead(reader.GetSpan(1), format.Mark, out _))
            {
                hasNames = true;
                continue;
            }

            string id = reader.GetString(0);
            if (!lines.TryAdd(id, reader.LineNumber))
            {
                throw new SeriesException(FormattableString.Invariant($"{file.Path}: line {reader.LineNumber} is a second series '{FieldText.Shown(id)}' beside that of line {lines[id]}; rename one"));
            }

            double[] values = Values(file, reader, format);
            observed.Add(new ObservedSeries(id, null, [values], [], [], []) { Places = [.. Enumerable.Repeat(new RowPlace(file.Path, (int)reader.LineNumber), values.Length)] });
        }

        if (observed.All(series => series.Rows == 0))
        {
            throw new SeriesException($"{file.Path}: no row has a value behind its name; with --rows each row is a series");
        }

        PreparedSeries prepared = SeriesPreparation.Prepare(observed, new ColumnNames(["value"], [], [], []), options.Preparation);
        return new SeriesReading(file.Path, format with { HasNames = hasNames }, observed.Count, columns, prepared);
    }

    // Empty fields at the end of a row are no values of the series.
    private static double[] Values(CsvFile file, CsvReader reader, CsvFormat format)
    {
        int count = reader.FieldCount - 1;
        while (count > 0 && CsvNumber.IsMissing(reader.GetSpan(count)))
        {
            count--;
        }

        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> field = reader.GetSpan(i + 1);
            if (CsvNumber.IsMissing(field))
            {
                values[i] = double.NaN;
            }
            else if (!CsvNumber.TryRead(field, format.Mark, out values[i]))
            {
                throw new SeriesException(FormattableString.Invariant(
                    $"{file.Path}: line {reader.LineNumber}, field {i + 2}: '{FieldText.Shown(Encoding.UTF8.GetString(field))}' is not a number; with --rows each row is a series, its name and then its values"));
            }
        }

        return values;
    }
}
