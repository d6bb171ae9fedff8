using Cellwright.Graphs;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Zoo;

/// <summary>Every cell of the zoo, interpreted and compiled, against what others computed.</summary>
public sealed class ZooCellTests
{
    public static TheoryData<string> Fixtures => [.. FixtureFile.PyTorchNames];

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
        LayerHarness harness = new(cell, x[2], file.Shape("out.y")[2]);
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
        const int Input = 5;
        const int Steps = 13;
        ReferenceCell reference = ZooReference.Cells[name];
        CellGraph cell = Cell.Named(name).Graph;
        LayerHarness harness = new(cell, Input, hidden);
        Dictionary<string, double[]> tensors = harness.Draw(Steps, 1, seed: hidden);
        reference.Parameters(Input, hidden).Select(parameter => parameter.Name).ShouldBe(cell.Parameters.Select(parameter => parameter.Name), ignoreOrder: true);
        Dictionary<string, double[,]> matrices = [];
        Dictionary<string, double[]> vectors = [];
        foreach ((string parameter, int rows, int columns) in reference.Parameters(Input, hidden))
        {
            tensors[parameter].Length.ShouldBe(rows * Math.Max(1, columns));
            if (columns == 0)
            {
                vectors[parameter] = tensors[parameter];
                continue;
            }

            matrices[parameter] = new double[rows, columns];
            Buffer.BlockCopy(tensors[parameter], 0, matrices[parameter], 0, rows * columns * sizeof(double));
        }

        double[] input = tensors[cell.Inputs[0].Name];
        double[][] x = [.. Enumerable.Range(0, Steps).Select(t => input.AsSpan(t * Input, Input).ToArray())];
        IReadOnlyList<IReadOnlyDictionary<string, double[]>> expected = reference.Run(
            new ReferenceWeights(matrices, vectors), x, reference.States.ToDictionary(state => state, state => tensors["state." + state]));
        Dictionary<string, double[]> actual = harness.Interpret(new SequenceShape(Steps, 1), tensors);
        cell.Output.Name.ShouldBe(reference.Output);
        cell.States.Select(state => state.Name).ShouldBe(reference.States, ignoreOrder: true);
        for (int t = 0; t < Steps; t++)
        {
            actual["y"].AsSpan(t * hidden, hidden).ToArray().ShouldBe(expected[t][reference.Output], 1e-12);
            foreach ((string signal, double[] values) in expected[t])
            {
                actual["trace." + signal].AsSpan(t * hidden, hidden).ToArray().ShouldBe(values, 1e-12);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Kernels_equal_the_interpreter_within_float_precision(string name, int hidden)
    {
        LayerHarness harness = new(Cell.Named(name).Graph, 5, hidden);
        SequenceShape shape = new(13, 3, LayerHarness.MixedLengths(3, 13, hidden));
        Dictionary<string, double[]> tensors = harness.Draw(13, 3, seed: hidden);
        Dictionary<string, double[]> compiled = harness.Compile(shape, tensors, threads: 2);
        foreach ((string key, double[] values) in harness.Interpret(shape, tensors))
        {
            LayerHarness.Error(compiled[key], values).ShouldBeLessThanOrEqualTo(2e-5, key);
        }
    }
}
