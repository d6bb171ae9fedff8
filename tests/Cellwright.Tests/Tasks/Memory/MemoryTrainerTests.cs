using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tasks.Memory;
using Cellwright.Tests.Files;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Memory;

public sealed class MemoryTrainerTests
{
    public static TheoryData<string> Names => MemoryTaskTests.Names;

    [Theory]
    [InlineData("adding", 6, "lstm", 2000)]
    [InlineData("order", 10, "lstm", 2000)]
    [InlineData("reber", 14, "lstm", 2000)]
    [InlineData("anbncn", 4, "lstm", 3000)]
    [InlineData("noisy", 6, "elman", 2000)]
    public void A_small_version_of_each_task_is_solved(string name, int length, string cell, int steps)
    {
        using MemoryModel model = Model(name, length, cell, 24);
        List<MemoryProgress> told = [];
        MemoryProbeResult result = MemoryProbe.Run(model, new MemoryTrainingOptions { Steps = steps, LearningRate = 0.01, TestSequences = 500 }, progress: told.Add);

        result.IsSolved.ShouldBeTrue($"{result.Test}");
        result.Problem.ShouldBeNull();
        told.Count.ShouldBe(result.Steps);
        result.Sequences.ShouldBe(result.Steps * 32L);
        told[^1].Score.ShouldBe(result.Curve[^1].Score);
        result.Curve.Count.ShouldBe(1 + (result.Steps / 100));
        result.Test.Sequences.ShouldBe(500);
        result.Test.Loss.ShouldBeLessThan(result.Curve[0].Score.Loss / 2);
        result.Test.Right.ShouldBeGreaterThan(name == "adding" ? 0.1 : 0.9);
        (result.LargestCount >= length).ShouldBe(name == "anbncn");
    }

