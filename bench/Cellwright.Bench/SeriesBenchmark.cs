using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cellwright.Cli.Series;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>How long series take from a CSV file to what a model is trained on: reading, preparation, calendar.</summary>
internal static class SeriesBenchmark
{
    private const int Repeats = 5;

    /// <summary>Writes a long and a wide file of hourly series with a few gaps, and prints the time of the first reading and the best of five.</summary>
    public static void Run(int series, int rows)
    {
        string folder = Directory.CreateTempSubdirectory("cellwright-").FullName;
        try
        {
            foreach (bool wide in (bool[])[false, true])
            {
                string path = Path.Combine(folder, wide ? "wide.csv" : "long.csv");
                File.WriteAllText(path, wide ? Wide(series, rows) : Long(series, rows));
                List<double> seconds = [];
                SeriesReadingOptions options = new() { Wide = wide, Preparation = new SeriesPreparationOptions { Missing = MissingRule.Interpolate } };
                for (int i = 0; i < Repeats; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    SeriesReading reading = SeriesReading.Of(path, options);
                    SeriesSet set = CalendarFeatures.AddTo(reading.Prepared.Set, ahead: 48);
                    seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                    if (set.Series.Count != series)
                    {
                        throw new InvalidOperationException($"{set.Series.Count} series were read");
                    }
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(wide ? "wide" : "long")}: {series:N0} series of {rows:N0} rows, {new FileInfo(path).Length / 1e6:0.0} MB: first {seconds[0]:0.000} s, best of {Repeats} {seconds.Min():0.000} s"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Long(int series, int rows)
    {
        StringBuilder text = new("id,time,value\n");
        for (int s = 0; s < series; s++)
        {
            for (int row = 0; row < rows; row++)
            {
                if ((row + s) % 97 != 50)
                {
                    text.Append(CultureInfo.InvariantCulture, $"S{s},{SeriesTime.Text(Start.AddHours(row), new TimeStep(TimeUnit.Hour))}:00,{Value(s, row):0.0000}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Wide(int series, int rows)
    {
        StringBuilder text = new("time");
        for (int s = 0; s < series; s++)
        {
            text.Append(CultureInfo.InvariantCulture, $",S{s}");
        }

        for (int row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{SeriesTime.Text(Start.AddHours(row), new TimeStep(TimeUnit.Hour))}:00");
            for (int s = 0; s < series; s++)
            {
                text.Append((row + s) % 97 != 50 ? string.Create(CultureInfo.InvariantCulture, $",{Value(s, row):0.0000}") : ",");
            }
        }

        return text.Append('\n').ToString();
    }

    private static DateTime Start => new(2024, 1, 1);

    private static double Value(int series, int row) => 100 + (10 * Math.Sin(row * Math.PI / 12)) + (series * 0.37 % 7) + (row * 0.618 % 1);
}
