using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

[Trait("Category", "SameBits")]
public sealed class SymbolRowsTests
{
    private const int Symbols = 7;

    public static TheoryData<string, int, int> Cases()
    {
        TheoryData<string, int, int> cases = [];
        foreach ((string name, CellGraph cell) in SampleGraphs.All)
        {
            if (cell.Inputs.Count == 1)
            {
                cases.Add(name, 5, 19);
            }
        }

        foreach (string name in Cell.Names.Where(name => Cell.Named(name).Graph.Inputs.Count == 1))
        {
            cases.Add(name, 17, 33);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Symbols_give_the_bits_of_their_rows_forward_and_the_gradients_of_the_reference(string name, int input, int hidden)
    {
        CellGraph cell = SampleGraphs.All.FirstOrDefault(sample => sample.Name == name).Cell ?? Cell.Named(name).Graph;
        LayerHarness harness = new(cell, input, hidden);
        foreach (SequenceShape shape in (SequenceShape[])[new(9, 5), new(9, 5, LayerHarness.MixedLengths(5, 9, 3))])
        {
            Dictionary<string, double[]> tensors = harness.DrawReached(9, 5, seed: 21);
            int width = harness.Size(cell.Inputs[0].Node.Shape.Rows);
            Random random = new(22);
            Parameter table = new("table", Symbols, width, isBias: false);
            foreach (ref float value in table.Values)
            {
                value = random.NextSingle() - 0.5f;
            }

            // The last symbol does not occur.
            int[] symbols = [.. Enumerable.Range(0, 45).Select(_ => random.Next(Symbols - 1))];
            tensors[cell.Inputs[0].Name] = [.. symbols.SelectMany(symbol => LayerHarness.Doubles(table.Values.Slice(symbol * width, width)))];
            Dictionary<string, double[]> plain = harness.Compile(shape, tensors, threads: 2, trace: false);
            Dictionary<string, double[]> reference = Reference(cell, harness, shape, tensors, symbols, width);
            Dictionary<string, double[]> one = Run(cell, harness, shape, tensors, table, symbols, threads: 1);
            foreach ((string key, double[] values) in one)
            {
                if (!key.StartsWith("grad.", StringComparison.Ordinal) || key.StartsWith("grad.state.", StringComparison.Ordinal))
                {
                    values.ShouldBe(plain[key], key);
                }
                else
                {
                    LayerHarness.Error(values, reference[key]).ShouldBeLessThanOrEqualTo(1e-5, key);
                }
            }

            foreach (int threads in (int[])[2, 3])
            {
                foreach ((string key, double[] values) in Run(cell, harness, shape, tensors, table, symbols, threads))
                {
                    values.ShouldBe(one[key], key);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_stream_of_symbols_gives_the_bits_of_their_rows(string name, int input, int hidden)
    {
        CellGraph cell = SampleGraphs.All.FirstOrDefault(sample => sample.Name == name).Cell ?? Cell.Named(name).Graph;
        LayerHarness harness = new(cell, input, hidden);
        using Layer layer = harness.Layer(harness.Draw(1, 1, seed: 24), threads: 1, trace: false);
        Parameter table = new("table", Symbols, layer.InputWidth, isBias: false);
        (float[] expected, float[] y) = (new float[layer.OutputWidth], new float[layer.OutputWidth]);
        foreach (StreamOptions options in (StreamOptions[])[new(), new() { Weights = WeightFormat.BFloat16 }, new() { Threads = 2, LeastBytes = 0 }])
        {
            using LayerStream values = layer.CreateStream(options);
            using LayerStream symbols = layer.CreateStream(options);
            for (int t = 0; t < 16; t++)
            {
                if (t % 8 == 0)
                {
                    // New values, which come with a load: what was kept of the old ones is gone.
                    for (int i = 0; i < table.Values.Length; i++)
                    {
                        table.Values[i] = MathF.Sin(i + t);
                    }

                    layer.Load();
                }

                int symbol = t * t % Symbols;
                values.Step(table.Values.Slice(symbol * table.Columns, table.Columns), expected);
                symbols.StepSymbol(table, symbol, y);
                y.ShouldBe(expected);
            }

            foreach (string state in values.State.Names)
            {
                symbols.State[state].ToArray().ShouldBe(values.State[state].ToArray());
            }
        }
    }

    [Fact]
    public void A_step_of_a_symbol_allocates_nothing()
    {
        using Layer layer = new(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 20 }, threads: 1);
        Parameter table = new("table", Symbols, 3, isBias: false);
        using LayerStream stream = layer.CreateStream();
        float[] y = new float[20];
        int symbol = 0;
        StepAllocation.Least(1000, () => stream.StepSymbol(table, symbol++ % Symbols, y)).ShouldBe(0);
    }

    [Fact]
    public void A_symbol_outside_the_table_is_refused()
    {
        using Layer layer = new(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 }, threads: 1);
        Parameter table = new("table", 5, 3, isBias: false);
        foreach (int symbol in (int[])[-1, 5])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => layer.ForwardSymbols(table, [0, symbol], 2, 1, [], null, new float[8], null));
        }
    }

    [Fact]
    public void Values_after_symbols_are_run_as_values()
    {
        using Layer layer = new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 }, threads: 2);
        layer.Initialize(1);
        float[] x = [.. Enumerable.Range(0, 18).Select(i => MathF.Cos(i))];
        (float[] first, float[] second, float[] dx, float[] again) = (new float[24], new float[24], new float[18], new float[18]);
        layer.Forward(x, 3, 2, [], null, first, null);
        layer.Backward(first, null, dx, null);
        float[] gradient = layer.Parameters[0].Gradient.ToArray();
        layer.ForwardSymbols(new Parameter("table", 5, 3, isBias: false), [0, 1, 2, 3, 4, 0], 3, 2, [], null, second, null);
        layer.BackwardSymbols(first, adds: false);
        layer.Forward(x, 3, 2, [], null, second, null);
        layer.Backward(first, null, again, null);
        second.ShouldBe(first);
        again.ShouldBe(dx);
        layer.Parameters[0].Gradient.ToArray().ShouldBe(gradient);
    }

