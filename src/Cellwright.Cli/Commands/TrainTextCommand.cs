using System.CommandLine;
using System.Diagnostics;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli.Commands;

/// <summary><c>train text</c>: recurrent layers learn to predict the next character of a text.</summary>
internal static class TrainTextCommand
{
    private static readonly Argument<string[]> CorpusArgument = Options.Paths(
        "CORPUS", "Files of UTF-8 text (with --bytes, of anything), or folders of them; without any, the English in the installed .NET reference packs' documentation.");

    private static readonly Option<int> SampleOption = Options.Whole(
        "--sample-length", "How many characters the model writes after each validation, to be read; 0 for none. No result depends on it.", 160, 0, 1_000_000);

    private static readonly TextTrainingFlags Training = new();
    private static readonly RunFlags Flags = new("train text", TimeSpan.FromSeconds(90), SampleOption);

    public static Command Create()
    {
        ExampleCommand command = new(
            "text",
            "Trains a model that predicts the next character of a text, and shows what it writes. With a budget, what is not given of --layers, --hidden, --dropout, --zoneout and --learning-rate is chosen to fit it, unless both --hidden and --dropout are given.",
            "cellwright train text shakespeare.txt --cell gru --layers 2 --hidden 384 --dropout 0.1 --budget 10m --out shakespeare.safetensors")
        {
            CorpusArgument,
        };
        TextPlan.AddTo(command);
        TextModelFlags.AddTo(command);
        Training.AddTo(command);
        command.Options.Add(SampleOption);
        Flags.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed) => Flags.Resumed(parsed) is { } folder ? Resume(parsed, folder) : Begin(TextPlan.WithPreset(parsed), parsed.InvocationConfiguration);

    private static int Begin(ParseResult parsed, InvocationConfiguration console)
    {
        long start = Stopwatch.GetTimestamp();
        RunFolder folder = Flags.CheckBegin(parsed, TextRunConfig.Read, TextRun.HasEndedIn);
        string path = Flags.Out(parsed);
        ulong seed = parsed.GetValue(Flags.Seed);
        TextTrainingOptions options = Training.Read(parsed, seed, Flags.Steps(parsed));
        string[] paths = parsed.GetValue(CorpusArgument)!;
        // A cell that is not there is told of before a large corpus is read.
        _ = TextModelFlags.CellsOf(parsed);
        using TextCorpus corpus = Training.Open(parsed, paths);
        TextSplit split = TextSplit.Of(corpus.Encode());
        string? fit = null;
        if (Flags.Budget(parsed) is { } budget)
        {
            parsed = TextPlan.Fit(parsed, budget, split.Training.Length, seed, options, parsed.GetValue(Flags.Threads), told => fit = told);
            options = Training.Read(parsed, seed, steps: null);
        }

        TextModelDesign design = TextModelFlags.Design(parsed, seed);
        using TextModel model = TextModel.Create(design, corpus.Vocabulary, options.Seed, parsed.GetValue(Flags.Threads));
        using TextTrainer trainer = new(model, split.Training, options);

        TextTrainingReport report = Report(parsed, console, trainer, model);
        report.Corpus(corpus, paths.Length == 0, split);
        report.Fit(fit);
        report.Model(model, options);
        List<TrainingProgress> done = [];
        TextRunStart beginning = new(parsed, Flags, corpus, paths.Length == 0, split, Training.Keep(parsed), Training.Streams(parsed));
        TextRunConfig config = beginning.Config(model, trainer, options, path, Stopwatch.GetElapsedTime(start), done);
        report.Steps(config.Steps, Flags.Budget(parsed));
        report.Expected(config, done.Count, beginning.StepTime, TextPlan.Repeat(parsed, config.Steps), isChosen: fit is not null || TextPlan.HasPreset(parsed));
        report.Run(folder, config, done.Count);
        using TextRun run = TextRun.Begin(folder, config, model, trainer, split.Validation, done);
        run.SampleLength = SampleLength(parsed);
        return new TextTrainingSession(folder, config, path, corpus, split, model, trainer, run, report).Finish(parsed, console, start);
    }

    private static int Resume(ParseResult parsed, string path)
    {
        long start = Stopwatch.GetTimestamp();
        Flags.CheckResume(parsed, CorpusArgument, "corpus");
        RunFolder folder = new(path);
        TextRunConfig config = TextRunConfig.Read(folder);
        TextRun.StepOfCheckpoint(folder);
        OutputFile.Check(config.Model);
        using TextCorpus corpus = config.ReadCorpus();
        using TextModel model = TextModel.Open(folder.Last, parsed.GetValue(Flags.Threads));
        TextSplit split = TextSplit.Of(corpus.Encode());
        using TextTrainer trainer = new(model, split.Training, config.Training);
        using TextRun run = TextRun.Resume(folder, config, model, trainer, split.Validation);
        run.SampleLength = SampleLength(parsed);

        TextTrainingReport report = Report(parsed, parsed.InvocationConfiguration, trainer, model);
        report.Corpus(corpus, config.IsDefaultCorpus, split);
        report.Model(model, config.Training);
        report.Steps(config.Steps, budget: null);
        report.Run(folder, config, trainer.Steps);
        return new TextTrainingSession(folder, config, config.Model, corpus, split, model, trainer, run, report).Finish(parsed, parsed.InvocationConfiguration, start);
    }

    private static TextTrainingReport Report(ParseResult parsed, InvocationConfiguration console, TextTrainer trainer, TextModel model) =>
        new(parsed.GetValue(Flags.Json) ? TextWriter.Null : console.Output, trainer.CharactersPerStep, model.Vocabulary);

    private static int SampleLength(ParseResult parsed) => parsed.GetValue(Flags.Json) ? 0 : parsed.GetValue(SampleOption);
}
