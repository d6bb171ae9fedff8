using Cellwright.Graphs;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Zoo;

/// <summary>Every cell of the zoo, interpreted and compiled, against what others computed.</summary>
public sealed class ZooCellTests
{
    public static TheoryData<string> Fixtures => [.. FixtureFile.PyTorchNames];

    public static TheoryData<string> Names => [.. Cell.Names];

    public static TheoryData<string, int> Cells()
    {
        TheoryData<string, int> cases = [];
        foreach (string name in Cell.Names)
        {
            cases.Add(name, 7);
            cases.Add(name, 19);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Interpreter_and_kernels_agree_with_PyTorch_in_outputs_states_and_all_gradients(string fixture)
    {
        FixtureFile file = new($"pytorch/{fixture}.safetensors");
        CellGraph cell = Cell.Named(string.Join('-', fixture.Split('-')[..^2])).Graph;
        int[] x = file.Shape("x");
        LayerHarness harness = new(cell, x[2], file.Hidden);
        Dictionary<string, double[]> tensors = file.Names.Where(name => !name.StartsWith("out.", StringComparison.Ordinal)).ToDictionary(name => name, file.Values);
        SequenceShape shape = new(x[0], x[1], file.Lengths);
        Dictionary<string, double[]> interpreted = harness.Interpret(shape, tensors);
        Dictionary<string, double[]> compiled = harness.Compile(shape, tensors, threads: 2);
        string[] expected = [.. file.Names.Where(name => name.StartsWith("out.", StringComparison.Ordinal))];
        // Outputs, states, gradients by x, the states and every parameter.
        expected.Length.ShouldBe(2 + (2 * cell.States.Count) + cell.Parameters.Count);
        foreach (string name in expected)
        {
            string key = name["out.".Length..];
            LayerHarness.Error(interpreted[key], file.Values(name)).ShouldBeLessThanOrEqualTo(1e-10, key);
            LayerHarness.Error(compiled[key], file.Values(name)).ShouldBeLessThanOrEqualTo(1e-5, key);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_cell_computes_what_its_hand_written_reference_does(string name, int hidden)
    {
        const int Steps = 13;
        ReferenceCell reference = ZooReference.Cells[name];
        CellGraph cell = Cell.Named(name).Graph;
        LayerHarness harness = new(cell, 5, hidden);
        Dictionary<string, double[]> tensors = harness.DrawReached(Steps, 1, seed: hidden);
        IReadOnlyList<IReadOnlyDictionary<string, double[]>> expected = ReferenceRun.Run(reference, cell, harness, tensors, Steps);
        Dictionary<string, double[]> actual = harness.Interpret(new SequenceShape(Steps, 1), tensors);
        cell.Output.Name.ShouldBe(reference.Output);
        cell.States.Select(state => state.Name).ShouldBe(reference.States, ignoreOrder: true);
        cell.Signals.Select(signal => signal.Name).ShouldBe(expected[0].Keys.Except(cell.Inputs.Select(input => input.Name)), ignoreOrder: true);
        for (int t = 0; t < Steps; t++)
        {
            int width = expected[t][reference.Output].Length;
            actual["y"].AsSpan(t * width, width).ToArray().ShouldBe(expected[t][reference.Output], 1e-12);
            foreach ((string signal, double[] values) in expected[t].Where(pair => cell.Inputs.All(input => input.Name != pair.Key)))
            {
                actual["trace." + signal].AsSpan(t * values.Length, values.Length).ToArray().ShouldBe(values, 1e-12);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derived_gradients_are_the_numerical_ones_of_the_hand_written_reference(string name)
    {
        const int Steps = 5;
        ReferenceCell reference = ZooReference.Cells[name];
        CellGraph cell = Cell.Named(name).Graph;
        LayerHarness harness = new(cell, 3, 4);
        Dictionary<string, double[]> tensors = harness.DrawReached(Steps, 1, seed: 21);
        Dictionary<string, double[]> derived = harness.Interpret(new SequenceShape(Steps, 1), tensors);
        double Loss()
        {
            IReadOnlyList<IReadOnlyDictionary<string, double[]>> run = ReferenceRun.Run(reference, cell, harness, tensors, Steps);
            double loss = run.SelectMany(step => step[reference.Output]).Zip(tensors["dy"], (y, dy) => y * dy).Sum();
            return loss + reference.States.Sum(state => run[^1][state].Zip(tensors["dstate." + state], (value, d) => value * d).Sum());
        }

        foreach ((string key, double[] gradient) in derived.Where(result => result.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            double[] numerical = NumericalGradient.Of(Loss, tensors[key["grad.".Length..]]);
            LayerHarness.Error(gradient, numerical).ShouldBeLessThanOrEqualTo(1e-6, key);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Kernels_equal_the_interpreter_within_float_precision(string name, int hidden)
    {
        LayerHarness harness = new(Cell.Named(name).Graph, 5, hidden);
        SequenceShape shape = new(13, 3, LayerHarness.MixedLengths(3, 13, hidden));
        Dictionary<string, double[]> tensors = harness.DrawReached(13, 3, seed: hidden);
        Dictionary<string, double[]> compiled = harness.Compile(shape, tensors, threads: 2);
        foreach ((string key, double[] values) in harness.Interpret(shape, tensors))
        {
            LayerHarness.Error(compiled[key], values).ShouldBeLessThanOrEqualTo(2e-5, key);
        }
    }
}
