using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class LayerTests
{
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 5, ["hidden"] = 19 };

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("lstm-peephole-full")]
    public void A_streaming_step_allocates_nothing(string name)
    {
        using Layer layer = new(Cell.Named(name), Sizes, 1);
        layer.Initialize(1);
        using LayerStream stream = layer.CreateStream();
        float[] x = new float[5];
        float[] y = new float[19];
        StepAllocation.Least(1000, () => stream.Step(x, y)).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_batch_allocates_nothing_once_its_shape_has_been_seen(int recompute)
    {
        using Layer layer = new(Cell.Named("lstm"), Sizes, 2, recompute: recompute);
        layer.Initialize(1);
        float[] x = new float[6 * 4 * 5];
        float[] y = new float[6 * 4 * 19];
        int[] lengths = [6, 2, 5, 1];
        LayerState state = layer.CreateState(4);
        long before = 0;
        for (int i = 0; i < 20; i++)
        {
            before = i == 10 ? GC.GetAllocatedBytesForCurrentThread() : before;
            layer.Forward(x, 6, 4, lengths, state, y, state);
            layer.Backward(y, null, x, state);
            layer.Load();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void The_footprint_counts_each_step_once_or_those_of_a_chunk()
    {
        using Layer whole = new(Cell.Named("lstm"), Sizes, 1);
        using Layer chunked = new(Cell.Named("lstm"), Sizes, 1, recompute: 10);
        LayerFootprint all = whole.Footprint;
        // The padded widths: two states, three gates, the candidate, tanh(c) and the gradient by the output, the input and
        // its gradient; gradients by gates take the memory of the gates.
        all.PerStep.ShouldBeInRange(4 * ((32 * 8) + (16 * 2)), 4 * ((32 * 8) + (16 * 4)));
        all.Of(1000, 3).ShouldBe(3 * ((1000 * all.PerStep) + all.PerSequence));
        LayerFootprint part = chunked.Footprint;
        part.PerStep.ShouldBe(all.PerStep);
        part.Of(1000, 3).ShouldBe(3 * ((10 * all.PerStep) + all.PerSequence + (4 * 38) + (1000 * 4 * 5) + (100 * 4 * 38)));
        Should.Throw<ArgumentException>(() => new Layer(Cell.Named("lstm"), Sizes, 1, trace: true, recompute: 3));
    }

    [Theory]
    [InlineData("lstm", 0)]
    [InlineData("gru", 0)]
    [InlineData("min-lstm", 0)]
    [InlineData("lstm-norm", 0)]
    [InlineData("lstm", 4)]
    [InlineData("gru", 3)]
    public void The_footprint_is_the_memory_that_a_run_takes(string name, int recompute)
    {
        const int Steps = 10;
        const int Batch = 3;
        using Layer layer = new(Cell.Named(name), Sizes, 2, recompute: recompute);
        float[] x = new float[Steps * Batch * 5];
        float[] y = new float[Steps * Batch * 19];
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, null, x, null);
        LayerFootprint footprint = layer.Footprint;
        int chunks = recompute == 0 ? 0 : (Steps + recompute - 1) / recompute;
        int states = 4 * layer.StateWidths.Sum(state => state.Width);
        // Beside the steps kept at once: the inputs, the states between chunks, and those carried on.
        long kept = recompute == 0 ? 0 : Batch * ((4 * 5 * Steps) + ((chunks + 1) * states));
        footprint.Of(Steps, Batch).ShouldBe(layer.TakenBytes + kept);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void The_gradient_by_the_input_may_take_the_memory_of_that_by_the_output(int shift)
    {
        const int Steps = 20;
        const int Batch = 6;
        const int Width = 48;
        using Layer layer = new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = Width, ["hidden"] = Width }, threads: 2);
        layer.Initialize(3);
        float[] x = [.. Enumerable.Range(0, Steps * Batch * Width).Select(i => MathF.Sin(i))];
        float[] y = new float[x.Length];
        float[] expected = new float[x.Length];
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(y, null, expected, null);
        float[] both = new float[x.Length + shift];
        y.CopyTo(both, shift);
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Backward(both.AsSpan(shift), null, both.AsSpan(0, x.Length), null);
        both.AsSpan(0, x.Length).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void A_sequence_of_no_steps_keeps_its_state_and_its_gradient()
    {
        LayerHarness harness = new(Cell.Named("gru").Graph, 5, 7);
        Dictionary<string, double[]> tensors = harness.Draw(4, 3, seed: 2);
        Dictionary<string, double[]> results = harness.Compile(new SequenceShape(4, 3, new[] { 4, 0, 2 }), tensors, threads: 2);
        results["state.h"][7..14].ShouldBe(tensors["state.h"][7..14]);
        results["grad.state.h"][7..14].ShouldBe(tensors["dstate.h"][7..14]);
        Dictionary<string, double[]> none = harness.Compile(new SequenceShape(4, 3, new[] { 0, 0, 0 }), tensors, threads: 2);
        none["state.h"].ShouldBe(tensors["state.h"]);
        none["grad.state.h"].ShouldBe(tensors["dstate.h"]);
        none["grad.U_n"].ShouldAllBe(value => value == 0);
        none["grad.b_n"].ShouldAllBe(value => value == 0);
        none["y"].ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Padding_is_never_read()
    {
        LayerHarness harness = new(Cell.Named("lstm").Graph, 5, 7);
        Dictionary<string, double[]> tensors = harness.Draw(4, 2, seed: 2);
        SequenceShape shape = new(4, 2, new[] { 1, 4 });
        Dictionary<string, double[]> clean = harness.Compile(shape, tensors, threads: 1);
        for (int t = 1; t < 4; t++)
        {
            tensors["x"].AsSpan(t * 2 * 5, 5).Fill(double.NaN);
            tensors["dy"].AsSpan(t * 2 * 7, 7).Fill(double.NaN);
        }

        foreach ((string key, double[] values) in harness.Compile(shape, tensors, threads: 1))
        {
            values.ShouldBe(clean[key], key);
        }
    }

    [Fact]
    public void A_stream_of_a_disposed_layer_says_so()
    {
        Layer layer = new(Cell.Named("elman"), Sizes, 1);
        using LayerStream stream = layer.CreateStream();
        layer.Dispose();
        Should.Throw<ObjectDisposedException>(() => stream.Step(new float[5], new float[19]));
    }

    [Fact]
    public void A_wrong_shape_is_said_in_a_sentence()
    {
        using Layer layer = new(Cell.Named("elman"), Sizes, 1);
        Should.Throw<ArgumentException>(() => layer.Forward(new float[9], 2, 1, [], null, new float[38], null)).Message.ShouldStartWith("'x' has 9 elements where the shape asks for 10");
        Should.Throw<ArgumentException>(() => layer.Forward(new float[10], 2, 1, [3], null, new float[38], null)).Message.ShouldStartWith("a length of 3 is outside 0 to 2");
        Should.Throw<ArgumentException>(() => new Layer(Cell.Named("elman"), new Dictionary<string, int> { ["input"] = 5 }, 1)).Message.ShouldStartWith("the cell needs the size 'hidden'");
    }
}
