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
        int firstSeed = choices.Whole("first", 1);
        int seeds = choices.Whole("seeds", 1);
        bool coverage = choices.Flag("coverage", false);
        bool test = arguments.Contains("--test");
        foreach (int horizon in horizons.Length == 0 ? [96, 192, 336, 720] : horizons)
        {
            List<ForecastScore> scores = [];
            for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
            {
                using Forecaster model = Train(columns, horizon, choices, (ulong)seed);
                int end = TrainingRows + (test ? 2 * SplitRows : SplitRows);
                scores.Add(Score(model, columns, horizon, test, choices.Written));
                if (coverage)
                {
                    EttCoverage.Print(model, Rows(columns, end), Set(columns, end), TrainingRows, test ? end - SplitRows : null);
                }
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{horizon,3}  {(test ? "test" : "validation")}, mean of {seeds}: MSE {scores.Average(score => score.SquaredError):0.0000} MAE {scores.Average(score => score.AbsoluteError):0.0000}; NLinear's MSE on the test rows {Published.GetValueOrDefault(horizon, double.NaN):0.000}"));
        }

        return 0;
    }

    private static Forecaster Train(double[][] columns, int horizon, ForecastChoices choices, ulong seed)
    {
        bool isLong = horizon > 192;
        ForecasterDesign design = choices.Over(new ForecasterDesign
        {
            Cells = [Cell.Named("gru")],
            Hidden = 128,
            Window = 720,
            Horizon = horizon,
            Segment = 24,
            Scaling = isLong ? WindowScaling.MeanDeviation : WindowScaling.LastValue,
            Dropout = 0.5,
            Period = 24,
            Head = ForecastHead.Median,
        });
        ForecastTrainingOptions options = choices.Over(new ForecastTrainingOptions
        {
            Batch = 256,
            Epochs = isLong ? 2 : 3,
            StepsPerEpoch = horizon switch { <= 192 => 0, <= 336 => 150, _ => 100 },
            LearningRate = isLong ? 0.0005 : 0.001,
            Optimizer = OptimizerKind.AdamW,
            ValidationRows = SplitRows,
            ValidationStride = 7,
            Seed = seed,
        });
        bool combines = choices.Flag("combine", true);
        choices.CheckAllRead();
        SeriesSet set = Set(columns, TrainingRows + SplitRows);
        Stopwatch watch = Stopwatch.StartNew();
        Forecaster model = Forecaster.Train(set, design, options, epoch => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {horizon,3}  epoch {epoch.Epoch,2}  loss {epoch.TrainingLoss:0.0000}  validation MSE {epoch.Validation!.Value.SquaredError:0.0000} MAE {epoch.Validation!.Value.AbsoluteError:0.0000}{(epoch.IsBest ? " *" : "  ")} {watch.Elapsed.TotalSeconds:0} s")));
        if (combines)
        {
            using Forecaster before = model;
            LinearCombination combination = LinearCombination.Of(before, set, options);
            model = combination.Model;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{horizon,3}  combined by a share of {combination.Share:0.000} with a linear map of {combination.Rows} rows, ridge {combination.Ridge}: validation MSE {combination.ErrorBefore:0.0000} and {combination.ErrorOfMap:0.0000} became {combination.Error:0.0000}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{horizon,3}  seed {seed}: {model.ParameterCount} parameters, {watch.Elapsed.TotalSeconds:0} s of training and validation"));
        return model;
    }

    // Every window of the validation rows, or of the test rows alone.
    private static ForecastScore Score(Forecaster model, double[][] columns, int horizon, bool test, string written)
    {
        int end = TrainingRows + (test ? 2 * SplitRows : SplitRows);
        ForecastScore score = model.Score([Rows(columns, end)], [(end - SplitRows, end)]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{horizon,3}  {(test ? "test      " : "validation")} MSE {score.SquaredError:0.0000} MAE {score.AbsoluteError:0.0000} over {score.Count} values  {written}"));
        return score;
    }

    private static SeriesSet Set(double[][] columns, int count) =>
        new([Rows(columns, count)], new TimeStep(TimeUnit.Hour), ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]);

    private static TimeSeries Rows(double[][] columns, int count) =>
        new("ETTh1", new DateTime(2016, 7, 1, 0, 0, 0, DateTimeKind.Unspecified), [.. columns.Select(column => column[..count])]);

    private static double[][] Read(string path)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')[1..])];
        return [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Select(row => double.Parse(row[column], CultureInfo.InvariantCulture)).ToArray())];
    }
}
