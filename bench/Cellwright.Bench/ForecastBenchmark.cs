using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>Times a forecast call of a loaded model: window 168, hidden 64, horizon 24, one row a step and segments of 24, these also combined with a linear map.</summary>
internal static class ForecastBenchmark
{
    private const int Calls = 200;

    /// <summary>Prints the median and the slowest call for some cells.</summary>
    public static int Run(string[] cells)
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(row => Math.Sin(row * Math.PI / 12) + (0.01 * row))];
        SeriesSet set = new([new TimeSeries("s", null, [values])], new TimeStep(TimeUnit.Hour), ["y"]);
        foreach (string cell in cells.Length == 0 ? ["lstm", "gru"] : cells)
        {
            foreach ((int segment, bool combines) in new[] { (1, false), (24, false), (24, true) })
            {
                ForecasterDesign design = new() { Cells = [Cell.Named(cell)], Hidden = 64, Window = 168, Horizon = 24, Segment = segment };
                string path = Path.GetTempFileName();
                using (Forecaster trained = Forecaster.Train(set, design, new ForecastTrainingOptions { Epochs = 1, StepsPerEpoch = 2, CombinesLinear = combines }))
                {
                    trained.Save(path);
                }

                using Forecaster model = Forecaster.Load(path);
                File.Delete(path);
                double[] times = new double[Calls];
                for (int i = -Calls; i < Calls; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    model.Forecast(set.Series[0]);
                    if (i >= 0)
                    {
                        times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    }
                }

                Array.Sort(times);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cell}, window 168, hidden 64, segment {segment}{(combines ? ", combined with a linear map" : string.Empty)}: median {times[Calls / 2]:0.000} ms, slowest of {Calls} {times[^1]:0.000} ms"));
            }
        }

        return 0;
    }
}
