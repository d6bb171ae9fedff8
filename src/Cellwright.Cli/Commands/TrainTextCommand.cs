using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Cellwright.Files;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli.Commands;

/// <summary><c>train text</c>: recurrent layers learn to predict the next character of a text.</summary>
internal static class TrainTextCommand
{
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(90);
    private static readonly TextTrainingOptions Defaults = new();

    private static readonly Argument<string[]> CorpusArgument = Options.Paths(
        "CORPUS", "Files of UTF-8 text, or folders of them; without any, the English in the installed .NET reference packs' documentation.");

    private static readonly Option<int> BatchOption = Options.Whole("--batch", "Sequences side by side.", Defaults.Batch, 1, 65536);
    private static readonly Option<int> WindowOption = Options.Whole("--window", "Steps through which gradients flow back.", Defaults.Window, 1, 65536);
    private static readonly Option<int?> StepsOption = Options.OptionalWhole("--steps", "The number of training steps; takes the place of a budget.", 1, int.MaxValue);
    private static readonly Option<TimeSpan?> BudgetOption = Options.Duration("--budget", "The time for training and validation, turned into a number of steps at the start. [default: 90s]");
    private static readonly Option<int?> StreamsOption = Options.OptionalWhole(
        "--validation-streams", "Into how many parts that are read side by side the validation text is cut; 1 carries the state from its first character to its last. [default: by its length]", 1, 4096);

    private static readonly Option<int?> ValidateOption = Options.OptionalWhole(
        "--validate-every", "Steps between validations during training. [default: about 20 in all, by the number of steps]", 1, int.MaxValue);

    private static readonly Option<int?> CheckpointOption = Options.OptionalWhole(
        "--checkpoint-every", "Steps between checkpoints; no result depends on it. [default: about 30 s, by the speed of the first steps]", 1, int.MaxValue);

    private static readonly Option<string?> RunOption = new("--run")
    {
        Description = "The folder for the run's config, log, checkpoint and best model. [default: named after the model, such as model.run]",
        HelpName = "folder",
    };

    private static readonly Option<string?> ResumeOption = new("--resume")
    {
        Description = "Go on with the run in this folder, as it was begun; only --threads, --json and --sample-length go with it.",
        HelpName = "folder",
    };

    private static readonly Option<int> SampleOption = Options.Whole(
        "--sample-length", "How many characters the model writes after each validation, to be read; 0 for none. No result depends on it.", 160, 0, 1_000_000);

