using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Tests.Tasks.Series;

/// <summary>The files of the folder that CELLWRIGHT_DATA names, read in the plainest way.</summary>
internal static class LargerData
{
    /// <summary>The 414 hourly series of the M4 competition, each with its 48 hours to forecast at the end.</summary>
    public static SeriesSet M4Hourly()
    {
        Dictionary<string, double[]> later = Ragged("m4-hourly-test.csv").ToDictionary(row => row.Id, row => row.Values);
        return new SeriesSet([.. Ragged("m4-hourly-train.csv").Select(row => new TimeSeries(row.Id, start: null, [[.. row.Values, .. later[row.Id]]]))], new TimeStep(TimeUnit.Hour), ["value"]);
    }

    /// <summary>The seven columns of ETTh1 as the papers use them: the first 14,400 rows, standardised by the first 8,640.</summary>
    public static SeriesSet StandardizedEtth1()
    {
        const int used = 14_400;
        const int training = 8_640;
        string[][] rows = [.. File.ReadLines(Path("ETTh1.csv")).Select(line => line.Split(','))];
        double[][] columns = [.. Enumerable.Range(1, 7).Select(column => rows[1..(used + 1)].Select(row => Number(row[column])).ToArray())];
        foreach (double[] column in columns)
        {
            double mean = column[..training].Average();
            double deviation = Math.Sqrt(column[..training].Average(value => (value - mean) * (value - mean)));
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = (column[i] - mean) / deviation;
            }
        }

        return new SeriesSet([new TimeSeries(string.Empty, new DateTime(2016, 7, 1, 0, 0, 0, DateTimeKind.Unspecified), columns)], new TimeStep(TimeUnit.Hour), rows[0][1..]);
    }

    /// <summary>The monthly price of gold since 1833.</summary>
    public static SeriesSet Gold()
    {
        string[][] rows = [.. File.ReadLines(Path("gold-monthly.csv")).Skip(1).Select(line => line.Split(','))];
        DateTime start = DateTime.ParseExact(rows[0][0], "yyyy-MM", CultureInfo.InvariantCulture);
        return new SeriesSet([new TimeSeries(string.Empty, start, [[.. rows.Select(row => Number(row[1]))]])], new TimeStep(TimeUnit.Month), ["price"]);
    }

    private static IEnumerable<(string Id, double[] Values)> Ragged(string file) =>
        File.ReadLines(Path(file)).Skip(1).Select(line => line.Split(',').Select(cell => cell.Trim('"')).ToArray())
            .Select(cells => (cells[0], cells[1..].Where(cell => cell.Length > 0 && cell != "NA").Select(Number).ToArray()));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Path(string file) => System.IO.Path.Combine(Environment.GetEnvironmentVariable(DataFactAttribute.Variable)!, file);
}
