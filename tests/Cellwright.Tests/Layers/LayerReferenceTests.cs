using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tests.Zoo;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

/// <summary>Every kind of layer in double precision against numerical differences and PyTorch, and compiled against that.</summary>
public sealed class LayerReferenceTests
{
    public static TheoryData<string> Samples => LayerSample.Names;

    public static TheoryData<string> PyTorchCells => ["lstm", "gru-reset-after", "elman", "elman-relu"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Gradients_of_the_reference_equal_numerical_ones(string name)
    {
        LayerSample sample = LayerSample.All[name];
        SequenceShape shape = new(4, 3, new[] { 4, 1, 3 });
        Dictionary<string, double[]> tensors = sample.Plain.Draw(shape, seed: 21, sample.GivesStates);
        Dictionary<string, double[]> results = sample.Plain.Run(shape, tensors, sample.TrainingStep);
        Random random = new(22);
        foreach ((string key, double[] gradient) in results.Where(result => result.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            if (!tensors.TryGetValue(key["grad.".Length..], out double[]? values))
            {
                continue;
            }

            // Along random directions: every element counts in each.
            double[] before = [.. values];
            for (int round = 0; round < 3; round++)
            {
                double[] direction = [.. values.Select(_ => random.NextDouble() - 0.5)];
                double At(double step)
                {
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] = before[i] + (step * direction[i]);
                    }

                    double loss = sample.Plain.Loss(shape, tensors, sample.TrainingStep);
                    before.CopyTo(values, 0);
                    return loss;
                }

                const double Step = 1e-3;
                double numerical = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
                LayerHarness.Error([PlainLayer.Dot(gradient, direction)], [numerical]).ShouldBeLessThanOrEqualTo(1e-7, key);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Compiled_layers_equal_the_reference(string name)
    {
        LayerSample sample = LayerSample.All[name];
        SequenceShape shape = new(13, 4, new[] { 6, 13, 1, 9 });
        Dictionary<string, double[]> tensors = sample.Plain.Draw(shape, seed: 23, sample.GivesStates);
        Dictionary<string, double[]> expected = sample.Plain.Run(shape, tensors, sample.TrainingStep);
        Dictionary<string, double[]> actual = sample.Run(threads: 2, shape, tensors);
        actual.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string key, double[] values) in expected)
        {
            LayerHarness.Error(actual[key], values).ShouldBeLessThanOrEqualTo(1e-5, key);
        }
    }

    [Theory]
    [MemberData(nameof(PyTorchCells))]
    public void Two_bidirectional_layers_in_double_agree_with_PyTorch(string name)
    {
        FixtureFile file = new($"pytorch-layers/{name}.safetensors");
        PlainBidirectional Both(int input) => new(new PlainCell(Cell.Named(name), input, 7), new PlainCell(Cell.Named(name), input, 7));
        Dictionary<string, double[]> tensors = file.Names.ToDictionary(tensor => tensor, file.Values);
        Compare(new PlainStack(residual: false, Both(5), Both(14)).Run(Shape(file), tensors, trainingStep: null), file, 1e-10);
    }

    [Theory]
    [MemberData(nameof(PyTorchCells))]
    public void Two_compiled_bidirectional_layers_agree_with_PyTorch(string name)
    {
        FixtureFile file = new($"pytorch-layers/{name}.safetensors");
        Layer One(int input) => new(Cell.Named(name), new Dictionary<string, int> { ["input"] = input, ["hidden"] = 7 }, 2);
        using LayerStack stack = new([new BidirectionalLayer(One(5), One(5)), new BidirectionalLayer(One(14), One(14))]);
        Dictionary<string, double[]> tensors = file.Names.ToDictionary(tensor => tensor, file.Values);
        Compare(SequenceHarness.Run(stack, Shape(file), tensors), file, 1e-5);
    }

    private static SequenceShape Shape(FixtureFile file) => new(file.Shape("x")[0], file.Shape("x")[1], file.Lengths);

    private static void Compare(Dictionary<string, double[]> actual, FixtureFile file, double tolerance)
    {
        string[] expected = [.. file.Names.Where(tensor => tensor.StartsWith("out.", StringComparison.Ordinal))];
        actual.Keys.ShouldBe(expected.Select(tensor => tensor["out.".Length..]), ignoreOrder: true);
        foreach (string tensor in expected)
        {
            string key = tensor["out.".Length..];
            LayerHarness.Error(actual[key], file.Values(tensor)).ShouldBeLessThanOrEqualTo(tolerance, key);
        }
    }
}
