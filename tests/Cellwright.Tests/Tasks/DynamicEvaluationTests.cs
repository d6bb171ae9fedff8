using Cellwright.Tasks;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class DynamicEvaluationTests
{
    private const int Window = 12;

    [Fact]
    public void Without_decay_the_loss_is_that_of_plain_training_on_the_text()
    {
        (TextModel model, int[] symbols) = SmallTextModels.Create("lstm", threads: 2);
        using (model)
        {
            int[] text = symbols[..((20 * Window) + 1)];
            TextEvaluation adapted = Evaluate(model, text, new DynamicEvaluationOptions { LearningRate = 0.3, Decay = 0, Window = Window });
            TextTrainingOptions options = new()
            {
                Batch = 1,
                Window = Window,
                Optimizer = OptimizerKind.Sgd,
                WeightDecay = 0,
                Momentum = 0,
                LearningRate = 0.3,
                Decay = LearningRateDecay.Constant,
                WarmUp = 0,
                Clip = double.PositiveInfinity,
                Restart = 0,
            };
            using TextModel trained = model.Copy();
            using TextTrainer trainer = new(trained, text, options);
            List<double> losses = [];
            trainer.Run(20, step => losses.Add(step.Loss));
            adapted.Loss.ShouldBe(losses.Average(), 1e-12);
            adapted.Characters.ShouldBe(20 * Window);
        }
    }

    [Theory]
    [InlineData(DynamicRule.Sgd, 0.3)]
    [InlineData(DynamicRule.Rms, 0.003)]
    public void Learning_while_reading_predicts_a_repeating_text_better_and_leaves_the_model_alone(DynamicRule rule, double rate)
    {
        (TextModel model, int[] symbols) = SmallTextModels.Create("gru", threads: 1);
        using (model)
        {
            float[][] before = [.. model.Parameters.Parameters.Select(parameter => parameter.Values.ToArray())];
            double plain = TextEvaluation.Of(model, symbols, streams: 1).Loss;
            SymbolText? training = rule == DynamicRule.Rms ? (SymbolText)symbols : null;
            using DynamicEvaluation dynamic = new(model, new DynamicEvaluationOptions { Rule = rule, LearningRate = rate, Window = Window }, training);
            TextEvaluation first = dynamic.Of(symbols);
            first.Loss.ShouldBeLessThan(plain - 0.2);
            dynamic.Of(symbols).ShouldBe(first, "each text is read from the trained values on");
            for (int i = 0; i < before.Length; i++)
            {
                model.Parameters.Parameters[i].Values.ToArray().ShouldBe(before[i]);
            }

            TextEvaluation.Of(model, symbols, streams: 1).Loss.ShouldBe(plain);
        }
    }

    [Fact]
    public void No_character_is_learnt_from_before_it_is_predicted()
    {
        (TextModel model, int[] symbols) = SmallTextModels.Create("lstm", threads: 1);
        using (model)
        {
            int[] text = symbols[..(Window + 1)];
            DynamicEvaluationOptions options = new() { LearningRate = 1, Window = Window };
            Evaluate(model, text, options).Loss.ShouldBe(TextEvaluation.Of(model, text, streams: 1).Loss, 1e-9);

            // A window shorter than the others ends the text.
            TextEvaluation longer = Evaluate(model, symbols[..(Window + 6)], options);
            longer.Characters.ShouldBe(Window + 5);
        }
    }

    [Fact]
    public void What_goes_all_the_way_back_never_leaves_the_trained_values()
    {
        (TextModel model, int[] symbols) = SmallTextModels.Create("elman", threads: 1);
        using (model)
        {
            DynamicEvaluationOptions options = new() { LearningRate = 1e-30, Decay = 1, Window = 5 };
            Evaluate(model, symbols, options).Loss.ShouldBe(TextEvaluation.Of(model, symbols, streams: 1).Loss, 1e-6);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void The_number_of_threads_changes_no_bit()
    {
        double Loss(int threads)
        {
            (TextModel model, int[] symbols) = SmallTextModels.Create(SmallTextModels.Everything, threads);
            using (model)
            {
                using DynamicEvaluation dynamic = new(model, new DynamicEvaluationOptions { Rule = DynamicRule.Rms, LearningRate = 0.001, Window = 7 }, symbols);
                return dynamic.Of(symbols[..500]).Loss;
            }
        }

        Loss(3).ShouldBe(Loss(1));
    }

    [Fact]
    public void Bad_use_is_refused()
    {
        (TextModel model, int[] symbols) = SmallTextModels.Create("elman", threads: 1);
        using (model)
        {
            Should.Throw<ArgumentException>(() => new DynamicEvaluation(model, new DynamicEvaluationOptions { LearningRate = 0 }));
            Should.Throw<ArgumentException>(() => new DynamicEvaluation(model, new DynamicEvaluationOptions { Decay = 1.5 }));
            Should.Throw<ArgumentException>(() => new DynamicEvaluation(model, new DynamicEvaluationOptions { Rule = DynamicRule.Rms }));
            Should.Throw<ArgumentException>(() => new DynamicEvaluation(model, new DynamicEvaluationOptions(), symbols));
            Should.Throw<CorpusException>(() => new DynamicEvaluation(model, new DynamicEvaluationOptions { Rule = DynamicRule.Rms }, symbols[..20])).Message.ShouldContain("a window of 20 and one more");
            Should.Throw<CorpusException>(() => Evaluate(model, [0], new DynamicEvaluationOptions()));
            Should.Throw<NonFiniteException>(() => Evaluate(model, symbols, new DynamicEvaluationOptions { LearningRate = 1e38 })).Message.ShouldContain("the loss of dynamic evaluation");
        }
    }

    private static TextEvaluation Evaluate(TextModel model, int[] text, DynamicEvaluationOptions options)
    {
        using DynamicEvaluation dynamic = new(model, options);
        return dynamic.Of(text);
    }
}
