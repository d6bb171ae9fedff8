using System.Diagnostics;
using System.Globalization;
using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Bench;

/// <summary>Says of a whole training step of a text model what share of the multiply-add peak it keeps, and where the time goes.</summary>
internal static class TextPhases
{
    private const int Window = 64;
    private const int Kinds = 65;
    private static readonly string[] Parts =
        ["data", "layers forward", "head forward", "softmax and cross-entropy", "head backward", "layers backward", "update", "taking over values"];

    public static void Run(Cell cell, int threads, int batch, int hidden)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        double peak = MultiplyAddPeak.Measure() * threads;
        Run(cell, threads, batch, hidden, peak, "plain", new TextRegularization(), new TextTrainingOptions { Batch = batch, Window = Window });
        Run(
            cell,
            threads,
            batch,
            hidden,
            peak,
            "dropout, weight drop, zoneout, AdamW, exponential average",
            new TextRegularization
            {
                Dropout = 0.2,
                Zoneout = new Dictionary<string, double> { [TextRegularization.All] = 0.05 },
                WeightDrop = new Dictionary<string, double> { [TextRegularization.All] = 0.2 },
            },
            new TextTrainingOptions { Batch = batch, Window = Window, Optimizer = OptimizerKind.AdamW, WeightDecay = 0.01, Average = WeightAveraging.Exponential });
    }

    private static void Run(Cell cell, int threads, int batch, int hidden, double peak, string title, TextRegularization regularization, TextTrainingOptions options)
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(string.Concat(Enumerable.Range(0, Kinds).Select(i => (char)('0' + i))));
        Random random = new(1);
        int[] symbols = [.. Enumerable.Range(0, 500_000).Select(_ => random.Next(Kinds))];
        TextModelDesign design = new()
        {
            Cells = [cell],
            Sizes = new Dictionary<string, int> { ["input"] = TextModel.DefaultEmbedding, ["hidden"] = hidden },
            Regularization = regularization,
        };
        using TextModel model = TextModel.Create(design, vocabulary, seed: 1, threads);
        using TextTrainer trainer = new(model, symbols, options);
        StageClock clock = new();
        Dictionary<object, long> best = [];
        double time = double.MaxValue;
        trainer.Run(3);
        Stopwatch limit = Stopwatch.StartNew();
        for (int round = 0; round < 6 || limit.ElapsedMilliseconds < 4000; round++)
        {
            clock.Clear();
            trainer.Clock = round % 2 == 0 ? clock : null;
            long begin = Stopwatch.GetTimestamp();
            trainer.Step(100_000);
            if (trainer.Clock is null)
            {
                time = Math.Min(time, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }

            foreach ((object part, long ticks) in clock.Ticks)
            {
                best[part] = Math.Min(best.GetValueOrDefault(part, long.MaxValue), ticks);
            }
        }

        // Those of the input run over the table's rows, not over every character, unless its elements are dropped.
        double characters = trainer.CharactersPerStep;
        long input = model.Layers.Parameters.Where(parameter => !parameter.IsBias && parameter.Columns == model.EmbeddingWidth).Sum(parameter => (long)parameter.Values.Length);
        long recurrent = model.Layers.Parameters.Where(parameter => !parameter.IsBias && parameter.Columns == hidden).Sum(parameter => (long)parameter.Values.Length);
        long head = (long)Kinds * hidden;
        model.Layers.TrainingStep = 0;
        bool gathered = model.Layers.TakesSymbols;
        model.Layers.TrainingStep = null;
        double done = 6 * ((characters * (recurrent + head)) + ((gathered ? Kinds : characters) * input));
        double all = 6 * characters * (recurrent + head + input);
        Console.WriteLine($"{cell.Name} {batch} x {hidden}, {threads} thread(s), {title}: {time:F2} ms, {1000 * characters / time:N0} characters/s; {1e-6 * done / time / peak:P1} of {peak:F0} GFLOP/s ({1e-6 * all / time / peak:P1} counting every character's input product)");
        double sum = 0;
        foreach (string part in Parts)
        {
            double milliseconds = best.GetValueOrDefault(part) * 1000.0 / Stopwatch.Frequency;
            sum += milliseconds;
            double operations = part switch
            {
                "layers forward" => 2 * ((characters * recurrent) + ((gathered ? Kinds : characters) * input)),
                "layers backward" => 4 * ((characters * recurrent) + ((gathered ? Kinds : characters) * input)),
                "head forward" => 2 * characters * head,
                "head backward" => 4 * characters * head,
                _ => 0,
            };
            double least = 1e-6 * operations / peak;
            Console.WriteLine($"  {part,-28}{milliseconds,9:F3} ms{milliseconds / time,8:P1}{(operations == 0 ? "" : $"{least / milliseconds:P1}"),8}  lost {(milliseconds - least) / time:P1}");
        }

        Console.WriteLine($"  {"the rest",-28}{time - sum,9:F3} ms{(time - sum) / time,8:P1}");
    }
}
