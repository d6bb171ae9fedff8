using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli.Commands;

/// <summary><c>compare text</c>: several cells learn the same text under the same budget.</summary>
internal static class CompareTextCommand
{
    private static readonly Argument<string[]> CorpusArgument = Options.Paths(
        "CORPUS", "Files of UTF-8 text (with --bytes, of anything), or folders of them; without any, the English in the installed .NET reference packs' documentation.");

    private static readonly string[] DefaultCells = ["lstm", "gru", "elman"];

    private static readonly Option<string[]?> CellsOption = new("--cells")
    {
        Description = $"The cells, with commas between: names of the zoo or paths to files with equations. [default: {string.Join(',', DefaultCells)}]",
        HelpName = "cell,…",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
    };

    private static readonly Option<int?> ParametersOption = Options.OptionalWhole(
        "--parameters", "Give each cell the greatest --hidden with which its model has no more parameters than this. [default: the same --hidden for all]", 1, int.MaxValue);

    private static readonly Option<string?> ReportOption = new("--report") { Description = "Also write the chart and the table as a page to this file.", HelpName = "file" };
    private const string DefaultHome = "compare.run";
    private static readonly TextTrainingFlags Training = new();
    private static readonly RunFlags Flags = new(
        "train text", TimeSpan.FromSeconds(60), $"The folder for the runs, each in a folder of its own named after the cell. [default: {DefaultHome}]");

    public static Command Create()
    {
        ExampleCommand command = new(
            "text",
            "Trains several cells on one text, each with the same time, or number of steps, and prints a table and a chart of loss against time. The runs are kept, each in a folder of its own in --run, by default in compare.run.",
            "cellwright compare text shakespeare.txt --cells lstm,gru,elman,lstm-coupled --budget 120s --parameters 300000 --report cells.html")
        {
            CorpusArgument, CellsOption, ParametersOption, ReportOption,
        };
        TextModelFlags.AddTo(command, withCell: false);
        Training.AddTo(command);
        Flags.AddSharedTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Flags.CheckLength(parsed);
        if (parsed.GetValue(ReportOption) is { } page)
        {
            OutputFile.Check(page, parsed);
        }

        ulong seed = parsed.GetValue(Flags.Seed);
        TextTrainingOptions options = Training.Read(parsed, seed, Flags.Steps(parsed));
        Cell[][] cells = [.. (parsed.GetValue(CellsOption) is { Length: > 0 } given ? given : DefaultCells).Select(cell => TextModelFlags.CellsOf(parsed, cell))];
        string[] names = [.. cells.Select(layers => layers[0].Name)];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new UsageException($"--cells names '{twice.Key}' more than once; give each cell once");
        }

        string home = Flags.Run(parsed) ?? DefaultHome;
        RunFolder[] folders = [.. names.Select(name => new RunFolder(Path.Combine(home, name)))];
        Array.ForEach(folders, folder => Flags.CheckFolder(parsed, folder, TextRunConfig.Read, TextRun.HasEndedIn));
        string[] paths = parsed.GetValue(CorpusArgument)!;
        using TextCorpus corpus = Training.Open(parsed, paths);
        TextSplit split = TextSplit.Of(corpus.Encode());
        if (split.Validation.Length < 2)
        {
            throw new CorpusException("the text is too short to hold a tenth of it back for validation; give a longer one");
        }

        TextModelDesign[] designs = [.. cells.Select(layers => parsed.GetValue(ParametersOption) is { } most
            ? TextModelFlags.DesignWithin(parsed, seed, layers, most, corpus.Vocabulary.Count)
            : TextModelFlags.Design(parsed, seed, layers))];
        TextRunStart start = new(parsed, Flags, corpus, paths.Length == 0, split, Training.Keep(parsed), Training.Streams(parsed));
        bool json = parsed.GetValue(Flags.Json);
        TextWriter shown = json ? TextWriter.Null : parsed.InvocationConfiguration.Output;
        TrainingProgressView heading = new(shown, options.Batch * options.Window, "characters");
        heading.Line("corpus", corpus.Describe());
        heading.Line(corpus.Vocabulary.Unit + "s", TextTrainingReport.Split(corpus, split));
        heading.Line("training", Text($"batch {options.Batch}, window {options.Window}, {TextModelFlags.Describe(designs[0].Regularization)}, seed {seed}, {parsed.GetValue(Flags.Threads)} threads"));
        heading.Line("", UpdateFlags.Describe(options));
        heading.Line("runs", home);

        using StopSignals stop = new();
        List<TextTrial> trials = [];
        for (int i = 0; i < cells.Length && !stop.Token.IsCancellationRequested; i++)
        {
            trials.Add(Train(start, options, designs[i], names[i], folders[i], shown, stop.Token));
        }

