using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class ZoneoutTests
{
    // As the paper writes them, with the masks d as inputs: Krueger et al., 2017, for the LSTM its equations for c and h.
    private const string PaperLstm =
        """
        input x, d_h, d_c
        width d_h = hidden
        width d_c = hidden
        i = σ(W_i x + U_i h[t-1] + b_i)
        f = σ(W_f x + U_f h[t-1] + b_f)
        g = tanh(W_g x + U_g h[t-1] + b_g)
        o = σ(W_o x + U_o h[t-1] + b_o)
        c = d_c * c[t-1] + (1 - d_c) * (f * c[t-1] + i * g)
        h = d_h * h[t-1] + (1 - d_h) * (o * tanh(f * c[t-1] + i * g))
        """;

    private const string PaperGru =
        """
        input x, d_h
        width d_h = hidden
        r = σ(W_r x + U_r h[t-1] + b_r)
        z = σ(W_z x + U_z h[t-1] + b_z)
        n = tanh(W_n x + U_n (r * h[t-1]) + b_n)
        h = d_h * h[t-1] + (1 - d_h) * (z * h[t-1] + (1 - z) * n)
        """;

    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 5, ["hidden"] = 7 };

    [Theory]
    [InlineData("lstm", PaperLstm)]
    [InlineData("gru", PaperGru)]
    public void The_rewritten_cell_computes_the_papers_equations_and_their_gradients(string name, string paper)
    {
        CellGraph written = Cell.Parse(paper).Graph;
        CellGraph rewritten = Zoneout.InTraining(Cell.Named(name).Graph, written.States.Select(state => state.Name));
        SequenceShape shape = new(6, 3, new[] { 6, 2, 5 });
        Dictionary<string, double[]> tensors = new LayerHarness(Cell.Named(name).Graph, 5, 7).Draw(6, 3, seed: 41);
        Random random = new(42);
        foreach (CellState state in written.States)
        {
            tensors["d_" + state.Name] = tensors["zoneout." + state.Name] = [.. Enumerable.Range(0, 6 * 3 * 7).Select(_ => random.Next(2) + 0.0)];
        }

        Dictionary<string, double[]> expected = new CellInterpreter(written, Sizes, CellGradients.Derive(written)).Run(shape, tensors);
        Dictionary<string, double[]> actual = new CellInterpreter(rewritten, Sizes, CellGradients.Derive(rewritten)).Run(shape, tensors);
        string[] compared = [.. actual.Keys.Where(key => !key.StartsWith("trace.", StringComparison.Ordinal))];
        compared.ShouldBe(expected.Keys.Where(key => !key.StartsWith("trace.", StringComparison.Ordinal) && !key.StartsWith("grad.d_", StringComparison.Ordinal)), ignoreOrder: true);
        foreach (string key in compared)
        {
            LayerHarness.Error(actual[key], expected[key]).ShouldBeLessThanOrEqualTo(1e-14, key);
        }
    }

    [Fact]
    public void Equations_of_the_same_step_read_the_state_that_is_not_zoned_out()
    {
        // All of c is kept, so c never moves from 2; y still sees what the equation gives.
        CellGraph cell = Zoneout.InTraining(Cell.Parse("c = c[t-1] + W x\ny = 3 c\nstate c = 2\noutput y").Graph, ["c"]);
        Dictionary<string, double[]> results = new CellInterpreter(cell, new Dictionary<string, int> { ["input"] = 1, ["hidden"] = 1 }).Run(
            new SequenceShape(3, 1), new Dictionary<string, double[]> { ["x"] = [1, 10, 100], ["W"] = [1], ["zoneout.c"] = [1, 1, 1] });
        results["state.c"].ShouldBe([2.0]);
        results["y"].ShouldBe([9.0, 36, 306]);
        results["trace.c"].ShouldBe([3.0, 12, 102]);
    }

    [Fact]
    public void The_output_is_zoned_out_where_it_is_the_state_under_whatever_name()
    {
        foreach (string text in (string[])["h = h[t-1] + W x", "h = h[t-1] + W x\ny = h\noutput y"])
        {
            CellGraph cell = Zoneout.InTraining(Cell.Parse(text).Graph, ["h"]);
            Dictionary<string, double[]> results = new CellInterpreter(cell, new Dictionary<string, int> { ["input"] = 1, ["hidden"] = 1 }).Run(
                new SequenceShape(3, 1), new Dictionary<string, double[]> { ["x"] = [1, 10, 100], ["W"] = [1], ["zoneout.h"] = [0, 1, 0] });
            results["y"].ShouldBe([1.0, 1, 101]);
            results["state.h"].ShouldBe([101.0]);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void The_cell_in_use_is_a_plain_cell_with_the_same_bits()
    {
        LayerRegularization zoneout = new() { Zoneout = new Dictionary<string, double> { ["h"] = 0.1, ["c"] = 0.45 } };
        Cell lstm = Cell.Named("lstm");
        using Layer layer = new(lstm, Sizes, 1, regularization: zoneout);
        layer.GraphInUse.Masks.ShouldBeEmpty();
        LayerHarness plain = new(layer.GraphInUse, 5, 7);
        Dictionary<string, double[]> tensors = plain.Draw(8, 3, seed: 43);
        SequenceShape shape = new(8, 3, new[] { 8, 1, 5 });
        Dictionary<string, double[]> expected = plain.Compile(shape, tensors, threads: 1, trace: false);
        foreach ((string key, double[] values) in SequenceHarness.Run(layer, shape, tensors))
        {
            values.ShouldBe(expected[key], key);
        }
    }

    [Fact]
    public void Use_after_training_and_training_after_use_fill_the_masks_anew()
    {
        LayerRegularization zoneout = new() { Zoneout = new Dictionary<string, double> { ["h"] = 0.5 } };
        using Layer layer = new(Cell.Named("gru"), Sizes, 2, regularization: zoneout);
        using Layer fresh = new(Cell.Named("gru"), Sizes, 2, regularization: zoneout);
        layer.Initialize(1);
        fresh.Initialize(1);
        float[] x = [.. Enumerable.Range(0, 6 * 3 * 5).Select(i => MathF.Sin(i))];
        float[] Run(Layer which, int? step, int steps)
        {
            float[] y = new float[steps * 3 * 7];
            which.TrainingStep = step;
            which.Forward(x.AsSpan(0, steps * 3 * 5), steps, 3, [], null, y, null);
            return y;
        }

        float[] use = Run(fresh, null, 6);
        Run(layer, null, 2).ShouldBe(use[..(2 * 3 * 7)]);
        Run(layer, null, 6).ShouldBe(use);
        float[] training = Run(layer, 7, 6);
        training.ShouldNotBe(use);
        Run(layer, null, 6).ShouldBe(use);
        Run(layer, 8, 6).ShouldNotBe(training);
        Run(layer, 7, 6).ShouldBe(training);
    }

    [Fact]
    public void The_expectation_of_training_is_use()
    {
        // Linear in the state, so the mean over many draws is exact but for chance: 20,000 of them, six standard errors.
        Cell cell = Cell.Parse("h = 0.5 h[t-1] + W x");
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = 1, ["hidden"] = 200 }, 1, regularization: new() { Zoneout = new Dictionary<string, double> { ["h"] = 0.3 } });
        layer.Parameters[0].Values.Fill(1f);
        layer.Load();
        float[] x = new float[5 * 100];
        Array.Fill(x, 1f);
        float[] y = new float[5 * 100 * 200];
        layer.Forward(x, 5, 100, [], null, y, null);
        float use = y[^1];
        layer.TrainingStep = 0;
        layer.Forward(x, 5, 100, [], null, y, null);
        float[] last = y[(4 * 100 * 200)..];
        double mean = last.Average();
        double deviation = Math.Sqrt(last.Select(value => (value - mean) * (value - mean)).Average());
        deviation.ShouldBeGreaterThan(0.05);
        mean.ShouldBe(use, 6 * deviation / Math.Sqrt(last.Length));
    }
}
