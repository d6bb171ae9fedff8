using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tests.Zoo;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class LayerStackTests
{
    private const int Input = 5;
    private const int Hidden = 7;

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru-reset-after")]
    [InlineData("elman")]
    public void Two_bidirectional_layers_agree_with_PyTorch(string name)
    {
        FixtureFile file = new($"pytorch-layers/{name}.safetensors");
        using LayerStack stack = new([Both(name, Input, 2), Both(name, 2 * Hidden, 2)]);
        Dictionary<string, double[]> actual = Run(stack, file.Lengths, file.Values);
        string[] expected = [.. file.Names.Where(tensor => tensor.StartsWith("out.", StringComparison.Ordinal))];
        expected.Length.ShouldBe(actual.Count);
        foreach (string tensor in expected)
        {
            string key = tensor["out.".Length..];
            LayerHarness.Error(actual[key], file.Values(tensor)).ShouldBeLessThanOrEqualTo(1e-5, key);
        }
    }

    [Fact]
    public void Gradients_through_a_residual_stack_of_three_cells_equal_numerical_ones()
    {
        using LayerStack stack = new(
            [
                new Layer(Cell.Named("elman"), Sizes(Input), 1),
                new Layer(Cell.Named("gru"), Sizes(Hidden), 1),
                new BidirectionalLayer(new Layer(Cell.Named("lstm"), Sizes(Hidden), 1), new Layer(Cell.Named("gru-update-only"), Sizes(Hidden), 1)),
            ],
            residual: true);
        stack.Initialize(4);
        Random random = new(5);
        int[] lengths = [4, 2, 3];
        Dictionary<string, double[]> tensors = [];
        double[] Values(string key)
        {
            if (!tensors.TryGetValue(key, out double[]? values))
            {
                Parameter? parameter = stack.Parameters.FirstOrDefault(each => each.Name == key);
                int length = key switch
                {
                    "x" => 4 * 3 * Input,
                    "dy" => 4 * 3 * 2 * Hidden,
                    _ => parameter is null ? 3 * Hidden : parameter.Rows * parameter.Columns,
                };
                values = tensors[key] = [.. Enumerable.Range(0, length).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
            }

            return values;
        }

        Dictionary<string, double[]> results = Run(stack, lengths, Values);
        double Loss()
        {
            Dictionary<string, double[]> run = Run(stack, lengths, Values);
            double loss = run["y"].Zip(Values("dy"), (a, b) => a * b).Sum();
            return loss + stack.StateWidths.Sum(state => run["state." + state.Name].Zip(Values("dstate." + state.Name), (a, b) => a * b).Sum());
        }

        // Single precision forward: differences over a wide step, along random directions, one for each tensor.
        foreach ((string key, double[] gradient) in results.Where(result => result.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            double[] values = Values(key["grad.".Length..]);
            double[] before = [.. values];
            double[] direction = [.. values.Select(_ => random.NextDouble() - 0.5)];
            double At(double step)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = before[i] + (step * direction[i]);
                }

                double loss = Loss();
                before.CopyTo(values, 0);
                return loss;
            }

            const double Step = 0.02;
            double numerical = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
            double derived = gradient.Zip(direction, (a, b) => a * b).Sum();
            derived.ShouldBe(numerical, 2e-4 * Math.Max(1, Math.Abs(numerical)), key);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Threads_change_no_bit_of_a_bidirectional_stack()
    {
        FixtureFile file = new("pytorch-layers/lstm.safetensors");
        using LayerStack one = new([Both("lstm", Input, 1), Both("lstm", 2 * Hidden, 1)]);
        using LayerStack two = new([Both("lstm", Input, 2), Both("lstm", 2 * Hidden, 2)]);
        Dictionary<string, double[]> expected = Run(one, file.Lengths, file.Values);
        foreach ((string key, double[] values) in Run(two, file.Lengths, file.Values))
        {
            values.ShouldBe(expected[key], key);
        }
    }

    [Fact]
    public void Equal_layers_of_a_stack_are_drawn_differently()
    {
        using LayerStack stack = new([new Layer(Cell.Named("gru"), Sizes(Hidden), 1), new Layer(Cell.Named("gru"), Sizes(Hidden), 1)]);
        stack.Initialize(1);
        stack.Parameters.Single(parameter => parameter.Name == "layer0.W_z").Values.ToArray()
            .ShouldNotBe(stack.Parameters.Single(parameter => parameter.Name == "layer1.W_z").Values.ToArray());
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        using Layer narrow = new(Cell.Named("gru"), Sizes(Input), 1);
        Should.Throw<ArgumentException>(() => new LayerStack([narrow, narrow])).Message.ShouldStartWith("layer 1 reads 5 values where the one below gives 7");
        Should.Throw<ArgumentException>(() => new LayerStack([])).Message.ShouldStartWith("a stack needs at least one layer");
    }

    private static Dictionary<string, int> Sizes(int input) => new() { ["input"] = input, ["hidden"] = Hidden };

    private static BidirectionalLayer Both(string name, int input, int threads) =>
        new(new Layer(Cell.Named(name), Sizes(input), threads), new Layer(Cell.Named(name), Sizes(input), threads));

    private static Dictionary<string, double[]> Run(SequenceLayer layer, int[] lengths, Func<string, double[]> tensors)
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            LayerHarness.Floats(tensors(parameter.Name)).CopyTo(parameter.Values);
        }

        layer.Load();
        int batch = lengths.Length;
        int steps = tensors("x").Length / (batch * layer.InputWidth);
        LayerState initial = layer.CreateState(batch);
        LayerState final = layer.CreateState(batch);
        LayerState dFinal = layer.CreateState(batch);
        LayerState dInitial = layer.CreateState(batch);
        foreach (string state in initial.Names)
        {
            LayerHarness.Floats(tensors("state." + state)).CopyTo(initial[state]);
            LayerHarness.Floats(tensors("dstate." + state)).CopyTo(dFinal[state]);
        }

        float[] y = new float[steps * batch * layer.OutputWidth];
        float[] dx = new float[steps * batch * layer.InputWidth];
        layer.Forward(LayerHarness.Floats(tensors("x")), steps, batch, lengths, initial, y, final);
        layer.Backward(LayerHarness.Floats(tensors("dy")), dFinal, dx, dInitial);
        Dictionary<string, double[]> results = new() { ["y"] = LayerHarness.Doubles(y), ["grad.x"] = LayerHarness.Doubles(dx) };
        foreach (string state in initial.Names)
        {
            results["state." + state] = LayerHarness.Doubles(final[state]);
            results["grad.state." + state] = LayerHarness.Doubles(dInitial[state]);
        }

        foreach (Parameter parameter in layer.Parameters)
        {
            results["grad." + parameter.Name] = LayerHarness.Doubles(parameter.Gradient);
        }

        return results;
    }
}
