using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextRunChoiceTests : IDisposable
{
    private const int LearningRate = 3;
    private const int Validation = 4;

    private readonly SmallTextRuns runs = new();

    public static TheoryData<string> Choices() =>
    [
        "sgd", "adamw", "exponential average", "average of the tail", "triggered average", "other decays", "plateau", "step", "patience",
        "residual layers", "layers of two cells", "tied", "variational", "zoneout", "zoneout by name", "weight drop", "everything",
    ];

    public void Dispose() => runs.Dispose();

    [Theory]
    [MemberData(nameof(Choices))]
    [Trait("Category", "SameBits")]
    public void With_every_choice_a_resumed_run_ends_with_the_bits_of_an_undisturbed_one(string choice)
    {
        (TextModelDesign design, TextTrainingOptions options) = Chosen(choice);
        TextRunConfig config = runs.Config() with { Training = options, ValidateEvery = choice == "triggered average" ? 2 : 6 };
        RunFolder whole = runs.Folder("whole");
        SmallTextRuns.Train(whole, config, design).ShouldBeTrue();
        foreach (int stopAfter in (int[])[9, 19, 35])
        {
            RunFolder stopped = runs.Folder($"stopped{stopAfter}");
            SmallTextRuns.Train(stopped, config, design, stopAfter: stopAfter).ShouldBe(choice == "patience" && stopAfter == 35);
            SmallTextRuns.Resume(stopped).ShouldBeTrue();
            File.ReadAllBytes(stopped.Last).ShouldBe(File.ReadAllBytes(whole.Last));
            File.ReadAllBytes(stopped.Best).ShouldBe(File.ReadAllBytes(whole.Best));
            SmallTextRuns.Repeating(stopped.LogTable).ShouldBe(SmallTextRuns.Repeating(whole.LogTable));
        }

        // Each choice changes something: otherwise nothing was proved.
        RunFolder plain = runs.Folder("plain");
        SmallTextRuns.Train(plain, runs.Config() with { Training = SmallTextRuns.Options }, SmallTextRuns.Design);
        SmallTextRuns.Column(plain, Validation).ShouldNotBe(SmallTextRuns.Column(whole, Validation));
    }

    [Fact]
    public void Early_stopping_ends_a_run_after_its_patience_and_the_ended_run_is_not_resumable_work()
    {
        TextRunConfig config = runs.Config() with { Training = Chosen("patience").Options };
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, config).ShouldBeTrue();

        // The first validation is the best, as nothing changes, and three more are waited for.
        TextRun.StepOfCheckpoint(folder).ShouldBe(24);
        TextRun.HasEndedIn(folder, config).ShouldBeTrue();
        RunFolder stopped = runs.Folder("stopped");
        SmallTextRuns.Train(stopped, config, stopAfter: 20);
        TextRun.HasEndedIn(stopped, config).ShouldBeFalse();
    }

    [Fact]
    public void On_a_plateau_the_learning_rate_halves()
    {
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, runs.Config() with { Training = Chosen("plateau").Options });
        double[] rates = [.. SmallTextRuns.Column(folder, LearningRate).Select(rate => double.Parse(rate, CultureInfo.InvariantCulture))];

        // Validations at 6, 12, … without a gain: the first is the best, two more are waited for, and the next lowers the rate.
        rates[23].ShouldBe(1e-9);
        rates[24].ShouldBe(0.5e-9);
        rates[39].ShouldBe(0.5e-9);
    }

    [Fact]
    public void The_average_is_the_plain_mean_of_the_values_since_it_was_triggered()
    {
        RunFolder folder = runs.Folder("run");
        TextRunConfig config = runs.Config() with { Training = Chosen("triggered average").Options, ValidateEvery = 2 };
        List<float[]> values = [];
        SmallTextRuns.Train(folder, config, each: (_, model) => values.Add(model.Head.Bias.Values.ToArray()));
        double[] losses = [.. SmallTextRuns.Column(folder, Validation).Where(value => value.Length > 0).Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        int first = Enumerable.Range(6, losses.Length - 6).First(i => losses[i] > losses[..(i - 5)].Min());
        int from = 2 * (first + 1);
        from.ShouldBeLessThan(40);
        using Cellwright.Files.SafetensorsFile checkpoint = Cellwright.Files.SafetensorsFile.Open(folder.Last);
        checkpoint.ReadInt64s("optimizer.averaged").ShouldBe([40 - from]);
        string bias = checkpoint.Tensors.Select(tensor => tensor.Name).Where(name => name.EndsWith(".average", StringComparison.Ordinal)).OrderBy(name => int.Parse(name.Split('.')[1], CultureInfo.InvariantCulture)).Last();
        float[] average = checkpoint.ReadSingles(bias);
        for (int i = 0; i < average.Length; i++)
        {
            ((double)average[i]).ShouldBe(values[from..].Average(each => (double)each[i]), 1e-5);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void What_is_validated_and_kept_as_the_best_is_the_average()
    {
        RunFolder folder = runs.Folder("run");
        SmallTextRuns.Train(folder, runs.Config() with { Training = Chosen("exponential average").Options });
        double lowest = SmallTextRuns.Column(folder, Validation).Where(value => value.Length > 0).Min(value => double.Parse(value, CultureInfo.InvariantCulture));
        using TextModel best = TextModel.Open(folder.Best, 1);
        TextEvaluation.Of(best, SmallTextRuns.Split(best).Validation).Loss.ShouldBe(lowest);
        using TextModel last = TextModel.Open(folder.Last, 1);
        TextEvaluation.Of(last, SmallTextRuns.Split(last).Validation).Loss.ShouldNotBe(lowest);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Samples_repeat_with_the_run_and_change_nothing_in_it()
    {
        List<string> first = [];
        List<string> second = [];
        RunFolder silent = runs.Folder("silent");
        RunFolder told = runs.Folder("told");
        SmallTextRuns.Train(told, runs.Config(), each: (progress, _) => first.AddRange(progress.Sample is { } sample ? [sample] : []), sampleLength: 30);
        SmallTextRuns.Train(runs.Folder("again"), runs.Config(), each: (progress, _) => second.AddRange(progress.Sample is { } sample ? [sample] : []), sampleLength: 30);
        SmallTextRuns.Train(silent, runs.Config(), each: (progress, _) => progress.Sample.ShouldBeNull());
        first.Count.ShouldBe(7);
        first.ShouldAllBe(sample => sample.Length == 30);
        first.Distinct().Count().ShouldBe(7);
        second.ShouldBe(first);
        File.ReadAllBytes(told.Last).ShouldBe(File.ReadAllBytes(silent.Last));
    }

    private static (TextModelDesign Design, TextTrainingOptions Options) Chosen(string choice)
    {
        TextModelDesign design = SmallTextRuns.Design;
        TextTrainingOptions options = SmallTextRuns.Options;
        TextModelDesign two = design with { Cells = [Cell.Named("lstm"), Cell.Named("lstm")] };
        TextModelDesign tied = design with { Tied = true, Sizes = new Dictionary<string, int> { ["input"] = 19, ["hidden"] = 19 } };
        TextRegularization regularization = design.Regularization;
        Dictionary<string, double> all = new() { [TextRegularization.All] = 0.3 };
        return choice switch
        {
            "sgd" => (design, options with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.3, WeightDecay = 0.01 }),
            "adamw" => (design, options with { Optimizer = OptimizerKind.AdamW, WeightDecay = 0.1 }),
            "exponential average" => (design, options with { Average = WeightAveraging.Exponential }),
            "average of the tail" => (design, options with { Average = WeightAveraging.Tail }),

            // With a rate so large, and kept, validation soon gets worse.
            "triggered average" => (design, options with { Average = WeightAveraging.Triggered, LearningRate = 1, DecayTo = 1 }),
            "other decays" => (design, options with { DecayTo = 0.5, MeanDecay = 0.5, SquareDecay = 0.9 }),

            // With a rate so small nothing gets better.
            "plateau" => (design, options with { Decay = LearningRateDecay.Plateau, LearningRate = 1e-9 }),
            "step" => (design, options with { Decay = LearningRateDecay.Step }),
            "patience" => (design, options with { Patience = 3, LearningRate = 1e-30 }),
            "residual layers" => (two with { Residual = true }, options),
            "layers of two cells" => (design with { Cells = [Cell.Named("gru"), Cell.Named("lstm")] }, options),
            "tied" => (tied, options),
            "variational" => (design with { Regularization = regularization with { Variational = true } }, options),
            "zoneout" => (design with { Regularization = regularization with { Zoneout = all } }, options),
            "zoneout by name" => (design with { Regularization = regularization with { Zoneout = new Dictionary<string, double> { ["c"] = 0.4, ["h"] = 0.1 } } }, options),
            "weight drop" => (design with { Regularization = regularization with { WeightDrop = all } }, options),
            "everything" => (
                tied with
                {
                    Cells = [Cell.Named("gru"), Cell.Named("lstm")],
                    Residual = true,
                    Regularization = regularization with { Variational = true, Zoneout = all, WeightDrop = all },
                },
                options with
                {
                    Optimizer = OptimizerKind.AdamW,
                    WeightDecay = 0.05,
                    Decay = LearningRateDecay.Plateau,
                    Average = WeightAveraging.Exponential,
                    AverageDecay = 0.9,
                    Patience = 5,
                }),
            _ => throw new ArgumentException(choice),
        };
    }
}
