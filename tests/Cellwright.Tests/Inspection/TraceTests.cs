using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class TraceTests
{
    [Theory]
    [InlineData("lstm")]
    [InlineData("gru-reset-after")]
    [InlineData("lstm-cell-recurrent")]
    public void Every_signal_is_that_of_the_reference(string name)
    {
        Cell cell = Cell.Named(name);
        LayerHarness harness = new(cell.Graph, input: 3, hidden: 6);
        Dictionary<string, double[]> tensors = harness.Draw(steps: 9, batch: 2, seed: 2);
        foreach (CellState state in cell.Graph.States)
        {
            tensors.Remove("state." + state.Name);
        }

        using Layer layer = new(cell, harness.Sizes);
        foreach (Parameter parameter in layer.Parameters)
        {
            tensors[parameter.Name].Select(value => (float)value).ToArray().CopyTo(parameter.Values);
        }

        layer.Load();
        Trace trace = layer.Trace([.. tensors["x"].Select(value => (float)value)], steps: 9, batch: 2);

        Dictionary<string, double[]> reference = harness.Interpret(new SequenceShape(9, 2), tensors);
        trace.Signals.Select(signal => signal.Name).ShouldBe(cell.Graph.Signals.Select(signal => signal.Name));
        foreach (SignalTrace signal in trace.Signals)
        {
            LayerHarness.Error([.. signal.Values.ToArray().Select(value => (double)value)], reference["trace." + signal.Name]).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    public void A_step_reads_of_a_state_what_the_step_before_wrote()
    {
        using Layer layer = new(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 2, ["hidden"] = 3 });
        layer.Initialize(seed: 3);
        LayerState initial = layer.CreateState(2);
        initial["h"].Fill(0.25f);

        Trace trace = layer.Trace([.. Enumerable.Range(0, 16).Select(i => (i % 5) - 2f)], steps: 4, batch: 2, initial: initial);

        trace.Before("h", step: 0, sequence: 1).ToArray().ShouldBe([0.25f, 0.25f, 0.25f]);
        trace.Before("h", step: 3, sequence: 1).ToArray().ShouldBe(trace.At("h", step: 2, sequence: 1).ToArray());
        trace.InputAt(step: 3, sequence: 1).ToArray().ShouldBe([2f, -2f]);
        trace["h"].IsState.ShouldBeTrue();
        trace["z"].IsState.ShouldBeFalse();
        trace.Output.ToArray().ShouldBe(trace["h"].Values.ToArray());
    }
}