    private static Dictionary<string, double[]> Run(
        CellGraph cell, LayerHarness harness, SequenceShape shape, Dictionary<string, double[]> tensors, Parameter table, int[] symbols, int threads)
    {
        using Layer layer = harness.Layer(tensors, threads, trace: false);
        LayerState initial = layer.CreateState(shape.Batch);
        LayerState final = layer.CreateState(shape.Batch);
        foreach (CellState state in cell.States)
        {
            LayerHarness.Floats(tensors["state." + state.Name]).CopyTo(initial[state.Name]);
        }

        float[] y = new float[shape.Steps * shape.Batch * layer.OutputWidth];
        Dictionary<string, double[]> results = [];
        // Twice, so that nothing is left over from a run before; and the table's gradient is added once.
        foreach (bool adds in (bool[])[false, true])
        {
            layer.ForwardSymbols(table, symbols, shape.Steps, shape.Batch, shape.Lengths.Span, initial, y, final);
            table.Gradient.Fill(adds ? 1 : float.NaN);
            layer.BackwardSymbols(LayerHarness.Floats(tensors["dy"]), adds);
            if (!adds)
            {
                results["grad.table"] = LayerHarness.Doubles(table.Gradient);
            }
        }

        for (int i = 0; i < table.Gradient.Length; i++)
        {
            table.Gradient[i].ShouldBe(1 + (float)results["grad.table"][i]);
        }

        results["y"] = LayerHarness.Doubles(y);
        foreach (CellState state in cell.States)
        {
            results["state." + state.Name] = LayerHarness.Doubles(final[state.Name]);
        }

        foreach (Parameter parameter in layer.Parameters)
        {
            results["grad." + parameter.Name] = LayerHarness.Doubles(parameter.Gradient);
        }

        return results;
    }

    private static Dictionary<string, double[]> Reference(
        CellGraph cell, LayerHarness harness, SequenceShape shape, Dictionary<string, double[]> tensors, int[] symbols, int width)
    {
        Dictionary<string, double[]> given = new(tensors);
        foreach (CellState state in cell.States)
        {
            given.Remove("dstate." + state.Name);
        }

        Dictionary<string, double[]> results = harness.Interpret(shape, given);
        double[] table = new double[Symbols * width];
        double[] dx = results["grad." + cell.Inputs[0].Name];
        for (int i = 0; i < dx.Length; i++)
        {
            table[(symbols[i / width] * width) + (i % width)] += dx[i];
        }

        results["grad.table"] = table;
        return results;
    }
}
