using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class LayerStateTests
{
    private const int Input = 5;
    private const int Hidden = 19;
    private const int Steps = 5;
    private const int Batch = 2;

    [Fact]
    public void A_state_of_another_cell_is_not_copied()
    {
        using Layer lstm = New("lstm", Hidden);
        using Layer gru = New("gru", Hidden);
        using LayerStream stream = lstm.CreateStream();
        Should.Throw<ArgumentException>(() => stream.State.CopyFrom(gru.CreateState(1))).Message
            .ShouldStartWith("'other' holds the state of 1 sequence (h [19]) where the state of 1 sequence (c [19], h [19]) was expected");
        Should.Throw<ArgumentException>(() => gru.CreateState(1).CopyFrom(stream.State));
    }

    [Fact]
    public void A_state_of_another_width_or_batch_is_not_copied_in_part()
    {
        using Layer wide = New("lstm", Hidden);
        using Layer narrow = New("lstm", Hidden - 1);
        LayerState target = wide.CreateState(Batch);
        target["h"].Fill(1);
        target["c"].Fill(2);
        LayerState source = narrow.CreateState(Batch);
        Should.Throw<ArgumentException>(() => target.CopyFrom(source)).Message.ShouldContain("h [18]");
        Should.Throw<ArgumentException>(() => target.CopyFrom(wide.CreateState(Batch - 1))).Message
            .ShouldStartWith("'other' holds the state of 1 sequence");
        Should.Throw<ArgumentException>(() => source.CopyFrom(target));
        target["h"].ToArray().ShouldAllBe(value => value == 1);
        target["c"].ToArray().ShouldAllBe(value => value == 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_layer_refuses_states_that_are_not_of_the_batch_and_runs_on(int recompute)
    {
        using Layer layer = New("lstm", Hidden, recompute);
        Refuses(layer, New("gru", Hidden), New("lstm", Hidden - 1));
    }

    [Fact]
    public void A_stack_refuses_states_that_are_not_of_the_batch_and_runs_on()
    {
        using LayerStack stack = new([New("lstm", Hidden)]);
        Refuses(stack, new LayerStack([New("gru", Hidden)]), new LayerStack([New("lstm", Hidden - 1)]));
    }

    [Fact]
    public void Two_directions_refuse_states_that_are_not_of_the_batch_and_run_on()
    {
        using BidirectionalLayer layer = new(New("lstm", Hidden), New("lstm", Hidden));
        Refuses(layer, New("lstm", Hidden), new BidirectionalLayer(New("lstm", Hidden), New("lstm", Hidden - 1)));
    }

    [Fact]
    public void A_layer_against_time_refuses_states_that_are_not_of_the_batch_and_runs_on()
    {
        using ReversedLayer layer = new(New("lstm", Hidden));
        Refuses(layer, New("gru", Hidden), New("lstm", Hidden - 1));
    }

    [Fact]
    public void Dropout_has_no_state_to_be_given()
    {
        using DropoutLayer layer = new(Input, 0.5);
        using Layer gru = New("gru", Hidden);
        float[] x = new float[Steps * Batch * Input];
        layer.Forward(x, Steps, Batch, [], layer.CreateState(Batch), x, null);
        Should.Throw<ArgumentException>(() => layer.Forward(x, Steps, Batch, [], gru.CreateState(Batch), x, null)).Message
            .ShouldStartWith("'initial' holds the state of 2 sequences (h [19]) where the state of 2 sequences (none) was expected");
    }

    private static void Refuses(SequenceLayer layer, params SequenceLayer[] others)
    {
        layer.Initialize(1);
        float[] x = [.. Enumerable.Range(0, Steps * Batch * layer.InputWidth).Select(i => MathF.Sin(i))];
        float[] y = new float[Steps * Batch * layer.OutputWidth];
        float[] dx = new float[x.Length];
        float[] again = new float[x.Length];
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, layer.CreateState(Batch), dx, layer.CreateState(Batch));
        layer.Forward(x, Steps, Batch, [], null, y, null);
        LayerState[] unfit = [layer.CreateState(Batch - 1), layer.CreateState(Batch + 1), .. others.Select(other => other.CreateState(Batch))];
        foreach (LayerState state in unfit)
        {
            Should.Throw<ArgumentException>(() => layer.Backward(y, state, again, null)).Message.ShouldStartWith("'dFinal' holds the state of");
            Should.Throw<ArgumentException>(() => layer.Backward(y, null, again, state)).Message.ShouldStartWith("'dInitial' holds the state of");
        }

        // What was refused has changed nothing: the batch still runs backward.
        layer.Backward(y, layer.CreateState(Batch), again, null);
        again.ShouldBe(dx);
        foreach (LayerState state in unfit)
        {
            Should.Throw<ArgumentException>(() => layer.Forward(x, Steps, Batch, [], state, y, null)).Message.ShouldStartWith("'initial' holds the state of");
            Should.Throw<ArgumentException>(() => layer.Forward(x, Steps, Batch, [], null, y, state)).Message.ShouldStartWith("'final' holds the state of");
        }

        foreach (SequenceLayer other in others)
        {
            other.Dispose();
        }
    }

    private static Layer New(string cell, int hidden, int recompute = 0) =>
        new(Cell.Named(cell), new Dictionary<string, int> { ["input"] = Input, ["hidden"] = hidden }, threads: 1, recompute: recompute);
}