    [Fact]
    public void A_short_training_on_copy_remembers_what_no_guess_would_know()
    {
        using MemoryModel model = Model("copy", 1, "gru", 32);
        MemoryProbeResult result = MemoryProbe.Run(model, new MemoryTrainingOptions { Steps = 800, LearningRate = 0.01, TestSequences = 500 });
        result.Test.Loss.ShouldBeLessThan(0.9 * model.Task.Baseline);
        result.Test.RightSteps.ShouldBeGreaterThan(1.3 / 8);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_a_task_s_loss_is_that_of_numerical_differences(string name)
    {
        using MemoryModel model = Model(name, 12, "gru", 5);
        MemoryTrainer trainer = new(model, new MemoryTrainingOptions { Batch = 6 });
        foreach (ref float value in model.Head.Weights.Values)
        {
            value *= 3;
        }

        model.Load();
        trainer.Gradients();
        Dictionary<string, float[]> exact = model.Parameters.Parameters.ToDictionary(each => each.Name, each => each.Gradient.ToArray());
        foreach (Parameter parameter in model.Parameters.Parameters)
        {
            // Along one random direction for each parameter, in float32: far from exact, and far from what a wrong loss would give.
            float[] direction = new float[parameter.Values.Length];
            new RandomStream(4, parameter.Name).FillNormal(direction, 0);
            float[] values = parameter.Values.ToArray();
            double Loss(double step)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    parameter.Values[i] = (float)(values[i] + (step * direction[i]));
                }

                model.Load();
                return trainer.Gradients();
            }

            const double Step = 1.0 / 256;
            double numerical = ((8 * (Loss(Step) - Loss(-Step))) - (Loss(2 * Step) - Loss(-2 * Step))) / (12 * Step);
            Loss(0);
            double along = direction.Zip(exact[parameter.Name], (by, gradient) => (double)by * gradient).Sum();
            double size = Math.Sqrt(exact[parameter.Name].Sum(gradient => (double)gradient * gradient) * direction.Sum(by => (double)by * by));
            Math.Abs(numerical - along).ShouldBeLessThan((2e-3 * size) + 2e-5, parameter.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_step_allocates_nothing(string name)
    {
        using MemoryModel model = Model(name, 12, "lstm", 8);
        MemoryTrainer trainer = new(model, new MemoryTrainingOptions { Batch = 8 });
        for (int i = 0; i < 60; i++)
        {
            trainer.Step();
        }

        StepAllocation.Least(20, () => trainer.Step()).ShouldBe(0);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Threads_and_a_second_run_change_no_bit()
    {
        float[][] Values(int threads)
        {
            using MemoryModel model = Model("reber", 20, "lstm", 12, threads);
            MemoryTrainer trainer = new(model, new MemoryTrainingOptions());
            for (int i = 0; i < 15; i++)
            {
                trainer.Step();
            }

            return [.. model.Parameters.Parameters.Select(parameter => parameter.Values.ToArray())];
        }

        float[][] one = Values(1);
        Values(1).ShouldBe(one);
        Values(3).ShouldBe(one);
    }

    [Fact]
    public void A_score_does_not_depend_on_the_batch_it_is_computed_in()
    {
        using MemoryModel model = Model("reber", 20, "lstm", 12);
        MemoryScore[] scores = [.. new[] { 1, 7, 64 }.Select(batch => new MemoryTrainer(model, new MemoryTrainingOptions { Batch = batch, ValidationSequences = 45 }).Validate())];
        scores[1].Right.ShouldBe(scores[0].Right);
        scores[1].RightSteps.ShouldBe(scores[0].RightSteps);
        scores[1].Loss.ShouldBe(scores[0].Loss, 1e-6);
        scores[2].RightSteps.ShouldBe(scores[0].RightSteps);
        scores[2].Loss.ShouldBe(scores[0].Loss, 1e-6);
    }

    [Fact]
    public void An_untrained_model_loses_about_what_the_baseline_does()
    {
        foreach (string name in new[] { "order", "noisy" })
        {
            using MemoryModel model = Model(name, 60, "gru", 16);
            MemoryScore score = new MemoryTrainer(model, new MemoryTrainingOptions()).Validate();
            score.Loss.ShouldBe(model.Task.Baseline, 0.2);
            score.Right.ShouldBe(1.0 / model.Task.OutputWidth, 0.15);
        }
    }

    [Fact]
    public void A_bound_holds_at_the_start_and_after_every_step()
    {
        using MemoryModel model = Model("adding", 20, "indrnn", 16, layers: 2);
        MemoryTrainer trainer = new(model, new MemoryTrainingOptions { LearningRate = 0.1, Bounds = new Dictionary<string, double> { ["u"] = 0.5 } });
        Parameter[] bounded = [.. model.Layers.Parameters.Where(parameter => parameter.Name.EndsWith(".u", StringComparison.Ordinal))];
        bounded.Length.ShouldBe(2);
        for (int i = 0; i < 10; i++)
        {
            bounded.Max(Largest).ShouldBeLessThanOrEqualTo(0.5f);
            trainer.Step();
        }

        bounded.Max(Largest).ShouldBe(0.5f);
        Should.Throw<ArgumentException>(() => new MemoryTrainer(model, new MemoryTrainingOptions { Bounds = new Dictionary<string, double> { ["v"] = 0.5 } }))
            .Message.ShouldContain("no parameter 'v' to bound; there are layer0.W, layer0.u");
    }

    [Fact]
    public void Cancelling_and_a_budget_end_a_probe_between_two_steps()
    {
        using MemoryModel model = Model("copy", 30, "lstm", 8);
        MemoryTrainingOptions options = new() { TestSequences = 10, ValidationSequences = 10 };
        using CancellationTokenSource source = new();
        MemoryProbeResult cancelled = MemoryProbe.Run(
            model,
            options,
            progress: step =>
            {
                if (step.Training.Step == 7)
                {
                    source.Cancel();
                }
            },
            cancellation: source.Token);
        cancelled.Steps.ShouldBe(7);
        cancelled.IsSolved.ShouldBeFalse();
        MemoryProbe.Run(model, options, budget: TimeSpan.Zero).Steps.ShouldBeLessThan(2);
    }

    [Fact]
    public void What_diverges_says_so_and_is_tested_as_it_was()
    {
        using MemoryModel model = Model("adding", 200, "elman-relu", 16);
        foreach (ref float value in model.Layers.Parameters.Single(parameter => parameter.Name == "layer0.U").Values)
        {
            value = 30f;
        }

        model.Load();
        MemoryProbeResult result = MemoryProbe.Run(model, new MemoryTrainingOptions { TestSequences = 10, ValidationSequences = 10 });
        result.Problem!.ShouldContain("the loss");
        result.IsSolved.ShouldBeFalse();
        result.Steps.ShouldBe(0);
    }

    [Fact]
    public void A_saved_model_is_read_back_and_is_a_stack_of_layers_too()
    {
        using TemporaryFolder folder = new();
        using MemoryModel model = Model("order", 20, "lstm", 9, layers: 2);
        MemoryTrainer trainer = new(model, new MemoryTrainingOptions { Batch = 4 });
        trainer.Step();
        model.Save(folder["order.safetensors"]);

        using MemoryModel read = MemoryModel.Open(folder["order.safetensors"]);
        (read.Task.Name, read.Task.Length, read.ParameterCount).ShouldBe(("order", 20, model.ParameterCount));
        new MemoryTrainer(read, new MemoryTrainingOptions()).Validate().ShouldBe(new MemoryTrainer(model, new MemoryTrainingOptions()).Validate());
        using LayerStack layers = LayerStack.Open(folder["order.safetensors"]);
        layers.Parameters.Select(parameter => parameter.Name).ShouldBe(model.Layers.Parameters.Select(parameter => parameter.Name));

        model.Layers.Save(folder["layers.safetensors"]);
        Should.Throw<Cellwright.Files.InvalidFileException>(() => MemoryModel.Open(folder["layers.safetensors"])).Message.ShouldContain("it holds no model of a memory task");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        IMemoryTask task = MemoryTask.Named("adding").Create(10);
        Should.Throw<ArgumentException>(() => MemoryModel.Create(Cell.Named("augru"), Sizes(4), task, 1)).Message.ShouldContain("has 2 inputs, and a memory task gives one");
        Should.Throw<ArgumentException>(() => new MemoryModel(new LayerStack([new Layer(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 })]), task, 1))
            .Message.ShouldContain("read 3 numbers a step where the task 'adding' gives 2");
        using MemoryModel model = Model("adding", 10, "gru", 4);
        Should.Throw<ArgumentException>(() => new MemoryTrainer(model, new MemoryTrainingOptions { Batch = 0 })).Message.ShouldContain("a batch has one sequence or more");
        Should.Throw<InvalidOperationException>(() => new MemoryTrainer(model, new MemoryTrainingOptions()).LargestRightCount(10)).Message.ShouldContain("counts nothing");
    }

    private static float Largest(Parameter parameter) => parameter.Values.ToArray().Max(Math.Abs);

    private static Dictionary<string, int> Sizes(int hidden) => new() { ["hidden"] = hidden };

    private static MemoryModel Model(string task, int length, string cell, int hidden, int threads = 1, int layers = 1) =>
        MemoryModel.Create(Cell.Named(cell), Sizes(hidden), MemoryTask.Named(task).Create(length), seed: 1, layers, threads);
}
