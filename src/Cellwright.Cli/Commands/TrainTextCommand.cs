using System.CommandLine;
using System.Diagnostics;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli.Commands;

/// <summary><c>train text</c>: a recurrent layer learns to predict the next character of a text.</summary>
internal static class TrainTextCommand
{
    private const int SampleLength = 400;
    private const double SampleTemperature = 0.7;

    private static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(90);
    private static readonly TextTrainingOptions Defaults = new();

    private static readonly Argument<string[]> CorpusArgument = Options.Paths(
        "CORPUS", "Files of UTF-8 text, or folders of them; without any, the English in the installed .NET reference packs' documentation.");

    private static readonly Option<string> CellOption = new("--cell")
    {
        Description = "A cell of the zoo, or a path to a file with equations.",
        HelpName = "cell",
        DefaultValueFactory = _ => "lstm",
    };

    private static readonly Option<int> HiddenOption = Options.Whole("--hidden", "The width of the layer's signals.", 256, 1, 65536);
    private static readonly Option<int> EmbeddingOption = Options.Whole("--embedding", "The width of a character's embedding: the layer's input.", 64, 1, 65536);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<int> BatchOption = Options.Whole("--batch", "Sequences side by side.", Defaults.Batch, 1, 65536);
    private static readonly Option<int> WindowOption = Options.Whole("--window", "Steps through which gradients flow back.", Defaults.Window, 1, 65536);
    private static readonly Option<int?> StepsOption = Options.OptionalWhole("--steps", "The number of training steps; takes the place of a budget.", 1, int.MaxValue);
    private static readonly Option<TimeSpan?> BudgetOption = Options.Duration("--budget", "The time for training and validation, turned into a number of steps at the start. [default: 90s]");
    private static readonly Option<double> RateOption = Options.Real("--learning-rate", "The learning rate of Adam after its warm-up.", Defaults.LearningRate);
    private static readonly Option<double> ClipOption = Options.Real("--clip", "The largest norm of all gradients together.", Defaults.Clip);
    private static readonly Option<double> DropoutOption = Options.Real("--dropout", "The share of the layer's outputs dropped at random in each step, against learning by heart; less than 1.", Defaults.Dropout, zeroToo: true);
    private static readonly Option<LearningRateDecay> DecayOption = Options.Choice("--decay", "How the learning rate falls to a tenth, or that it stays.", Defaults.Decay);
    private static readonly Option<int?> StreamsOption = Options.OptionalWhole(
        "--validation-streams", "Into how many parts that are read side by side the validation text is cut; 1 carries the state from its first character to its last. [default: by its length]", 1, 4096);

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
            "cellwright train text shakespeare.txt --cell gru --hidden 512 --budget 10m --out shakespeare.safetensors")
        {
            CorpusArgument, CellOption, HiddenOption, EmbeddingOption, SizeOption, BatchOption, WindowOption, StepsOption, BudgetOption,
            RateOption, ClipOption, DropoutOption, DecayOption, StreamsOption, SeedOption, ThreadsOption, JsonOption, OutOption,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        if (parsed.GetValue(StepsOption) is not null && parsed.GetValue(BudgetOption) is not null)
        {
            throw new UsageException("--steps and --budget both say how long to train; give one of them");
        }

        if (parsed.GetValue(DropoutOption) >= 1)
        {
            throw new UsageException("--dropout takes a share from 0 to less than 1");
        }

        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path);
        Cell cell = CellArgument.Resolve(parsed.GetValue(CellOption)!);
        if (cell.Graph.Inputs.Count != 1)
        {
            throw new UsageException($"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a text gives one; train a cell with one input");
        }

        Dictionary<string, int> sizes = CellArgument.Sizes(cell, parsed.GetValue(EmbeddingOption), parsed.GetValue(HiddenOption), parsed.GetValue(SizeOption)!);
        string[] paths = parsed.GetValue(CorpusArgument)!;
        TextCorpus corpus = paths.Length > 0 ? TextCorpus.Read(paths) : TextCorpus.Default();
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(corpus.Text);
        TextSplit split = TextSplit.Of(vocabulary.Encode(corpus.Text));
        ulong seed = parsed.GetValue(SeedOption);
        TextTrainingOptions options = new()
        {
            Batch = parsed.GetValue(BatchOption),
            Window = parsed.GetValue(WindowOption),
            LearningRate = parsed.GetValue(RateOption),
            Clip = parsed.GetValue(ClipOption),
            Decay = parsed.GetValue(DecayOption),
            Dropout = parsed.GetValue(DropoutOption),
            Seed = seed,
        };
        using TextModel model = TextModel.Create(cell, sizes, vocabulary, seed, parsed.GetValue(ThreadsOption));
        using TextTrainer trainer = new(model, split.Training, options);

        bool json = parsed.GetValue(JsonOption);
        TextTrainingReport report = new(json ? TextWriter.Null : parsed.InvocationConfiguration.Output, trainer.CharactersPerStep);
        report.Corpus(corpus, isDefault: paths.Length == 0, vocabulary, split);
        report.Model(model, options);
        int steps = parsed.GetValue(StepsOption) ?? trainer.StepsWithin(
            (parsed.GetValue(BudgetOption) ?? DefaultBudget) - Stopwatch.GetElapsedTime(start), split.Validation.Length, report.Note);
        report.Steps(steps, parsed.GetValue(StepsOption) is null ? parsed.GetValue(BudgetOption) ?? DefaultBudget : null);
        report.Run(steps, progress => trainer.Run(steps, progress, cancellation));

        TextEvaluation? evaluation = cancellation.IsCancellationRequested || split.Validation.Length < 2
            ? null
            : TextEvaluation.Of(model, split.Validation, parsed.GetValue(StreamsOption) ?? 0);
        model.Save(path);
        report.Result(trainer.Steps, steps, evaluation, path);
        if (json)
        {
            report.WriteJson(parsed.InvocationConfiguration.Output, model, corpus, trainer.Steps, evaluation, path, seed, Stopwatch.GetElapsedTime(start));
        }
        else if (!cancellation.IsCancellationRequested)
        {
            report.Sample(new TextGenerator(model).Continue(string.Empty, SampleLength, SampleTemperature, seed), SampleTemperature, path);
        }

        return CommandLine.Success;
    }
}
