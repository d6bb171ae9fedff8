using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class LayerAllocationTests
{
    public static TheoryData<string> Samples => LayerSample.Names;

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_training_step_allocates_nothing_once_its_shape_has_been_seen(string name)
    {
        LayerSample sample = LayerSample.All[name];
        using SequenceLayer layer = sample.Build(2);
        layer.Initialize(1);
        float[] x = new float[6 * 4 * layer.InputWidth];
        float[] y = new float[6 * 4 * layer.OutputWidth];
        int[] lengths = [6, 2, 5, 1];
        LayerState state = layer.CreateState(4);
        int step = 0;
        StepAllocation.Least(10, () =>
        {
            layer.TrainingStep = step % 3 == 2 ? null : step;
            step++;
            layer.Forward(x, 6, 4, lengths, state, y, state);
            layer.Backward(y, null, x, state);
            layer.Load();
        }).ShouldBe(0);
    }

    [Theory]
    [InlineData("two cells in a stack")]
    [InlineData("three cells with residual connections")]
    [InlineData("dropout below, between and above")]
    [InlineData("zoneout of an lstm in training")]
    [InlineData("weight drop in use")]
    public void A_streaming_step_allocates_nothing(string name)
    {
        using SequenceLayer layer = LayerSample.All[name].Build(1);
        layer.Initialize(1);
        using LayerStream stream = layer.CreateStream();
        float[] x = new float[layer.InputWidth];
        float[] y = new float[layer.OutputWidth];
        StepAllocation.Least(1000, () => stream.Step(x, y)).ShouldBe(0);
    }

    [Fact]
    public void A_step_of_the_wrong_width_is_said_in_a_sentence()
    {
        using SequenceLayer layer = LayerSample.All["two cells in a stack"].Build(1);
        using LayerStream stream = layer.CreateStream();
        Should.Throw<ArgumentException>(() => stream.Step(new float[4], new float[6])).Message.ShouldStartWith("the input of a step has 4 values where the layer reads 5");
        Should.Throw<ArgumentException>(() => stream.Step(new float[5], new float[5])).Message.ShouldStartWith("there is room for 5 outputs where the layer gives 6");
    }
}
