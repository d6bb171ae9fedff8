using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tasks.Memory;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class GradientFlowTests
{
    [Theory]
    [InlineData("elman")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("lstm-peephole")]
    [InlineData("lstm-use-gate")]
    public void The_norm_at_a_lag_is_that_of_the_reference_gradient_over_so_many_steps(string name)
    {
        const int Steps = 7;
        const int Batch = 3;
        Cell cell = Cell.Named(name);
        LayerHarness harness = new(cell.Graph, input: 3, hidden: 5);
        Dictionary<string, double[]> tensors = harness.Draw(Steps, Batch, seed: 4);
        using Layer layer = Of(cell, harness, tensors);
        LayerState initial = Given(layer, tensors);
        int outputs = layer.OutputWidth;
        float[] dy = [.. tensors["dy"].Take(Batch * outputs).Select(value => (float)value)];

        GradientFlow flow = layer.GradientFlow([.. tensors[cell.Graph.Inputs[0].Name].Select(value => (float)value)], Steps, Batch, dy, initial);

        for (int lag = 1; lag <= Steps; lag++)
        {
            Dictionary<string, double[]> window = Window(harness, tensors, Steps - lag, lag, Batch, dy, outputs, cell);
            double whole = 0;
            foreach (CellState state in cell.Graph.States)
            {
                double[] gradient = window["grad.state." + state.Name];
                double norm = Math.Sqrt(gradient.Sum(each => each * each) / Batch);
                whole += norm * norm;
                flow[state.Name].Norm(lag).ShouldBe(norm, 1e-5 * Math.Max(norm, 1e-3));
            }

            flow.Whole.Norm(lag).ShouldBe(Math.Sqrt(whole), 1e-5 * Math.Sqrt(whole));
        }
    }

    [Fact]
    public void A_model_of_a_memory_task_is_measured_over_its_own_sequences_by_its_own_head()
    {
        using MemoryModel model = MemoryModel.Create(Cell.Named("gru"), new Dictionary<string, int> { ["hidden"] = 5 }, MemoryTask.Named("adding").Create(9), seed: 2, threads: 1);
        MemoryBatch sequences = new(model.Task, 3);
        sequences.Fill(new RandomStream(7, "probe sequences"), 0);
        float[] signs = new float[3];
        new RandomStream(7, "probe direction").FillNormal(signs, 0);
        float[] weights = model.Head.Weights.Values.ToArray();
        double length = Math.Sqrt(weights.Sum(weight => (double)weight * weight));
        float[] dy = [.. signs.SelectMany(sign => weights.Select(weight => (float)(Math.Sign(sign) * weight / length)))];
        GradientFlow expected = model.Layers.GradientFlow(sequences.Inputs, 9, 3, dy);

        GradientFlow flow = new GradientProbe { Length = 9, Batch = 3, Seed = 7 }.Measure(model);

        for (int lag = 1; lag <= 9; lag++)
        {
            flow["layer0.h"].Norm(lag).ShouldBe(expected["layer0.h"].Norm(lag), 1e-6 * expected["layer0.h"].Norm(lag));
        }
    }

    [Fact]
    public void A_gate_that_halves_the_state_halves_the_gradient_at_every_step_past_the_range_of_double_precision()
    {
        Cell cell = Cell.Parse("c = 0.5 * c[t-1] + w * x\nwidth c = input");
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = 3 });
        const int Steps = 1_500;

        StateGradient state = layer.GradientFlow(new float[Steps * 3], Steps, 1, [1, 2, 2])["c"];

        state.Log10Norm(1).ShouldBe(Math.Log10(1.5), 1e-7);
        state.Log10Norm(Steps).ShouldBe(Math.Log10(3) + (Steps * Math.Log10(0.5)), 1e-3);
        state.Norm(Steps).ShouldBe(0);
        Enumerable.Range(2, Steps - 1).ShouldAllBe(lag => Math.Abs(state.Factor(lag) - 0.5) < 1e-6);
        state.VanishesAt(1e-6).ShouldBe(21);
    }

    [Fact]
    public void The_product_of_the_factors_is_the_share_that_is_left()
    {
        StateGradient state = Probe("gru", bias: null)["h"];

        double product = Enumerable.Range(2, state.Length - 1).Aggregate(1.0, (left, lag) => left * state.Factor(lag));

        state.Relative(state.Length).ShouldBe(product, 1e-9 * product);
        Math.Pow(state.MeanFactor, state.Length - 1).ShouldBe(product, 1e-9 * product);
    }

    [Theory]
    [InlineData("elman", null, "h")]
    [InlineData("lstm", 0.0, "c")]
    [InlineData("lstm", 1.0, "c")]
    public void Over_200_steps_of_an_untrained_cell_that_forgets_the_gradient_falls_below_a_millionth(string cell, double? bias, string state) =>
        Probe(cell, bias)[state].Relative(200).ShouldBeLessThan(1e-6);

    [Fact]
    public void Over_200_steps_of_an_untrained_lstm_that_remembers_more_than_a_thousandth_of_the_gradient_is_left() =>
        Probe("lstm", bias: 5)["c"].Relative(200).ShouldBeGreaterThan(1e-3);

    [Fact]
    public void A_state_that_the_output_never_sees_has_no_gradient()
    {
        Cell cell = Cell.Parse("h = tanh(W x + U h[t-1])\ns = 0.5 * s[t-1] + x\nwidth s = input\noutput h");
        GradientFlow flow = new GradientProbe { Length = 5 }.Measure(cell, new Dictionary<string, int> { ["input"] = 2, ["hidden"] = 3 });

        flow["s"].FirstLag.ShouldBe(0);
        flow["s"].Relative(5).ShouldBe(0);
        flow["h"].FirstLag.ShouldBe(1);
    }

    [Fact]
    public void A_layer_that_reads_from_the_end_is_refused()
    {
        Dictionary<string, int> sizes = new() { ["input"] = 2, ["hidden"] = 3 };
        using BidirectionalLayer both = new(new Layer(Cell.Named("gru"), sizes), new Layer(Cell.Named("gru"), sizes));

        Should.Throw<NotSupportedException>(() => both.GradientFlow(new float[6], 3, 1, new float[6]));
    }

    private static GradientFlow Probe(string cell, double? bias) =>
        new GradientProbe { ForgetBias = bias }.Measure(Cell.Named(cell), new Dictionary<string, int> { ["input"] = 16, ["hidden"] = 32 });

    private static Layer Of(Cell cell, LayerHarness harness, Dictionary<string, double[]> tensors)
    {
        Layer layer = new(cell, harness.Sizes, threads: 1);
        foreach (Parameter parameter in layer.Parameters)
        {
            tensors[parameter.Name].Select(value => (float)value).ToArray().CopyTo(parameter.Values);
        }

        layer.Load();
        return layer;
    }

    private static LayerState Given(Layer layer, Dictionary<string, double[]> tensors)
    {
        LayerState state = layer.CreateState(3);
        foreach (string name in state.Names)
        {
            tensors["state." + name].Select(value => (float)value).ToArray().CopyTo(state[name]);
        }

        return state;
    }

    // The interpreter over the last steps alone, from the state that the first ones lead to.
    private static Dictionary<string, double[]> Window(
        LayerHarness harness, Dictionary<string, double[]> tensors, int first, int count, int batch, float[] dy, int outputs, Cell cell)
    {
        int input = harness.Sizes["input"];
        Dictionary<string, double[]> window = new(tensors) { [cell.Graph.Inputs[0].Name] = tensors[cell.Graph.Inputs[0].Name][(first * batch * input)..] };
        window["dy"] = [.. new double[(count - 1) * batch * outputs], .. dy.Select(value => (double)value)];
        if (first > 0)
        {
            Dictionary<string, double[]> before = new(tensors) { [cell.Graph.Inputs[0].Name] = tensors[cell.Graph.Inputs[0].Name][..(first * batch * input)] };
            Dictionary<string, double[]> reached = new CellInterpreter(cell.Graph, harness.Sizes).Run(new SequenceShape(first, batch), before);
            foreach (CellState state in cell.Graph.States)
            {
                window["state." + state.Name] = reached["state." + state.Name];
            }
        }

        foreach (CellState state in cell.Graph.States)
        {
            window.Remove("dstate." + state.Name);
        }

        return harness.Interpret(new SequenceShape(count, batch), window);
    }
}
