using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class DisposedLayerTests
{
    private const int Input = 5;
    private const int Hidden = 19;
    private const int Steps = 3;
    private const int Batch = 2;

    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = Input, ["hidden"] = Hidden };

    private static readonly Dictionary<string, Func<SequenceLayer>> Layers = new()
    {
        ["one layer"] = () => New(0),
        ["a layer that computes again"] = () => New(2),
        ["a stack"] = () => new LayerStack([new DropoutLayer(Input, 0.5), New(0)]),
        ["two directions"] = () => new BidirectionalLayer(New(0), New(0)),
        ["against time"] = () => new ReversedLayer(New(0)),
        ["dropout"] = () => new DropoutLayer(Input, 0.5),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_disposed_layer_refuses_everything_that_needs_its_memory(string name)
    {
        SequenceLayer layer = Layers[name]();
        layer.Initialize(1);
        float[] x = new float[Steps * Batch * layer.InputWidth];
        float[] y = new float[Steps * Batch * layer.OutputWidth];
        layer.Forward(x, Steps, Batch, [], null, y, null);
        layer.Dispose();

        // In the order of what harm a missing check would do: those that only read come before those that write.
        Should.Throw<ObjectDisposedException>(() => layer.CreateState(1));
        Should.Throw<ObjectDisposedException>(() => layer.CreateStream());
        Should.Throw<ObjectDisposedException>(() => layer.Forward(x, Steps, Batch, [], null, y, null));
        Should.Throw<ObjectDisposedException>(() => layer.Backward(y, null, x, null));
        Should.Throw<ObjectDisposedException>(() => layer.Load());
        Should.Throw<ObjectDisposedException>(() => layer.Initialize(2));
        layer.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_disposed_layer_of_one_cell_refuses_its_own_members_too(int recompute)
    {
        Layer layer = New(recompute);
        layer.Begin(Steps, Batch, [], null);
        layer.Dispose();
        Should.Throw<ObjectDisposedException>(() => layer.SetInput(0, new float[Steps * Batch * Input]));
        Should.Throw<ObjectDisposedException>(() => layer.Run(new float[Steps * Batch * Hidden], null));
        Should.Throw<ObjectDisposedException>(() => layer.GetInputGradient(0, new float[Steps * Batch * Input]));
        Should.Throw<ObjectDisposedException>(() => layer.GetTrace(0, new float[Steps * Batch * Hidden]));
        Should.Throw<ObjectDisposedException>(() => layer.Begin(Steps, Batch, [], null));
        Should.Throw<ObjectDisposedException>(() => _ = layer.Footprint);
        Should.Throw<ObjectDisposedException>(() => _ = layer.Code);
    }

    [Fact]
    public void Initializing_a_disposed_layer_changes_no_value()
    {
        Layer layer = New(0);
        layer.Initialize(1);
        float[] before = layer.Parameters[0].Values.ToArray();
        layer.Dispose();
        Should.Throw<ObjectDisposedException>(() => layer.Initialize(2));
        layer.Parameters[0].Values.ToArray().ShouldBe(before);
    }

    [Fact]
    public void A_disposed_stack_is_not_saved()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".safetensors");
        LayerStack stack = new([New(0)]);
        stack.Dispose();
        Should.Throw<ObjectDisposedException>(() => stack.Save(path));
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void A_disposed_engine_neither_packs_nor_compiles()
    {
        Layer layer = New(0);
        layer.Dispose();
        Should.Throw<ObjectDisposedException>(() => layer.Engine.PrepareBackward());
        Should.Throw<ObjectDisposedException>(() => layer.Engine.Load());
        Should.Throw<ObjectDisposedException>(() => layer.RoundWeights());
    }

    [Theory]
    [InlineData(WeightFormat.Float32, false)]
    [InlineData(WeightFormat.BFloat16, false)]
    [InlineData(WeightFormat.Float32, true)]
    [InlineData(WeightFormat.BFloat16, true)]
    public void A_disposed_stream_steps_no_more_and_gives_out_no_state(WeightFormat weights, bool isStack)
    {
        using SequenceLayer layer = isStack ? new LayerStack([New(0)]) : New(0);
        layer.Initialize(1);
        LayerStream stream = layer.CreateStream(new StreamOptions { Weights = weights });
        stream.Step(new float[Input], new float[Hidden]);
        LayerState state = stream.State;
        stream.Dispose();

        // The state first: it needs no memory of the stream, so that a missing check fails here and not in a step.
        Should.Throw<ObjectDisposedException>(() => _ = stream.State);
        Should.Throw<ObjectDisposedException>(() => stream.Step(new float[Input], new float[Hidden]));
        Should.Throw<ObjectDisposedException>(() => stream.StepSymbol(new Parameter("table", 3, Input, isBias: false), 0, new float[Hidden]));
        stream.Dispose();

        // Who took the state before keeps it.
        state[isStack ? "layer0.h" : "h"].Length.ShouldBe(Hidden);
    }

    [Fact]
    public void A_stream_of_a_disposed_layer_draws_no_weights_before_it_refuses()
    {
        LayerRegularization drop = new() { WeightDrop = new Dictionary<string, double> { ["U_f"] = 0.4 } };
        Layer layer = new(Cell.Named("lstm"), Sizes, threads: 1, regularization: drop);
        using LayerStream stream = layer.CreateStream();
        layer.Load();
        layer.Dispose();
        Should.Throw<ObjectDisposedException>(() => stream.Step(new float[Input], new float[Hidden]));
        Should.Throw<ObjectDisposedException>(() => layer.Refresh());
    }

    private static Layer New(int recompute) => new(Cell.Named("lstm"), Sizes, threads: 1, recompute: recompute);
}
