using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class BatchTurnTests
{
    private const int Input = 5;
    private const int Hidden = 19;
    private const int Steps = 5;
    private const int Batch = 2;

    private readonly float[] x = [.. Enumerable.Range(0, Steps * Batch * Input).Select(i => MathF.Sin(i))];
    private readonly float[] dx = new float[Steps * Batch * Input];
    private readonly float[] y = new float[Steps * Batch * Hidden];

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_batch_that_was_begun_and_not_run_is_not_run_backward(int recompute)
    {
        using Layer layer = New(recompute);
        RefusesBackward(layer);
        layer.Begin(Steps, Batch, [], null);
        RefusesBackward(layer);
        layer.SetInput(0, x);
        RefusesBackward(layer);
        layer.Run(y, null);
        layer.Backward(y, null, dx, null);

        // The batch that was run is gone once the next one is begun.
        layer.Begin(Steps, Batch, [], null);
        RefusesBackward(layer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_batch_whose_outputs_had_no_room_is_not_run_backward(int recompute)
    {
        using Layer layer = New(recompute);
        Should.Throw<ArgumentException>(() => layer.Forward(x, Steps, Batch, [], null, new float[1], null)).Message.ShouldStartWith("'y' has 1 elements");
        RefusesBackward(layer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_needs_a_batch_says_so_where_none_was_begun(int recompute)
    {
        using Layer layer = New(recompute);
        Should.Throw<InvalidOperationException>(() => layer.SetInput(0, [])).Message.ShouldBe("begin a batch before giving it inputs or running it");
        Should.Throw<InvalidOperationException>(() => layer.Run([], null)).Message.ShouldBe("begin a batch before giving it inputs or running it");
        Should.Throw<InvalidOperationException>(() => layer.GetTrace(0, [])).Message.ShouldBe("run a batch forward before taking out its signals");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_gradient_by_an_input_is_given_out_once_the_batch_was_run_backward(int recompute)
    {
        using Layer layer = New(recompute);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        Should.Throw<InvalidOperationException>(() => layer.GetInputGradient(0, dx)).Message
            .ShouldBe("run a batch backward before taking out the gradient by an input");
        layer.Backward(y, null, dx, null);
        Should.Throw<InvalidOperationException>(() => layer.GetInputGradient(0, dx)).Message.ShouldStartWith("the backward pass has given out");
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, null, [], null);
        float[] later = new float[dx.Length];
        layer.GetInputGradient(0, later);
        later.ShouldBe(dx);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_batch_is_run_backward_once_and_not_run_on_from_there(int recompute)
    {
        using Layer layer = New(recompute);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, null, dx, null);
        Should.Throw<InvalidOperationException>(() => layer.Backward(y, null, dx, null)).Message.ShouldStartWith("the batch was run backward already");
        Should.Throw<InvalidOperationException>(() => layer.SetInput(0, x)).Message.ShouldBe("begin a batch before giving it inputs or running it");
        Should.Throw<InvalidOperationException>(() => layer.Run(y, null)).Message.ShouldBe("begin a batch before giving it inputs or running it");
        float[] first = [.. dx];
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, null, dx, null);
        dx.ShouldBe(first);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_gradient_of_the_wrong_length_is_refused_before_the_batch_is_run_backward(int recompute)
    {
        using Layer layer = New(recompute);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        Should.Throw<ArgumentException>(() => layer.Backward(y, null, new float[1], null)).Message.ShouldStartWith("'dx' has 1 elements");
        Should.Throw<ArgumentException>(() => layer.Backward(new float[1], null, dx, null)).Message.ShouldStartWith("'dy' has 1 elements");
        layer.Backward(y, null, dx, null);
    }

    [Fact]
    public void A_signal_is_not_written_where_it_has_no_room()
    {
        using Layer layer = new(Cell.Named("lstm"), Sizes(), threads: 1, trace: true);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        Should.Throw<ArgumentException>(() => layer.GetTrace(0, new float[(Steps * Batch * Hidden) - 1])).Message.ShouldStartWith("'values' has 189 elements");
        layer.GetTrace(0, new float[Steps * Batch * Hidden]);
    }

    [Fact]
    public void A_layer_that_computes_again_refuses_to_do_so_with_other_parameters()
    {
        using Layer layer = New(recompute: 2);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Initialize(2);
        Should.Throw<InvalidOperationException>(() => layer.Backward(y, null, dx, null)).Message.ShouldStartWith("parameters were loaded since the batch was begun");

        // A batch that is only run forward keeps nobody from loading, and the next one runs with what was loaded.
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, null, dx, null);
    }

    [Fact]
    public void A_layer_that_keeps_everything_takes_parameters_before_it_runs_backward()
    {
        using Layer layer = New(recompute: 0);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Load();
        layer.Backward(y, null, dx, null);
    }

    [Fact]
    public void Asking_for_the_footprint_is_no_change_of_parameters()
    {
        using Layer layer = New(recompute: 2);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        _ = layer.Footprint;
        layer.Backward(y, null, dx, null);
    }

    private static Dictionary<string, int> Sizes() => new() { ["input"] = Input, ["hidden"] = Hidden };

    private static Layer New(int recompute)
    {
        Layer layer = new(Cell.Named("lstm"), Sizes(), threads: 1, recompute: recompute);
        layer.Initialize(1);
        return layer;
    }

    private void RefusesBackward(Layer layer) =>
        Should.Throw<InvalidOperationException>(() => layer.Backward(y, null, dx, null)).Message.ShouldBe("run a batch forward before running it backward");
}
