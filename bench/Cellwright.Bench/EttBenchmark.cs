using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Bench;

/// <summary>
/// ETTh1, all seven columns, on the papers' split: trains a forecaster for each horizon and prints its errors on the
/// validation rows, and only where asked on the test rows. Every window counts, on the scale of the training rows.
/// </summary>
internal static class EttBenchmark
{
    private const int TrainingRows = 8640;
    private const int SplitRows = 2880;

    // NLinear's, the figures to be better than.
    private static readonly Dictionary<int, double> Published = new() { [96] = .374, [192] = .408, [336] = .429, [720] = .440 };

    /// <summary>Trains and prints; 2 where the data is not there.</summary>
    /// <param name="arguments">Horizons, <c>--test</c>, and choices as NAME=VALUE.</param>
    public static int Run(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("CELLWRIGHT_DATA") is not { } folder || !File.Exists(Path.Combine(folder, "ETTh1.csv")))
        {
            Console.Error.WriteLine("the variable CELLWRIGHT_DATA names no folder with ETTh1.csv");
            return 2;
        }

        ForecastChoices choices = new(arguments);
        int[] horizons = [.. arguments.Where(argument => char.IsAsciiDigit(argument[0])).Select(argument => int.Parse(argument, CultureInfo.InvariantCulture))];
        double[][] columns = Read(Path.Combine(folder, "ETTh1.csv"));
        foreach (int horizon in horizons.Length == 0 ? [96, 192, 336, 720] : horizons)
        {
            Train(columns, horizon, choices, arguments.Contains("--test"));
        }

        return 0;
    }

    private static void Train(double[][] columns, int horizon, ForecastChoices choices, bool test)
    {
        ForecasterDesign design = choices.Over(new ForecasterDesign
        {
            Cells = [Cell.Named("gru")],
            Hidden = 128,
            Window = 720,
            Horizon = horizon,
            Segment = 24,
            Dropout = 0.5,
            Period = 24,
            Head = ForecastHead.Median,
        });
        ForecastTrainingOptions options = choices.Over(new ForecastTrainingOptions
        {
            Batch = 256,
            Optimizer = OptimizerKind.AdamW,
            ValidationRows = SplitRows,
        });
        choices.CheckAllRead();
        TimeSeries seen = Rows(columns, TrainingRows + SplitRows);
        SeriesSet set = new([seen], new TimeStep(TimeUnit.Hour), ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]);
        Stopwatch watch = Stopwatch.StartNew();
        using Forecaster model = Forecaster.Train(set, design, options, epoch => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {horizon,3}  epoch {epoch.Epoch,2}  loss {epoch.TrainingLoss:0.0000}  validation MSE {epoch.Validation!.Value.SquaredError:0.0000} MAE {epoch.Validation!.Value.AbsoluteError:0.0000}{(epoch.IsBest ? " *" : "  ")} {watch.Elapsed.TotalSeconds:0} s")));
        TimeSpan training = watch.Elapsed;
        ForecastScore validation = model.Score([seen], [(TrainingRows, TrainingRows + SplitRows)]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{horizon,3}  validation MSE {validation.SquaredError:0.0000} MAE {validation.AbsoluteError:0.0000}  ({model.ParameterCount} parameters, {training.TotalSeconds:0} s of training)  {choices.Written}"));
        if (test)
        {
            int end = TrainingRows + (2 * SplitRows);
            ForecastScore score = model.Score([Rows(columns, end)], [(end - SplitRows, end)]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{horizon,3}  test       MSE {score.SquaredError:0.0000} MAE {score.AbsoluteError:0.0000}  over {score.Count} values; NLinear's MSE {Published.GetValueOrDefault(horizon, double.NaN):0.000}"));
        }
    }

    private static TimeSeries Rows(double[][] columns, int count) =>
        new("ETTh1", new DateTime(2016, 7, 1, 0, 0, 0, DateTimeKind.Unspecified), [.. columns.Select(column => column[..count])]);

    private static double[][] Read(string path)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')[1..])];
        return [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Select(row => double.Parse(row[column], CultureInfo.InvariantCulture)).ToArray())];
    }
}