    private static readonly Option<bool> RestartOption = new("--restart") { Description = "Begin again where the run's folder holds a run that has not ended." };

    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<int> ThreadsOption = Options.Threads();
    private static readonly Option<bool> JsonOption = Options.Json();
    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The file to write the model to.",
        HelpName = "file",
        DefaultValueFactory = _ => "model.safetensors",
    };

    public static Command Create()
    {
        ExampleCommand command = new(
            "text",
            "Trains a model that predicts the next character of a text, and shows what it writes.",
            "cellwright train text shakespeare.txt --cell gru --layers 2 --hidden 384 --dropout 0.1 --budget 10m --out shakespeare.safetensors")
        {
            CorpusArgument,
        };
        TextModelFlags.AddTo(command);
        UpdateFlags.AddTo(command);
        foreach (Option option in (Option[])[
            BatchOption, WindowOption, StepsOption, BudgetOption, ValidateOption, StreamsOption, SampleOption,
            OutOption, RunOption, RestartOption, ResumeOption, CheckpointOption, SeedOption, ThreadsOption, JsonOption])
        {
            command.Options.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed) => parsed.GetValue(ResumeOption) is { } folder ? Resume(parsed, folder) : Begin(parsed);

    private static int Begin(ParseResult parsed)
    {
        long start = Stopwatch.GetTimestamp();
        CheckTogether(parsed);
        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path);
        RunFolder folder = new(parsed.GetValue(RunOption) ?? Path.ChangeExtension(path, ".run"));
        CheckFolder(folder, parsed.GetValue(RestartOption));
        TextModelDesign design = TextModelFlags.Design(parsed, parsed.GetValue(SeedOption));
        TextTrainingOptions options = TrainingOptions(parsed);
        string[] paths = parsed.GetValue(CorpusArgument)!;
        using TextCorpus corpus = paths.Length > 0 ? TextCorpus.Open(paths) : TextCorpus.Default();
        TextSplit split = TextSplit.Of(corpus.Encode());
        using TextModel model = TextModel.Create(design, corpus.Vocabulary, options.Seed, parsed.GetValue(ThreadsOption));
        using TextTrainer trainer = new(model, split.Training, options);

        TextTrainingReport report = Report(parsed, trainer);
        report.Corpus(corpus, paths.Length == 0, split);
        report.Model(model, options);
        TimeSpan? budget = parsed.GetValue(StepsOption) is null ? parsed.GetValue(BudgetOption) ?? DefaultBudget : null;
        int validateEvery = parsed.GetValue(ValidateOption) ?? 0;
        List<TrainingProgress> done = [];
        int steps = budget is { } time
            ? trainer.StepsWithin(time - Stopwatch.GetElapsedTime(start), split.Validation.Length, validateEvery, done.Add)
            : parsed.GetValue(StepsOption)!.Value;
        TextValidationSchedule schedule = TextValidationSchedule.Of(steps, trainer.CharactersPerStep, split.Validation.Length, validateEvery);
        TextRunConfig config = new()
        {
            CommandLine = [.. parsed.Tokens.Select(token => token.Value)],
            Cells = [.. design.Cells.Select(cell => cell.Name)],
            Sizes = model.Sizes,
            Training = options,
            Steps = steps,
            BudgetSeconds = budget?.TotalSeconds,
            ValidateEvery = schedule.Every,
            ValidationCharacters = schedule.Characters,
            ValidationStreams = parsed.GetValue(StreamsOption) ?? 0,
            CheckpointEvery = parsed.GetValue(CheckpointOption),
            IsDefaultCorpus = paths.Length == 0,
            Files = TextRunConfig.FilesOf(corpus),
            TextHash = corpus.Hash,
            Model = Path.GetFullPath(path),
            Keep = UpdateFlags.Keep(parsed),
        };
        report.Steps(steps, budget);
        report.Run(folder, config, done.Count);
        using TextRun run = TextRun.Begin(folder, config, model, trainer, split.Validation, done);
        run.SampleLength = SampleLength(parsed);
        return new TextTrainingSession(folder, config, path, corpus, split, model, trainer, run, report).Finish(parsed, start);
    }

    private static int Resume(ParseResult parsed, string path)
    {
        long start = Stopwatch.GetTimestamp();
        if (parsed.GetResult(CorpusArgument) is { Tokens.Count: > 0 })
        {
            throw new UsageException("--resume reads the corpus that the run began with; give no other");
        }

        Option[] allowed = [ResumeOption, ThreadsOption, JsonOption, SampleOption];
        if (parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit && !allowed.Contains(option.Option)) is { } other)
        {
            throw new UsageException($"--resume goes on with a run as it was begun, so {other.Option.Name} cannot change; leave it out");
        }

        RunFolder folder = new(path);
        TextRunConfig config = TextRunConfig.Read(folder);
        TextRun.StepOfCheckpoint(folder);
        OutputFile.Check(config.Model);
        using TextCorpus corpus = config.ReadCorpus();
        using TextModel model = TextModel.Open(folder.Last, parsed.GetValue(ThreadsOption));
        TextSplit split = TextSplit.Of(corpus.Encode());
        using TextTrainer trainer = new(model, split.Training, config.Training);
        using TextRun run = TextRun.Resume(folder, config, model, trainer, split.Validation);
        run.SampleLength = SampleLength(parsed);

        TextTrainingReport report = Report(parsed, trainer);
        report.Corpus(corpus, config.IsDefaultCorpus, split);
        report.Model(model, config.Training);
        report.Steps(config.Steps, budget: null);
        report.Run(folder, config, trainer.Steps);
        return new TextTrainingSession(folder, config, config.Model, corpus, split, model, trainer, run, report).Finish(parsed, start);
    }

    private static TextTrainingReport Report(ParseResult parsed, TextTrainer trainer) =>
        new(parsed.GetValue(JsonOption) ? TextWriter.Null : parsed.InvocationConfiguration.Output, trainer.CharactersPerStep);

    private static int SampleLength(ParseResult parsed) => parsed.GetValue(JsonOption) ? 0 : parsed.GetValue(SampleOption);

    private static TextTrainingOptions TrainingOptions(ParseResult parsed) => UpdateFlags.Applied(
        new TextTrainingOptions
        {
            Batch = parsed.GetValue(BatchOption),
            Window = parsed.GetValue(WindowOption),
            Seed = parsed.GetValue(SeedOption),
        },
        parsed,
        isTimed: parsed.GetValue(StepsOption) is null);

    private static void CheckTogether(ParseResult parsed)
    {
        bool hasSteps = parsed.GetValue(StepsOption) is not null;
        if (hasSteps && parsed.GetValue(BudgetOption) is not null)
        {
            throw new UsageException("--steps and --budget both say how long to train; give one of them");
        }

        if (!hasSteps && parsed.GetValue(ValidateOption) is < TextValidationSchedule.LeastDefaultInterval)
        {
            throw new UsageException($"--validate-every takes {TextValidationSchedule.LeastDefaultInterval} or more with a budget, which times the steps before that; give --steps for a shorter one");
        }
    }

    // A run that has not ended is somebody's work.
    private static void CheckFolder(RunFolder folder, bool restart)
    {
        if (File.Exists(folder.Path))
        {
            throw new UsageException($"'{folder.Path}' is a file, and a run needs a folder; give --run another name");
        }

        if (restart || !File.Exists(folder.Config))
        {
            return;
        }

        try
        {
            TextRunConfig config = TextRunConfig.Read(folder);
            if (!TextRun.HasEndedIn(folder, config))
            {
                throw new UsageException(FormattableString.Invariant(
                    $"'{folder.Path}' holds a run that stopped at step {TextRun.StepOfCheckpoint(folder)} of {config.Steps}; go on with 'cellwright train text --resume {folder.Path}', begin again with --restart, or give --run another folder"));
            }
        }
        catch (InvalidFileException problem)
        {
            throw new UsageException($"{problem.Message.TrimEnd('.')}; begin again with --restart, or give --run another folder", problem);
        }
    }
}
