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

        Dictionary<string, string> choices = arguments.Where(argument => argument.Contains('=')).Select(argument => argument.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        int[] horizons = [.. arguments.Where(argument => char.IsAsciiDigit(argument[0])).Select(argument => int.Parse(argument, CultureInfo.InvariantCulture))];
        double[][] columns = Read(Path.Combine(folder, "ETTh1.csv"));
        foreach (int horizon in horizons.Length == 0 ? [96, 192, 336, 720] : horizons)
        {
            Train(columns, horizon, choices, arguments.Contains("--test"));
        }

        return 0;
    }

    private static void Train(double[][] columns, int horizon, Dictionary<string, string> choices, bool test)
    {
        string Text(string name, string otherwise) => choices.GetValueOrDefault(name, otherwise);
        double Number(string name, double otherwise) => choices.TryGetValue(name, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        int Whole(string name, int otherwise) => (int)Number(name, otherwise);
        ForecasterDesign design = new()
        {
            Cells = [.. Text("cells", "gru").Split('+').Select(Cell.Named)],
            Hidden = Whole("hidden", 128),
            Window = Whole("window", 720),
            Horizon = horizon,
            Segment = Whole("segment", 24),
            Decoding = Enum.Parse<ForecastDecoding>(Text("decoding", "Parallel")),
            Scaling = Enum.Parse<WindowScaling>(Text("scaling", "LastValue")),
            Baseline = Enum.Parse<ForecastBaseline>(Text("baseline", "None")),
            Period = Whole("period", 24),
            Linear = Whole("linear", 0) != 0,
            Joint = Whole("joint", 0) != 0,
            Dropout = Number("dropout", 0.3),
            PositionWidth = Whole("position", 16),
            ChannelWidth = Whole("channel", 16),
            Head = new ForecastHead { Kind = Enum.Parse<ForecastHeadKind>(Text("loss", "AbsoluteError")) },
        };
        ForecastTrainingOptions options = new()
        {
            Batch = Whole("batch", 256),
            Epochs = Whole("epochs", 10),
            StepsPerEpoch = Whole("steps", 0),
            LearningRate = Number("rate", 0.001),
            Decay = Enum.Parse<LearningRateDecay>(Text("decay", "Cosine")),
            Optimizer = Enum.Parse<OptimizerKind>(Text("optimizer", "AdamW")),
            WeightDecay = Number("weightdecay", 0.0),
            Average = Enum.Parse<WeightAveraging>(Text("average", "Exponential")),
            AverageDecay = Number("averagedecay", 0.99),
            Patience = Whole("patience", 0),
            ValidationRows = SplitRows,
            ValidationStride = Whole("stride", 1),
            Seed = (ulong)Whole("seed", 1),
            Threads = Whole("threads", 0),
        };
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
            $"{horizon,3}  validation MSE {validation.SquaredError:0.0000} MAE {validation.AbsoluteError:0.0000}  ({model.ParameterCount} parameters, {training.TotalSeconds:0} s of training)  {string.Join(' ', choices.Select(choice => $"{choice.Key}={choice.Value}"))}"));
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
