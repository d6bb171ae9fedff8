using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public class LayerAgainstInterpreterTests
{
    public static TheoryData<string, int, int> Cases()
    {
        TheoryData<string, int, int> cases = [];
        foreach ((string name, _) in SampleGraphs.All)
        {
            cases.Add(name, 5, 7);
            cases.Add(name, 5, 19);
            cases.Add(name, 16, 32);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compiled_cells_equal_the_interpreter(string name, int input, int hidden)
    {
        CellGraph cell = SampleGraphs.All.Single(sample => sample.Name == name).Cell;
        LayerHarness harness = new(cell, input, hidden);
        SequenceShape shape = new(13, 3, LayerHarness.MixedLengths(3, 13, 7));
        Dictionary<string, double[]> tensors = harness.Draw(13, 3, seed: hidden);
        Dictionary<string, double[]> expected = harness.Interpret(shape, tensors);
        Dictionary<string, double[]> actual = harness.Compile(shape, tensors, threads: 2);
        foreach ((string key, double[] values) in expected)
        {
            actual.ShouldContainKey(key);
            LayerHarness.Error(actual[key], values).ShouldBeLessThanOrEqualTo(2e-5, key);
        }
    }

    // A gradient that is a part of another lies inside it, which must then outlive the loop too.
    [Theory]
    [InlineData("width h = 2*hidden\nk = 0.5 k[t-1] + K x\nh = [q, k] * [k, k]")]
    [InlineData("width s = 2*hidden\nk = tanh(W x)\ns = [q, k]\nh = V s[t-1]")]
    [InlineData("blocks R = 2\nwidth x = hidden\nh = tanh(R [h[t-1], x] + b)")]
    [InlineData("width s = input + hidden\nk = K x\ns = [x, k]\nh = tanh(V s[t-1]) + W x")]
    public void Parts_of_a_concatenation_have_their_gradients(string text)
    {
        LayerHarness harness = new(Cell.Parse(text).Graph, 5, 8);
        SequenceShape shape = new(6, 3, LayerHarness.MixedLengths(3, 6, 7));
        Dictionary<string, double[]> tensors = harness.Draw(6, 3, seed: 7);
        Dictionary<string, double[]> expected = harness.Interpret(shape, tensors);
        Dictionary<string, double[]> actual = harness.Compile(shape, tensors, threads: 2);
        foreach ((string key, double[] values) in expected)
        {
            actual.ShouldContainKey(key);
            LayerHarness.Error(actual[key], values).ShouldBeLessThanOrEqualTo(2e-5, key);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Derived_gradients_equal_numerical_ones(string name, int input, int hidden)
    {
        if (hidden != 7)
        {
            return;
        }

        CellGraph cell = SampleGraphs.All.Single(sample => sample.Name == name).Cell;
        LayerHarness harness = new(cell, input, hidden);
        SequenceShape shape = new(4, 2, new[] { 4, 2 });
        Dictionary<string, double[]> tensors = harness.Draw(4, 2, seed: hidden);
        Dictionary<string, double[]> results = harness.Interpret(shape, tensors);
        CellInterpreter forward = new(cell, new Dictionary<string, int> { ["input"] = input, ["hidden"] = hidden });
        double Loss()
        {
            Dictionary<string, double[]> run = forward.Run(shape, tensors);
            double loss = 0;
            int width = run["y"].Length / 8;
            for (int i = 0; i < run["y"].Length; i++)
            {
                int sequence = i / width % 2;
                loss += i / width / 2 < shape.Length(sequence) ? run["y"][i] * tensors["dy"][i] : 0;
            }

            return loss + cell.States.Sum(state => run["state." + state.Name].Zip(tensors["dstate." + state.Name], (a, b) => a * b).Sum());
        }

        foreach ((string key, double[] gradient) in results.Where(result => result.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            double[] numerical = NumericalGradient.Of(Loss, tensors[key["grad.".Length..]]);
            LayerHarness.Error(gradient, numerical).ShouldBeLessThanOrEqualTo(1e-6, key);
        }
    }
}
