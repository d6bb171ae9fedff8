using System.Text;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Training;
using Shouldly;
using Xunit;
using static Cellwright.Tests.Tasks.SmallTextModels;

namespace Cellwright.Tests.Tasks;

public sealed class TextModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_learns_a_text_by_heart_and_writes_it()
    {
        (TextModel model, int[] symbols) = Create("lstm", threads: 2);
        using (model)
        {
            // Which of two endings comes follows from a word more than 12 characters before.
            using TextTrainer trainer = new(model, symbols, Options with { Window = 48 });
            List<double> losses = [];
            trainer.Run(800, step => losses.Add(step.Loss));
            losses.Count.ShouldBe(800);
            losses[0].ShouldBeGreaterThan(2.0);
            losses[^1].ShouldBeLessThan(0.05);
            TextEvaluation.Of(model, symbols).Loss.ShouldBeLessThan(0.05);
            Text(new TextGenerator(model).Continue(Verse + Verse, Verse.Length, temperature: 0, seed: 1)).ShouldBe(Verse);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Training_gives_the_same_bits_for_any_number_of_threads()
    {
        byte[][] files = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            (TextModel model, int[] symbols) = Create("lstm", threads);
            using (model)
            {
                using TextTrainer trainer = new(model, symbols, Options);
                trainer.Run(7);
                string path = Path.Combine(folder, $"{threads}.safetensors");
                model.Save(path);
                return File.ReadAllBytes(path);
            }
        })];
        files[1].ShouldBe(files[0]);
        files[2].ShouldBe(files[0]);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Steps_found_from_a_budget_are_the_steps_of_a_run_of_that_number()
    {
        (TextModel first, int[] symbols) = Create("elman", threads: 1);
        (TextModel second, _) = Create("elman", threads: 1);
        using (first)
        using (second)
        {
            using TextTrainer timed = new(first, symbols, Options);
            int steps = Math.Min(timed.StepsWithin(TimeSpan.FromMilliseconds(50), validation: 10), 60);
            steps = Math.Max(steps, timed.Steps + 3);
            timed.Run(steps);
            using TextTrainer counted = new(second, symbols, Options);
            counted.Run(steps);
            counted.Steps.ShouldBe(timed.Steps);
            TextEvaluation.Of(first, symbols).Loss.ShouldBe(TextEvaluation.Of(second, symbols).Loss);
        }
    }

    [Fact]
    public void A_tied_table_gets_the_gradients_of_both_its_uses()
    {
        TextModelDesign design = Everything with { Regularization = new TextRegularization() };
        (TextModel tied, int[] symbols) = Create(design, threads: 2);
        (TextModel free, _) = Create(design with { Tied = false }, threads: 2);
        using (tied)
        using (free)
        {
            foreach ((Cellwright.Layers.Parameter to, Cellwright.Layers.Parameter from) in free.Layers.Parameters.Zip(tied.Layers.Parameters))
            {
                from.Values.CopyTo(to.Values);
            }

            tied.Embedding.Table.Values.CopyTo(free.Embedding.Table.Values);
            tied.Embedding.Table.Values.CopyTo(free.Head.Weights.Values);
            tied.Head.Bias.Values.CopyTo(free.Head.Bias.Values);
            free.Load();
            tied.ParameterCount.ShouldBe(free.ParameterCount - (19 * tied.Vocabulary.Count));
            using TextTrainer first = new(tied, symbols, Options);
            using TextTrainer second = new(free, symbols, Options);
            first.Step(10).Loss.ShouldBe(second.Step(10).Loss);
            for (int i = 0; i < tied.Embedding.Table.Values.Length; i++)
            {
                double sum = (double)free.Embedding.Table.Gradient[i] + free.Head.Weights.Gradient[i];
                ((double)tied.Embedding.Table.Gradient[i]).ShouldBe(sum, 1e-7);
            }

            free.Embedding.Table.Gradient.ToArray().ShouldContain(value => Math.Abs(value) > 1e-4f);
            free.Head.Weights.Gradient.ToArray().ShouldContain(value => Math.Abs(value) > 1e-4f);
        }
    }

    [Fact]
    public void A_tied_embedding_that_is_not_as_wide_as_the_output_is_refused() =>
        Should.Throw<ArgumentException>(() => Create(Everything with { Sizes = new Dictionary<string, int> { ["input"] = 18, ["hidden"] = 19 } }, threads: 1))
            .Message.ShouldContain("the embedding is 18 wide and the output 19");

    [Fact]
    public void Where_a_loss_is_not_finite_its_first_signal_is_named_with_its_layer()
    {
        (TextModel model, int[] symbols) = Create(
            new TextModelDesign { Cells = [Cell.Named("elman"), Cell.Named("elman-relu")], Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 19 } }, threads: 1);
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(2);
            foreach (ref float value in model.Layers.Parameters.Single(parameter => parameter.Name == "layer1.U").Values)
            {
                value = 1e30f;
            }

            model.Load();
            string message = Should.Throw<NonFiniteException>(() => trainer.Step(10)).Message;
            message.ShouldContain("the signal 'h' of layer1 in character ");
            message.ShouldContain("at step 3");
            Should.Throw<NonFiniteException>(() => trainer.Step(10)).Message.ShouldBe(message);
        }
    }

    [Theory]
    [Trait("Category", "SameBits")]
    [InlineData(LearningRateDecay.Cosine, WeightAveraging.Tail)]
    [InlineData(LearningRateDecay.Linear, WeightAveraging.None)]
    [InlineData(LearningRateDecay.Step, WeightAveraging.Exponential)]
    [InlineData(LearningRateDecay.Constant, WeightAveraging.None)]
    [InlineData(LearningRateDecay.Constant, WeightAveraging.Tail)]
    [InlineData(LearningRateDecay.Plateau, WeightAveraging.Exponential)]
    public void Steps_whose_number_is_not_yet_known_are_those_of_any_number(LearningRateDecay decay, WeightAveraging average)
    {
        TextTrainingOptions options = Options with { Decay = decay, Average = average };
        foreach (int steps in (int[])[9, 12, 200])
        {
            (TextModel unknown, int[] symbols) = Create("elman", threads: 1);
            (TextModel known, _) = Create("elman", threads: 1);
            using (unknown)
            using (known)
            {
                using TextTrainer first = new(unknown, symbols, options);
                using TextTrainer second = new(known, symbols, options);
                while (first.Steps < 9 && options.IsSameForAnyLength(first.Steps))
                {
                    first.Step(0);
                    second.Step(steps);
                }

                first.Steps.ShouldBe(decay is LearningRateDecay.Constant or LearningRateDecay.Plateau && average != WeightAveraging.Tail ? 9 : 6);
                File(first, unknown).ShouldBe(File(second, known));
            }
        }

        static byte[] File(TextTrainer trainer, TextModel model)
        {
            SafetensorsWriter writer = new();
            model.AddTo(writer);
            trainer.AddTo(writer);
            using MemoryStream stream = new();
            writer.WriteTo(stream);
            return stream.ToArray();
        }
    }

    [Fact]
    public void The_average_of_the_tail_is_the_mean_over_the_last_quarter()
    {
        (TextModel model, int[] symbols) = Create("elman", threads: 1);
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options with { Average = WeightAveraging.Tail });
            double[] sums = new double[model.Layers.Parameters[0].Values.Length];
            trainer.Run(40, step =>
            {
                for (int i = 0; i < sums.Length && step.Step > 30; i++)
                {
                    sums[i] += model.Layers.Parameters[0].Values[i] / 10.0;
                }
            });
            float[] last = model.Layers.Parameters[0].Values.ToArray();
            using (trainer.UseAverage())
            {
                for (int i = 0; i < sums.Length; i++)
                {
                    ((double)model.Layers.Parameters[0].Values[i]).ShouldBe(sums[i], 1e-6);
                }
            }

            model.Layers.Parameters[0].Values.ToArray().ShouldBe(last);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Streams_whose_lead_in_reaches_the_start_change_nothing_but_the_order_of_the_sum()
    {
        (TextModel model, int[] symbols) = Create("lstm", threads: 2);
        using (model)
        {
            int[] text = symbols[..200];
            TextEvaluation one = TextEvaluation.Of(model, text, streams: 1);
            TextEvaluation four = TextEvaluation.Of(model, text, streams: 4);
            one.Characters.ShouldBe(199);
            four.Characters.ShouldBe(199);
            four.Loss.ShouldBe(one.Loss, 1e-12);
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_stops_before_the_values_change()
    {
        (TextModel model, int[] symbols) = Create("elman", threads: 1);
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(2);
            model.Layers.Parameters[0].Values[3] = float.NaN;
            model.Layers.Load();
            float[] before = model.Layers.Parameters[1].Values.ToArray();
            NonFiniteException problem = Should.Throw<NonFiniteException>(() => trainer.Step(10));
            problem.Step.ShouldBe(3);
            problem.Message.ShouldContain("the loss");
            model.Layers.Parameters[1].Values.ToArray().ShouldBe(before);
        }
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        // With one thread everything is done by this one, so what it allocates is all.
        (TextModel model, int[] symbols) = Create(Everything, threads: 1);
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options with { Optimizer = OptimizerKind.AdamW, Average = WeightAveraging.Exponential, Decay = LearningRateDecay.Plateau });
            trainer.Run(5);
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Run(25);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    [Fact]
    public void The_seed_decides_what_is_written()
    {
        (TextModel model, _) = Create("elman", threads: 1);
        using (model)
        {
            TextGenerator generator = new(model);
            string first = Text(generator.Continue("", 50, 1, seed: 1));
            first.EnumerateRunes().Count().ShouldBe(50);
            Text(generator.Continue("", 50, 1, seed: 1)).ShouldBe(first);
            Text(generator.Continue("", 50, 1, seed: 2)).ShouldNotBe(first);
            Should.Throw<CorpusException>(() => generator.Continue("CAT", 5, 1, seed: 1)).Message.ShouldContain("'C' U+0043");
        }
    }

    private static string Text(IEnumerable<Rune> characters) => string.Concat(characters.Select(character => character.ToString()));

    private static (TextModel Model, int[] Symbols) Create(string cell, int threads) => Create(
        new TextModelDesign { Cells = [Cell.Named(cell)], Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 19 } }, threads);

    private static (TextModel Model, int[] Symbols) Create(TextModelDesign design, int threads)
    {
        string text = string.Concat(Enumerable.Repeat(Verse, 40));
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
        return (TextModel.Create(design, vocabulary, seed: 3, threads), vocabulary.Encode(text));
    }
}
