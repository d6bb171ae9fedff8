using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Tests.Layers;
using Cellwright.Tests.Zoo;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

/// <summary>Embedding, layers, linear head and cross-entropy together.</summary>
public sealed class WholeModelTests
{
    [Fact]
    public void A_model_of_two_bidirectional_layers_agrees_with_PyTorch()
    {
        FixtureFile file = new("pytorch-model/lstm.safetensors");
        SequenceShape shape = new(file.Shape("symbols")[0], file.Shape("symbols")[1], file.Lengths);
        Dictionary<string, double[]> tensors = file.Names.ToDictionary(name => name, file.Values);
        int[] symbols = [.. file.Values("symbols").Select(symbol => (int)symbol)];
        int[] targets = [.. file.Values("targets").Select(target => (int)target)];
        PlainBidirectional Plain(int input) => new(new PlainCell(Cell.Named("lstm"), input, 7), new PlainCell(Cell.Named("lstm"), input, 7));
        (double loss, Dictionary<string, double[]> plain) = new PlainModel(new PlainStack(residual: false, Plain(5), Plain(14)), 11).Run(shape, symbols, targets, tensors, trainingStep: null);

        Layer One(int input) => new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = input, ["hidden"] = 7 }, 2);
        using LayerStack stack = new([new BidirectionalLayer(One(5), One(5)), new BidirectionalLayer(One(14), One(14))]);
        (double compiledLoss, Dictionary<string, double[]> compiled) = Run(stack, 11, shape, symbols, targets, tensors);

        LayerHarness.Error([loss], file.Values("out.loss")).ShouldBeLessThanOrEqualTo(1e-10);
        LayerHarness.Error([compiledLoss], file.Values("out.loss")).ShouldBeLessThanOrEqualTo(1e-5);
        string[] gradients = [.. file.Names.Where(name => name.StartsWith("out.grad.", StringComparison.Ordinal)).Select(name => name["out.".Length..])];
        gradients.Length.ShouldBe(compiled.Count);
        foreach (string gradient in gradients)
        {
            LayerHarness.Error(plain[gradient], file.Values("out." + gradient)).ShouldBeLessThanOrEqualTo(1e-10, gradient);
            LayerHarness.Error(compiled[gradient], file.Values("out." + gradient)).ShouldBeLessThanOrEqualTo(1e-5, gradient);
        }
    }

    [Theory]
    [InlineData("two cells in a stack")]
    [InlineData("two directions in a residual stack")]
    [InlineData("everything at once")]
    public void Gradients_of_a_whole_model_equal_numerical_ones(string name)
    {
        const int Vocabulary = 6;
        LayerSample sample = LayerSample.All[name];
        SequenceShape shape = new(4, 3, new[] { 4, 1, 3 });
        Random random = new(51);
        Dictionary<string, double[]> tensors = sample.Plain.Draw(shape, seed: 52, states: false);
        double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
        tensors["embedding"] = Values(Vocabulary * sample.Plain.InputWidth);
        tensors["head.W"] = Values(Vocabulary * sample.Plain.OutputWidth);
        tensors["head.b"] = Values(Vocabulary);
        int[] symbols = [.. Enumerable.Range(0, 12).Select(_ => random.Next(Vocabulary))];
        int[] targets = [.. symbols.Select((_, i) => i / 3 < shape.Length(i % 3) ? random.Next(Vocabulary) : -1)];
        PlainModel model = new(sample.Plain, Vocabulary);
        Dictionary<string, double[]> expected = model.Run(shape, symbols, targets, tensors, sample.TrainingStep).Results;
        using SequenceLayer layer = sample.Build(2);
        layer.TrainingStep = sample.TrainingStep;
        foreach ((string key, double[] gradient) in Run(layer, Vocabulary, shape, symbols, targets, tensors).Gradients)
        {
            LayerHarness.Error(gradient, expected[key]).ShouldBeLessThanOrEqualTo(1e-5, key);
            double[] values = tensors[key["grad.".Length..]];
            double[] before = [.. values];
            double[] direction = [.. values.Select(_ => random.NextDouble() - 0.5)];
            double At(double step)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = before[i] + (step * direction[i]);
                }

                double loss = model.Run(shape, symbols, targets, tensors, sample.TrainingStep).Loss;
                before.CopyTo(values, 0);
                return loss;
            }

            const double Step = 1e-3;
            double numerical = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
            LayerHarness.Error([PlainLayer.Dot(expected[key], direction)], [numerical]).ShouldBeLessThanOrEqualTo(1e-7, key);
        }
    }

    private static (double Loss, Dictionary<string, double[]> Gradients) Run(
        SequenceLayer layer, int vocabulary, SequenceShape shape, int[] symbols, int[] targets, IReadOnlyDictionary<string, double[]> tensors)
    {
        WorkerTeam team = WorkerTeam.Default(2);
        Embedding embedding = new(vocabulary, layer.InputWidth, team);
        using LinearOutput head = new(layer.OutputWidth, vocabulary, team);
        Parameter[] parameters = [embedding.Table, head.Weights, head.Bias, .. layer.Parameters];
        foreach (Parameter parameter in parameters)
        {
            LayerHarness.Floats(tensors[parameter.Name]).CopyTo(parameter.Values);
        }

        layer.Load();
        head.Load();
        using AlignedBuffer x = new((long)symbols.Length * layer.InputWidth);
        using AlignedBuffer y = new((long)symbols.Length * layer.OutputWidth);
        using AlignedBuffer dy = new((long)symbols.Length * layer.OutputWidth);
        using AlignedBuffer scores = new((long)symbols.Length * head.Stride);
        embedding.Forward(symbols, x);
        layer.Forward(x.Span, shape.Steps, shape.Batch, shape.Lengths.Span, null, y.Span, null);
        head.Forward(symbols.Length, y, scores);
        double loss = new CrossEntropy(team).MeanWithGradient(scores, targets, vocabulary, head.Stride);
        head.Backward(symbols.Length, y, scores, dy);
        layer.Backward(dy.Span, null, x.Span, null);
        embedding.Backward(symbols, x);
        return (loss, parameters.ToDictionary(parameter => "grad." + parameter.Name, parameter => LayerHarness.Doubles(parameter.Gradient)));
    }
}