        bool isWhole = trials.Count == cells.Length && !(stop.Token.IsCancellationRequested && trials[^1].Done < trials[^1].Steps && trials[^1].Problem is null);
        TextComparison comparison = new(
            corpus.Describe(),
            Budget(parsed),
            corpus.Vocabulary.Unit,
            $"{UpdateFlags.Describe(options)}, {TextModelFlags.Describe(designs[0].Regularization)}, batch {options.Batch}, window {options.Window}",
            seed,
            trials);
        if (json)
        {
            comparison.WriteJson(parsed.InvocationConfiguration.Output);
        }
        else
        {
            shown.WriteLine();
            comparison.Write(shown);
        }

        if (parsed.GetValue(ReportOption) is { } report)
        {
            comparison.WritePage(report);
            heading.Line("report", report);
        }

        if (!isWhole)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"stopped; what there was is above, and each run in '{home}' goes on with 'cellwright train text --resume FOLDER'");
            return CommandLine.Interrupted;
        }

        return CommandLine.Success;
    }

    private static TextTrial Train(
        TextRunStart start, TextTrainingOptions options, TextModelDesign design, string name, RunFolder folder, TextWriter shown, CancellationToken stop)
    {
        WarmUp(start, options, design);
        long begun = Stopwatch.GetTimestamp();
        using TextModel model = TextModel.Create(design, start.Corpus.Vocabulary, options.Seed, start.Parsed.GetValue(Flags.Threads));
        using TextTrainer trainer = new(model, start.Split.Training, options);
        List<TrainingProgress> done = [];
        TextRunConfig config = start.Config(model, trainer, options, Path.Combine(folder.Path, "model.safetensors"), Stopwatch.GetElapsedTime(begun), done);
        TrainingProgressView view = new(shown, trainer.CharactersPerStep, model.Vocabulary.Unit + "s");
        view.Line(name, Text($"{TextModelFlags.Describe(design)}: {model.ParameterCount:N0} parameters, {config.Steps:N0} steps"));
        using TextRun run = TextRun.Begin(folder, config, model, trainer, start.Split.Validation, done);
        TextTrial trial = new(name, design, model.ParameterCount, config.Steps, folder.Path);
        try
        {
            view.Run(config.Steps, show => run.Run(
                progress =>
                {
                    if (progress.Validation is { } loss)
                    {
                        trial.Curve.Add((progress.Training.Step, Stopwatch.GetElapsedTime(begun).TotalSeconds, progress.MeanLoss, loss));
                    }

                    show(new ShownStep(
                        progress.Training.Step, TextTrainingReport.Loss(progress.MeanLoss), progress.Validation is { } found ? TextTrainingReport.Loss(found) : null, []));
                },
                stop));
        }
        catch (NonFiniteException problem)
        {
            // One cell that cannot be trained so is a result, and no reason to lose the others'.
            trial.Problem = problem.Message;
            view.Line("", problem.Message);
        }

        trial.Done = trainer.Steps;
        trial.Seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        trial.Speed = view.Speed;
        trial.BestStep = run.BestStep;
        if (run.BestStep > 0)
        {
            if (trial.Curve.Count == 0)
            {
                // The steps that the budget timed were all there was time for, and the last was judged as the run began.
                trial.Curve.Add((run.BestStep, trial.Seconds, run.MeanLoss, run.BestLoss));
            }

            using IDisposable averaged = trainer.UseAverage();
            using TextModel? best = config.Keep == KeptModel.Best ? TextModel.Open(folder.Best, model.Layers.Threads) : null;
            trial.Validation = TextEvaluation.Of(best ?? model, start.Split.Validation.First(TextValidationSchedule.MostCharactersAtEnd), config.ValidationStreams);
        }

        return trial;
    }

    // Else the first cell would pay, from its own time, for compiling what all of them use.
    private static void WarmUp(TextRunStart start, TextTrainingOptions options, TextModelDesign design)
    {
        using TextModel model = TextModel.Create(design, start.Corpus.Vocabulary, options.Seed, start.Parsed.GetValue(Flags.Threads));
        using TextTrainer trainer = new(model, start.Split.Training, options);
        try
        {
            trainer.Run(2);
        }
        catch (NonFiniteException)
        {
            // The cell's own run says so.
        }
    }

    private static string Budget(ParseResult parsed)
    {
        string length = Flags.Budget(parsed) is { } time ? Text($"{time.TotalSeconds:0.#} s") : Text($"{Flags.Steps(parsed)!.Value:N0} steps");
        return parsed.GetValue(ParametersOption) is { } most ? length + Text($" and at most {most:N0} parameters") : length;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
