using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>
/// The hourly series of the M4 competition, horizon 48: one model for all 414, judged by the competition's figures on the
/// last 48 rows of the training part, or where asked on the test part.
/// </summary>
internal static class M4Benchmark
{
    private const int Horizon = 48;
    private const int Day = 24;

    /// <summary>Trains and prints; 2 where the data is not there.</summary>
    /// <param name="arguments"><c>--test</c>, and choices as NAME=VALUE.</param>
    public static int Run(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("CELLWRIGHT_DATA") is not { } folder || !File.Exists(Path.Combine(folder, "m4-hourly-train.csv")))
        {
            Console.Error.WriteLine("the variable CELLWRIGHT_DATA names no folder with m4-hourly-train.csv");
            return 2;
        }

        ForecastChoices choices = new(arguments);
        ForecasterDesign design = choices.Over(new ForecasterDesign
        {
            Cells = [Cell.Named("gru")],
            Hidden = 256,
            Window = 336,
            Horizon = Horizon,
            Segment = Day,
            Period = 7 * Day,
            Baseline = ForecastBaseline.SeasonalNaive,
            Linear = true,
            Logarithm = true,
            Dropout = 0.1,
            Scaling = WindowScaling.MeanDeviation,
            Head = ForecastHead.Quantiles(),
        });
        ForecastTrainingOptions options = choices.Over(new ForecastTrainingOptions
        {
            Batch = 256,
            Epochs = 3,
            LearningRate = 0.002,
            ErrorUnit = ForecastErrorUnit.Series,
            ValidationRows = 0,
        });
        bool test = arguments.Contains("--test");
        int first = choices.Whole("first", 1);
        int seeds = choices.Whole("seeds", 1);
        bool calibrates = choices.Flag("calibrate", true);
        choices.CheckAllRead();
        SeriesSet set = Read(folder, test);
        Stopwatch watch = new();
        List<Forecaster> models = [];
        ForecastCandidate[] candidates = [.. Enumerable.Range(first, seeds).Select(seed => new ForecastCandidate($"{design.Cells[0].Name}, seed {seed}", known =>
        {
            watch.Restart();
            models.Add(Forecaster.Train(known, design, options with { Seed = (ulong)seed }));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {models[^1].ParameterCount} parameters, {watch.Elapsed.TotalSeconds:0} s"));
            return models[^1];
        }))];
        ForecastCandidate[] mean = seeds > 1 && !calibrates ? [new ForecastCandidate($"mean of {seeds}", _ => new MeanOfForecasters(models))] : [];

        // To calibrate, a model that has not seen the 48 rows before the judged ones says how far outcomes lie outside its
        // quantiles; the judged model has learned from them too.
        BacktestResult result = Backtest.Run(set, [.. candidates, .. mean], new BacktestOptions
        {
            Horizon = Horizon,
            Windows = 1,
            CalibrationWindows = 1,
            Season = Day,
            Refit = calibrates,
            Intervals = calibrates ? IntervalCalibration.Static : IntervalCalibration.None,
        });
        Console.WriteLine($"{(test ? "test" : "validation")}  {choices.Written}");
        foreach (BacktestRow row in result.Rows)
        {
            string coverage = string.Join(", ", row.Coverage.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Nominal:0.##}: {each.Actual:0.0000}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Method,-16} sMAPE {row.Smape:0.000}  MASE {row.Mase:0.000}  OWA {row.Owa:0.0000}  MSIS {row.Msis:0.00}  coverage {coverage}"));
        }

        models.ForEach(model => model.Dispose());
        return 0;
    }

    private static SeriesSet Read(string folder, bool test)
    {
        Dictionary<string, double[]> later = test ? Rows(folder, "m4-hourly-test.csv").ToDictionary(row => row.Id, row => row.Values) : [];
        return new SeriesSet(
            [.. Rows(folder, "m4-hourly-train.csv").Select(row => new TimeSeries(row.Id, start: null, [[.. row.Values, .. later.GetValueOrDefault(row.Id, [])]]))],
            new TimeStep(TimeUnit.Hour),
            ["value"]);
    }

    private static IEnumerable<(string Id, double[] Values)> Rows(string folder, string file) =>
        File.ReadLines(Path.Combine(folder, file)).Skip(1).Select(line => line.Split(',').Select(field => field.Trim('"')).ToArray())
            .Select(fields => (fields[0], fields[1..].TakeWhile(field => field.Length > 0 && field != "NA").Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray()));
}
