using System.Text.Json;
using Cellwright.Files;
using Cellwright.Tasks;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextRunTests : IDisposable
{
    private readonly SmallTextRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Theory]
    [Trait("Category", "SameBits")]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(39)]
    public void A_resumed_run_ends_with_the_bits_of_an_undisturbed_one(int stopAfter)
    {
        RunFolder whole = runs.Folder("whole");
        SmallTextRuns.Train(whole, runs.Config()).ShouldBeTrue();
        RunFolder stopped = runs.Folder("stopped");
        SmallTextRuns.Train(stopped, runs.Config(), stopAfter: stopAfter).ShouldBeFalse();
        TextRun.StepOfCheckpoint(stopped).ShouldBe(stopAfter);
        SmallTextRuns.Resume(stopped).ShouldBeTrue();
        File.ReadAllBytes(stopped.Last).ShouldBe(File.ReadAllBytes(whole.Last));
        File.ReadAllBytes(stopped.Best).ShouldBe(File.ReadAllBytes(whole.Best));
        SmallTextRuns.Repeating(stopped.LogTable).ShouldBe(SmallTextRuns.Repeating(whole.LogTable));
        SmallTextRuns.Repeating(stopped.LogLines).ShouldBe(SmallTextRuns.Repeating(whole.LogLines));
        SmallTextRuns.Repeating(whole.LogTable).Length.ShouldBe(41);
    }

    [Fact]
    public void Log_lines_past_the_checkpoint_are_cut_and_written_again()
    {
        RunFolder whole = runs.Folder("whole");
        SmallTextRuns.Train(whole, runs.Config());
        RunFolder killed = runs.Folder("killed");
        SmallTextRuns.Train(killed, runs.Config(), stopAfter: 12);

        // What a process that was killed some steps after its checkpoint leaves, the last line torn.
        File.AppendAllText(killed.LogTable, "13,9,9,9,,5\n14,9,9,9,,5\n15,9");
        File.AppendAllText(killed.LogLines, "{\"step\":13,\"loss\":9}\n{\"ste");
        File.WriteAllText(Path.Combine(killed.Path, ".last.safetensors.x.tmp"), "half");
        SmallTextRuns.Resume(killed).ShouldBeTrue();
        SmallTextRuns.Repeating(killed.LogTable).ShouldBe(SmallTextRuns.Repeating(whole.LogTable));
        SmallTextRuns.Repeating(killed.LogLines).ShouldBe(SmallTextRuns.Repeating(whole.LogLines));
        Directory.GetFiles(killed.Path, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Validation_and_checkpoints_change_nothing_in_training()
    {
        RunFolder often = runs.Folder("often");
        RunFolder once = runs.Folder("once");
        SmallTextRuns.Train(often, runs.Config() with { ValidateEvery = 1, CheckpointEvery = 1 });
        SmallTextRuns.Train(once, runs.Config() with { ValidateEvery = 1000, CheckpointEvery = 1000 });
        Model(often).ShouldBe(Model(once));
        File.ReadLines(often.LogTable).Skip(1).ShouldAllBe(line => line.Split(',', StringSplitOptions.None)[4].Length > 0);
        File.ReadLines(once.LogTable).Skip(1).Count(line => line.Split(',', StringSplitOptions.None)[4].Length > 0).ShouldBe(1);
    }

    [Fact]
    public void The_best_model_is_the_one_of_the_lowest_validation_in_the_log()
    {
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, runs.Config() with { ValidateEvery = 4 });
        double lowest = File.ReadLines(folder.LogLines).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("validation", out _)).Min(line => line.GetProperty("validation").GetDouble());
        using TextModel best = TextModel.Open(folder.Best, 1);
        TextEvaluation.Of(best, SmallTextRuns.Split(best).Validation).Loss.ShouldBe(lowest);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, runs.Config(), stopAfter: 5);
        byte[] whole = File.ReadAllBytes(folder.Last);
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i == 0 ? ^1 : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder.Last, damaged);
            Should.Throw<InvalidFileException>(() => SmallTextRuns.Resume(folder)).Message.ShouldStartWith(folder.Last);
        }

        File.WriteAllBytes(folder.Last, whole[..^7]);
        Should.Throw<InvalidFileException>(() => SmallTextRuns.Resume(folder));
        File.Delete(folder.Last);
        Should.Throw<InvalidFileException>(() => SmallTextRuns.Resume(folder)).Message.ShouldContain("there is no such file");
        File.WriteAllBytes(folder.Last, whole);
        SmallTextRuns.Resume(folder).ShouldBeTrue();
    }

    [Fact]
    public void A_changed_corpus_is_refused()
    {
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, runs.Config(), stopAfter: 5);
        string corpus = runs.Corpus;
        TextRunConfig config = TextRunConfig.Read(folder);
        File.WriteAllText(corpus, SmallTextRuns.Text.Replace('c', 'b'));
        Should.Throw<CorpusException>(config.ReadCorpus).Message.ShouldContain("has changed since this run began");
        File.WriteAllText(corpus, SmallTextRuns.Text + "more");
        Should.Throw<CorpusException>(config.ReadCorpus).Message.ShouldContain("it had 960 bytes and now has 964");
        File.Delete(corpus);
        Should.Throw<CorpusException>(config.ReadCorpus).Message.ShouldContain("is gone");
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_ends_the_run_with_the_old_one_whole()
    {
        RunFolder folder = runs.Folder("run");
        TextRunConfig config = runs.Config() with { CheckpointEvery = 100, ValidateEvery = 10 };
        Should.Throw<IOException>(() => SmallTextRuns.Train(folder, config, each: (progress, _) =>
        {
            if (progress.Training.Step == 8)
            {
                Directory.CreateDirectory(folder.Best);
            }
        })).Message.ShouldContain("the best model so far could not be written");
        TextRun.StepOfCheckpoint(folder).ShouldBe(0);
        Directory.Delete(folder.Best);
        SmallTextRuns.Resume(folder).ShouldBeTrue();
    }

    [Fact]
    public void Values_that_are_not_finite_stop_the_run_and_keep_the_last_good_checkpoint()
    {
        RunFolder folder = runs.Folder("run");
        NonFiniteException problem = Should.Throw<NonFiniteException>(() => SmallTextRuns.Train(folder, runs.Config() with { CheckpointEvery = 4 }, each: (progress, model) =>
        {
            if (progress.Training.Step == 10)
            {
                model.Layers.Parameters[0].Values[2] = float.PositiveInfinity;
                model.Load();
            }
        }));
        problem.Step.ShouldBe(11);
        problem.Message.ShouldContain("the parameter 'layer0.W_i'");
        TextRun.StepOfCheckpoint(folder).ShouldBe(8);
        SmallTextRuns.Resume(folder).ShouldBeTrue();
    }

    [Fact]
    public void Two_processes_cannot_go_on_with_one_run()
    {
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, runs.Config(), stopAfter: 5);
        using (folder.Lock())
        {
            Should.Throw<IOException>(() => SmallTextRuns.Resume(folder));
        }

        SmallTextRuns.Resume(folder).ShouldBeTrue();
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

    private static byte[] Model(RunFolder folder)
    {
        string copy = folder.Path + ".safetensors";
        using TextModel model = TextModel.Open(folder.Last, 1);
        model.Save(copy);
        return File.ReadAllBytes(copy);
    }
}
