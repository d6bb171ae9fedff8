using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class StepEquationsTests
{
    [Fact]
    public void Numbers_stand_where_the_names_stood_in_the_order_of_the_text()
    {
        const string Text = "z = σ(W x + U h[t-1] + b)\nh = (1 - z) * h[t-1] + z * x\nwidth h, z = input";
        using Layer layer = new(Cell.Parse(Text), new Dictionary<string, int> { ["input"] = 2 });
        foreach ((string name, float[] values) in new (string, float[])[] { ("W", [1, 0, 0, 1]), ("U", [0, 0, 0, 0]), ("b", [-0.5f, 0]) })
        {
            values.CopyTo(layer.Parameters.Single(parameter => parameter.Name == name).Values);
        }

        layer.Load();
        LayerState initial = layer.CreateState(1);
        initial["h"].Fill(0.25f);
        StepEquations equations = new(layer.Trace([0.5f, 2, 1, 1], steps: 2, initial: initial));

        equations.At(step: 0, unit: 0).Select(equation => (equation.Name, equation.Text, equation.Value)).ShouldBe(
        [
            ("z", "σ(0.5 + 0 - 0.5)", 0.5f),
            ("h", "(1 - 0.5) * 0.25 + 0.5 * 0.5", 0.375f),
        ]);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru-reset-after")]
    [InlineData("lstm-use-gate")]
    [InlineData("memory-gru")]
    public void Values_have_the_bits_of_the_trace(string name)
    {
        using Layer layer = new(Cell.Named(name), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 });
        layer.Initialize(seed: 5);
        Trace trace = layer.Trace([.. Enumerable.Range(0, 18).Select(i => MathF.Sin(i))], steps: 6);

        IReadOnlyList<StepEquation> equations = new StepEquations(trace).At(step: 4, unit: 3);

        equations.Select(equation => (equation.Name, equation.Value)).ShouldBe(trace.Signals.Select(signal => (signal.Name, trace.At(signal.Name, 4)[3])));
        equations.ShouldAllBe(equation => equation.Mathml.StartsWith("<math", StringComparison.Ordinal) && !equation.Mathml.Contains("<mi>W", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_cell_of_the_zoo_with_one_input_has_equations_of_every_signal()
    {
        foreach (Cell cell in Cell.Names.Select(Cell.Named).Where(cell => cell.Graph.Inputs.Count == 1))
        {
            Dictionary<string, int> sizes = new() { ["input"] = 4, ["hidden"] = 8 };
            CellSizes.Complete(cell, sizes);
            if (!CellSizes.Fit(cell, sizes))
            {
                continue;
            }

            using Layer layer = new(cell, sizes, threads: 1);
            layer.Initialize(seed: 1);
            StepEquations equations = new(layer.Trace(new float[3 * layer.InputWidth], steps: 3));

            equations.At(step: 2, unit: 0).Count.ShouldBe(cell.Graph.Signals.Count, cell.Name);
        }
    }
}
