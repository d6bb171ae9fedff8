using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Cli.Charts;
using Cellwright.Cli.Memory;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks.Memory;

namespace Cellwright.Cli.Commands;

/// <summary><c>probe memory</c>: how long cells remember, in tasks that only a memory solves.</summary>
internal static class ProbeMemoryCommand
{
    private const int MostRuns = 200;

    private static readonly MemoryTrainingOptions Defaults = new();

    private static readonly Argument<string> TaskArgument = new("TASK")
    {
        Description = "The task: " + string.Join("; ", MemoryTask.All.Select(task => $"{task.Name}: {task.Title}")) + ".",
    };

    private static readonly Option<string[]> CellsOption = ListOptions.Cells(
        "The cells, with commas between: names of the zoo or paths to .cell, .tex or .txt files.", "elman", "lstm", "gru");

    private static readonly Option<int[]> LengthsOption = ListOptions.WholeNumbers(
        "--lengths", "The task's lengths, with commas between: steps, blank steps (copy), most symbols (reber) or the largest n (anbncn). [default: 100, reber 40, anbncn 10]");

    private static readonly Option<int> LayersOption = Options.Whole("--layers", "How many layers of the cell stand one upon the other.", 1, 1, 64);
    private static readonly Option<int> HiddenOption = Options.Whole("--hidden", "The width of the signals.", 64, 1, 1 << 14);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<int> BatchOption = Options.Whole("--batch", "The sequences of a step.", Defaults.Batch, 1, 4096);
    private static readonly Option<int> StepsOption = Options.Whole("--steps", "The most steps of a training, which ends once the task is solved unless --go-on.", Defaults.Steps, 1, int.MaxValue);
    private static readonly Option<bool> GoOnOption = new("--go-on") { Description = "Train on for all the steps where the task is solved before." };
    private static readonly Option<TimeSpan?> BudgetOption = Options.Duration("--budget", "The most time of each training; how far one that is not solved comes then depends on the machine.");
    private static readonly Option<int> ValidateOption = Options.Whole("--validate-every", "The steps between validations, on 256 sequences of their own.", Defaults.ValidateEvery, 1, int.MaxValue);
    private static readonly Option<double> RateOption = Options.Real("--learning-rate", "Adam's learning rate, which stays.", Defaults.LearningRate);
    private static readonly Option<double> ClipOption = Options.Real("--clip", "The largest norm of all gradients together; longer ones are shortened to it.", Defaults.Clip);
    private static readonly Option<Dictionary<string, double?>> BoundOption = new("--bound")
    {
        Description = "Keep a parameter of the cells within ± a number while training, such as u=1; without the number it is 2^(1/T) over the T steps of the longest sequence, as Li and others (2018) bound the IndRNN's u. Cells without it are left alone.",
        HelpName = "name[=number]",
        DefaultValueFactory = _ => [],
        CustomParser = Bounds,
    };

    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<int> SeedsOption = Options.Whole("--seeds", "How many trainings of each cell and length, with the seed and those after it.", 1, 1, 100);
    private static readonly Option<int> ThreadsOption = Options.Threads();
    private static readonly Option<string?> OutOption = new("--out") { Description = "Write the trained model to this file; for one cell, length and seed.", HelpName = "file" };
    private static readonly Option<string?> HtmlOption = new("--html") { Description = "Also write the chart as a page to this file.", HelpName = "file" };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "memory",
            "Trains cells on a task of long memory until it is solved, and shows how many sequences each needed.",
            "cellwright probe memory adding --cells elman,lstm --lengths 20 --hidden 32 --steps 1000 --html adding.html")
        {
            TaskArgument, CellsOption, LengthsOption, LayersOption, HiddenOption, SizeOption, BatchOption, StepsOption, GoOnOption, BudgetOption, ValidateOption,
            RateOption, ClipOption, BoundOption, SeedOption, SeedsOption, ThreadsOption, OutOption, HtmlOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        (string? html, string? path) = (parsed.GetValue(HtmlOption), parsed.GetValue(OutOption));
        foreach (string file in new[] { html, path }.OfType<string>())
        {
            OutputFile.Check(file, parsed);
        }

        MemoryTask kind = Checked(() => MemoryTask.Named(parsed.GetValue(TaskArgument)!));
        Cell[] cells = [.. parsed.GetValue(CellsOption)!.Select(CellArgument.Resolve)];
        IMemoryTask[] tasks = [.. (parsed.GetValue(LengthsOption) is { Length: > 0 } lengths ? lengths : [kind.UsualLength]).Select(length => Checked(() => kind.Create(length)))];
        (ulong seed, int seeds) = (parsed.GetValue(SeedOption), parsed.GetValue(SeedsOption));
        CheckRuns(parsed, cells, cells.Length * tasks.Length * seeds);

        TextWriter output = parsed.InvocationConfiguration.Output;
        bool json = parsed.GetValue(JsonOption);
        using StopSignals signals = new();
        List<MemoryRun> runs = [];
        foreach ((Cell cell, IMemoryTask task, ulong drawn) in
            from cell in cells from task in tasks from i in Enumerable.Range(0, seeds) select (cell, task, seed + (ulong)i))
        {
            if (!signals.Token.IsCancellationRequested)
            {
                using MemoryModel model = Model(parsed, cell, task, drawn);
                runs.Add(Train(parsed, cell, model, drawn, json ? TextWriter.Null : output, signals.Token));
                if (path is not null)
                {
                    model.Save(path);
                }
            }
        }

        MemoryReport report = new(kind, tasks[0], runs);
        string note = Note(parsed);
        if (html is not null)
        {
            string page = ChartPage.Of($"{kind.Title}: the loss by the sequences trained on", $"{note} Solved: {tasks[0].Criterion}.", report.Lines, "sequences", "validation loss", PowerOfTen.Mark);
            AtomicFile.Write(html, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        }

        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(report.Figures(Settings(parsed)), JsonStyle.Options));
        }
        else
        {
            output.WriteLine();
            report.WriteTables(output);
            output.WriteLine();
            TerminalChart.Write(output, report.Lines, "sequences", PowerOfTen.Mark);
            output.WriteLine();
            output.WriteLine(note);
        }

        return signals.Token.IsCancellationRequested ? CommandLine.Interrupted : CommandLine.Success;
    }

    private static MemoryRun Train(ParseResult parsed, Cell cell, MemoryModel model, ulong seed, TextWriter output, CancellationToken stop)
    {
        MemoryTrainingOptions options = TrainingOptions(parsed, model.Task, seed) with { Bounds = BoundsOf(parsed, cell, model.Task) };
        TrainingProgressView view = new(output, options.Batch, "sequences");
        view.Line(cell.Name, string.Create(CultureInfo.InvariantCulture, $"{model.Task.Name} {model.Task.Length}, seed {seed}, {model.ParameterCount:N0} parameters"));
        MemoryProbeResult? result = null;
        int shown = Math.Max(1, options.Steps / 10 / options.ValidateEvery) * options.ValidateEvery;
        view.Run(options.Steps, tell => result = MemoryProbe.Run(
            model,
            options,
            parsed.GetValue(BudgetOption),
            progress => tell(new ShownStep(
                progress.Training.Step,
                progress.Training.Loss.ToString("0.0000", CultureInfo.InvariantCulture),
                progress.Score is { } score && (progress.Training.Step % shown == 0 || model.Task.IsSolved(score))
                    ? string.Create(CultureInfo.InvariantCulture, $"{score.Loss:0.0000}, {100 * score.Right:0.0} % right")
                    : null,
                [])),
            stop));
        if (result!.Problem is { } problem)
        {
            view.Line("", problem);
        }

        return new MemoryRun(cell.Name, model.Task.Length, seed, model.ParameterCount, result);
    }

    private static MemoryTrainingOptions TrainingOptions(ParseResult parsed, IMemoryTask task, ulong seed) => new()
    {
        Batch = parsed.GetValue(BatchOption),
        Steps = parsed.GetValue(StepsOption),
        StopsWhenSolved = !parsed.GetValue(GoOnOption),
        ValidateEvery = parsed.GetValue(ValidateOption),
        LearningRate = parsed.GetValue(RateOption),
        Clip = parsed.GetValue(ClipOption),
        Seed = seed,
    };

    private static MemoryModel Model(ParseResult parsed, Cell cell, IMemoryTask task, ulong seed)
    {
        Dictionary<string, int> others = parsed.GetValue(SizeOption)!.Where(size => cell.Graph.SizeNames.Contains(size.Key)).ToDictionary();
        Dictionary<string, int> sizes = CellArgument.Sizes(cell, task.InputWidth, parsed.GetValue(HiddenOption), others);
        return Checked(() => MemoryModel.Create(cell, sizes, task, seed, parsed.GetValue(LayersOption), parsed.GetValue(ThreadsOption)));
    }

    private static Dictionary<string, double> BoundsOf(ParseResult parsed, Cell cell, IMemoryTask task) => parsed.GetValue(BoundOption)!
        .Where(bound => cell.Graph.Parameters.Any(parameter => parameter.Name == bound.Key))
        .ToDictionary(bound => bound.Key, bound => bound.Value ?? Math.Pow(2, 1.0 / task.MostSteps));

    private static void CheckRuns(ParseResult parsed, Cell[] cells, int runs)
    {
        if (runs > MostRuns)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"these cells, lengths and seeds are {runs} trainings; ask for at most {MostRuns} at once"));
        }

        if (runs > 1 && parsed.GetValue(OutOption) is not null)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--out writes one model, and these are {runs} trainings; give one cell, one length and one seed"));
        }

        foreach (string name in parsed.GetValue(BoundOption)!.Keys.Where(name => !cells.Any(cell => cell.Graph.Parameters.Any(parameter => parameter.Name == name))))
        {
            throw new UsageException($"none of the cells has a parameter '{name}' to bound; 'cellwright cell show CELL' lists a cell's");
        }

        foreach (string name in parsed.GetValue(SizeOption)!.Keys.Where(name => !cells.Any(cell => cell.Graph.SizeNames.Contains(name))))
        {
            throw new UsageException($"none of the cells names a size '{name}'");
        }
    }

    private static string Note(ParseResult parsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{parsed.GetValue(LayersOption)} layer{(parsed.GetValue(LayersOption) == 1 ? "" : "s")}, hidden {parsed.GetValue(HiddenOption)}, batch {parsed.GetValue(BatchOption)}, Adam with learning rate {parsed.GetValue(RateOption)}, gradients clipped to {parsed.GetValue(ClipOption)}, parameters drawn as each cell says; validated every {parsed.GetValue(ValidateOption)} steps on {Defaults.ValidationSequences} sequences, tested on {Defaults.TestSequences} others.{(parsed.GetValue(BoundOption)!.Count == 0 ? "" : $" Bounded: {string.Join(", ", parsed.GetValue(BoundOption)!.Select(bound => $"{bound.Key} by {bound.Value?.ToString(CultureInfo.InvariantCulture) ?? "2^(1/T)"}"))}.")}");

    private static object Settings(ParseResult parsed) => new
    {
        layers = parsed.GetValue(LayersOption),
        hidden = parsed.GetValue(HiddenOption),
        batch = parsed.GetValue(BatchOption),
        steps = parsed.GetValue(StepsOption),
        goOn = parsed.GetValue(GoOnOption),
        budgetSeconds = parsed.GetValue(BudgetOption)?.TotalSeconds,
        validateEvery = parsed.GetValue(ValidateOption),
        learningRate = parsed.GetValue(RateOption),
        clip = parsed.GetValue(ClipOption),
        bounds = parsed.GetValue(BoundOption)!.ToDictionary(bound => bound.Key, bound => bound.Value?.ToString(CultureInfo.InvariantCulture) ?? "2^(1/T)"),
        threads = parsed.GetValue(ThreadsOption),
    };

    private static T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message.Split(" (Parameter")[0], problem);
        }
    }

    private static Dictionary<string, double?> Bounds(ArgumentResult result)
    {
        Dictionary<string, double?> bounds = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            string[] words = part.Split('=', 2);
            double bound = double.NaN;
            bool isGood = words[0].Length > 0
                && (words.Length == 1 || (double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out bound) && bound > 0 && double.IsFinite(bound)));
            if (!isGood || !bounds.TryAdd(words[0], words.Length == 1 ? null : bound))
            {
                result.AddError($"--bound takes a parameter's name, or a name and a number above 0 such as u=1, each name once, not '{part}'");
                break;
            }
        }

        return bounds;
    }
}
