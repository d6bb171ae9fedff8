using System.Text.Json;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextRunTests : IDisposable
{
    private static readonly TextTrainingOptions Options = new() { Batch = 3, Window = 10, LearningRate = 0.02, WarmUp = 5, Dropout = 0.2, Seed = 7 };
    private static readonly string Text = string.Concat(Enumerable.Repeat("the cat sat on the mat; the dog sat on the log. ", 20));

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [Trait("Category", "SameBits")]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(39)]
    public void A_resumed_run_ends_with_the_bits_of_an_undisturbed_one(int stopAfter)
    {
        RunFolder whole = Folder("whole");
        Train(whole, Config()).ShouldBeTrue();
        RunFolder stopped = Folder("stopped");
        Train(stopped, Config(), stopAfter).ShouldBeFalse();
        TextRun.StepOfCheckpoint(stopped).ShouldBe(stopAfter);
        Resume(stopped).ShouldBeTrue();
        File.ReadAllBytes(stopped.Last).ShouldBe(File.ReadAllBytes(whole.Last));
        File.ReadAllBytes(stopped.Best).ShouldBe(File.ReadAllBytes(whole.Best));
        Repeating(stopped.LogTable).ShouldBe(Repeating(whole.LogTable));
        Repeating(stopped.LogLines).ShouldBe(Repeating(whole.LogLines));
        Repeating(whole.LogTable).Length.ShouldBe(41);
    }

    [Fact]
    public void Log_lines_past_the_checkpoint_are_cut_and_written_again()
    {
        RunFolder whole = Folder("whole");
        Train(whole, Config());
        RunFolder killed = Folder("killed");
        Train(killed, Config(), stopAfter: 12);

        // What a process that was killed some steps after its checkpoint leaves, the last line torn.
        File.AppendAllText(killed.LogTable, "13,9,9,9,,5\n14,9,9,9,,5\n15,9");
        File.AppendAllText(killed.LogLines, "{\"step\":13,\"loss\":9}\n{\"ste");
        File.WriteAllText(Path.Combine(killed.Path, ".last.safetensors.x.tmp"), "half");
        Resume(killed).ShouldBeTrue();
        Repeating(killed.LogTable).ShouldBe(Repeating(whole.LogTable));
        Repeating(killed.LogLines).ShouldBe(Repeating(whole.LogLines));
        Directory.GetFiles(killed.Path, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Validation_and_checkpoints_change_nothing_in_training()
    {
        RunFolder often = Folder("often");
        RunFolder once = Folder("once");
        Train(often, Config() with { ValidateEvery = 1, CheckpointEvery = 1 });
        Train(once, Config() with { ValidateEvery = 1000, CheckpointEvery = 1000 });
        Model(often).ShouldBe(Model(once));
        File.ReadLines(often.LogTable).Skip(1).ShouldAllBe(line => line.Split(',', StringSplitOptions.None)[4].Length > 0);
        File.ReadLines(once.LogTable).Skip(1).Count(line => line.Split(',', StringSplitOptions.None)[4].Length > 0).ShouldBe(1);
    }

    [Fact]
    public void The_best_model_is_the_one_of_the_lowest_validation_in_the_log()
    {
        RunFolder folder = Folder("run");
        Train(folder, Config() with { ValidateEvery = 4 });
        double lowest = File.ReadLines(folder.LogLines).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("validation", out _)).Min(line => line.GetProperty("validation").GetDouble());
        using TextModel best = TextModel.Open(folder.Best, 1);
        TextEvaluation.Of(best, Split(best).Validation).Loss.ShouldBe(lowest);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        RunFolder folder = Folder("run");
        Train(folder, Config(), stopAfter: 5);
        byte[] whole = File.ReadAllBytes(folder.Last);
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i == 0 ? ^1 : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder.Last, damaged);
            Should.Throw<InvalidFileException>(() => Resume(folder)).Message.ShouldStartWith(folder.Last);
        }

        File.WriteAllBytes(folder.Last, whole[..^7]);
        Should.Throw<InvalidFileException>(() => Resume(folder));
        File.Delete(folder.Last);
        Should.Throw<InvalidFileException>(() => Resume(folder)).Message.ShouldContain("there is no such checkpoint");
        File.WriteAllBytes(folder.Last, whole);
        Resume(folder).ShouldBeTrue();
    }

    [Fact]
    public void A_changed_corpus_is_refused()
    {
        RunFolder folder = Folder("run");
        Train(folder, Config(), stopAfter: 5);
        string corpus = temporary["corpus.txt"];
        TextRunConfig config = TextRunConfig.Read(folder);
        File.WriteAllText(corpus, Text.Replace('c', 'b'));
        Should.Throw<CorpusException>(config.ReadCorpus).Message.ShouldContain("has changed since this run began");
        File.WriteAllText(corpus, Text + "more");
        Should.Throw<CorpusException>(config.ReadCorpus).Message.ShouldContain("it had 960 bytes and now has 964");
        File.Delete(corpus);
        Should.Throw<CorpusException>(config.ReadCorpus).Message.ShouldContain("is gone");
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_ends_the_run_with_the_old_one_whole()
    {
        RunFolder folder = Folder("run");
        TextRunConfig config = Config() with { CheckpointEvery = 100, ValidateEvery = 10 };
        Should.Throw<IOException>(() => Train(folder, config, each: step =>
        {
            if (step == 8)
            {
                Directory.CreateDirectory(folder.Best);
            }
        })).Message.ShouldContain("the best model so far could not be written");
        TextRun.StepOfCheckpoint(folder).ShouldBe(0);
        Directory.Delete(folder.Best);
        Resume(folder).ShouldBeTrue();
    }

    [Fact]
    public void Values_that_are_not_finite_stop_the_run_and_keep_the_last_good_checkpoint()
    {
        RunFolder folder = Folder("run");
        NonFiniteException problem = Should.Throw<NonFiniteException>(() => Train(folder, Config() with { CheckpointEvery = 4 }, each: (step, model) =>
        {
            if (step == 10)
            {
                model.Layers.Parameters[0].Values[2] = float.PositiveInfinity;
                model.Load();
            }
        }));
        problem.Step.ShouldBe(11);
        problem.Message.ShouldContain("'embedding'");
        TextRun.StepOfCheckpoint(folder).ShouldBe(8);
        Resume(folder).ShouldBeTrue();
    }

    [Fact]
    public void Two_processes_cannot_go_on_with_one_run()
    {
        RunFolder folder = Folder("run");
        Train(folder, Config(), stopAfter: 5);
        using (folder.Lock())
        {
            Should.Throw<IOException>(() => Resume(folder));
        }

        Resume(folder).ShouldBeTrue();
    }

    [Theory]
    [InlineData(4000, 2048, 100_000)]
    [InlineData(100, 30, 100)]
    [InlineData(3, 30, 0)]
    [InlineData(100_000, 2048, 5_000_000)]
    public void Validations_during_a_run_take_about_a_twentieth_of_it_at_most(int steps, int charactersPerStep, int validation)
    {
        TextValidationSchedule schedule = TextValidationSchedule.Of(steps, charactersPerStep, validation);
        schedule.Every.ShouldBeGreaterThan(40);
        double cost = steps / schedule.Every * TextValidationSchedule.CostInSteps(schedule.Characters, charactersPerStep);
        cost.ShouldBeLessThanOrEqualTo(steps / 20.0);
        schedule.IsDue(steps, steps).ShouldBe(validation >= 2);
    }

    private static TextSplit Split(TextModel model) => TextSplit.Of(model.Vocabulary.Encode(Text));

    // All but the last column, the speed, which is the only one that a clock is in.
    private static string[] Repeating(string log) => [.. File.ReadLines(log).Select(line => line[..line.LastIndexOf(',')])];

    private static byte[] Model(RunFolder folder)
    {
        string copy = folder.Path + ".safetensors";
        using TextModel model = TextModel.Open(folder.Last, 1);
        model.Save(copy);
        return File.ReadAllBytes(copy);
    }

    private static bool Train(RunFolder folder, TextRunConfig config, int stopAfter = int.MaxValue) => Train(folder, config, _ => { }, stopAfter);

    private static bool Train(RunFolder folder, TextRunConfig config, Action<int> each, int stopAfter = int.MaxValue) =>
        Train(folder, config, (step, _) => each(step), stopAfter);

    private static bool Train(RunFolder folder, TextRunConfig config, Action<int, TextModel> each, int stopAfter = int.MaxValue)
    {
        using TextModel model = TextModel.Create(Cell.Named("lstm"), config.Sizes, CharacterVocabulary.Of(Text), seed: 3, threads: 1);
        using TextTrainer trainer = new(model, Split(model).Training, Options);
        using TextRun run = TextRun.Begin(folder, config, model, trainer, Split(model).Validation);
        using CancellationTokenSource stop = new();
        return run.Run(
            progress =>
            {
                each(progress.Training.Step, model);
                if (progress.Training.Step == stopAfter)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
    }

    private static bool Resume(RunFolder folder)
    {
        TextRunConfig config = TextRunConfig.Read(folder);
        TextRun.StepOfCheckpoint(folder);
        using TextModel model = TextModel.Open(folder.Last, threads: 2);
        TextSplit split = TextSplit.Of(model.Vocabulary.Encode(config.ReadCorpus().Text));
        using TextTrainer trainer = new(model, split.Training, config.Training);
        using TextRun run = TextRun.Resume(folder, config, model, trainer, split.Validation);
        return run.Run();
    }

    private RunFolder Folder(string name) => new(temporary[name]);

    private TextRunConfig Config()
    {
        string corpus = temporary["corpus.txt"];
        File.WriteAllText(corpus, Text);
        return new TextRunConfig
        {
            Cells = ["lstm"],
            Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 19 },
            Training = Options,
            Steps = 40,
            ValidateEvery = 6,
            ValidationCharacters = 1000,
            CheckpointEvery = 7,
            Files = TextRunConfig.FilesOf(new TextCorpus(Text, [corpus])),
            TextHash = ContentHash.OfText(Text),
            Model = temporary["model.safetensors"],
        };
    }
}
