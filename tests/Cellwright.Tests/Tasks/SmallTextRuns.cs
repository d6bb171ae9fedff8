using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using Cellwright.Training;

namespace Cellwright.Tests.Tasks;

/// <summary>Runs of 40 steps on a verse, begun, stopped and resumed in a folder of their own.</summary>
internal sealed class SmallTextRuns : IDisposable
{
    public static readonly string Text = string.Concat(Enumerable.Repeat("the cat sat on the mat; the dog sat on the log. ", 20));

    private readonly TemporaryFolder temporary = new();

    public static TextTrainingOptions Options { get; } = new() { Batch = 3, Window = 10, Optimizer = OptimizerKind.Adam, DecayTo = 0.1, LearningRate = 0.02, WarmUp = 5, Seed = 7 };

    public static TextModelDesign Design { get; } = new()
    {
        Cells = [Cell.Named("lstm")],
        Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 19 },
        Regularization = new TextRegularization { Dropout = 0.2, Seed = 7 },
    };

    public string Corpus => temporary["corpus.txt"];

    public void Dispose() => temporary.Dispose();

    public RunFolder Folder(string name) => new(temporary[name]);

    public TextRunConfig Config()
    {
        File.WriteAllText(Corpus, Text);
        using TextCorpus corpus = TextCorpus.Of(Text, Corpus);
        return new TextRunConfig
        {
            Cells = ["lstm"],
            Sizes = Design.Sizes,
            Training = Options,
            Steps = 40,
            ValidateEvery = 6,
            ValidationCharacters = 1000,
            CheckpointEvery = 7,
            Files = TextRunConfig.FilesOf(corpus),
            TextHash = ContentHash.OfText(Text),
            Model = temporary["model.safetensors"],
        };
    }

    /// <summary>Begins a run and does its steps, or some of them.</summary>
    /// <returns>Whether it came to its end.</returns>
    public static bool Train(
        RunFolder folder, TextRunConfig config, TextModelDesign? design = null, Action<TextRunProgress, TextModel>? each = null, int stopAfter = int.MaxValue, int sampleLength = 0)
    {
        using TextModel model = TextModel.Create(design ?? Design, CharacterVocabulary.Of(Text), seed: 3, threads: 1);
        using TextTrainer trainer = new(model, Split(model).Training, config.Training);
        using TextRun run = TextRun.Begin(folder, config, model, trainer, Split(model).Validation);
        run.SampleLength = sampleLength;
        using CancellationTokenSource stop = new();
        return run.Run(
            progress =>
            {
                each?.Invoke(progress, model);
                if (progress.Training.Step == stopAfter)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
    }

    /// <summary>Goes on with a run to its end.</summary>
    public static bool Resume(RunFolder folder)
    {
        TextRunConfig config = TextRunConfig.Read(folder);
        using TextModel model = TextModel.Open(folder.Last, threads: 2);
        using TextCorpus corpus = config.ReadCorpus();
        TextSplit split = TextSplit.Of(corpus.Encode());
        using TextTrainer trainer = new(model, split.Training, config.Training);
        using TextRun run = TextRun.Resume(folder, config, model, trainer, split.Validation);
        return run.Run();
    }

    public static TextSplit Split(TextModel model) => TextSplit.Of(model.Vocabulary.Encode(Text));

    /// <summary>All of a log but its last column, the speed, which is the only one that a clock is in.</summary>
    public static string[] Repeating(string log) => [.. File.ReadLines(log).Select(line => line[..line.LastIndexOf(',')])];

    /// <summary>One column of a run's log, without its heading.</summary>
    public static string[] Column(RunFolder folder, int index) => [.. File.ReadLines(folder.LogTable).Skip(1).Select(line => line.Split(',', StringSplitOptions.None)[index])];
}
