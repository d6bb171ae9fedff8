using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class ReversedLayerTests
{
    private const int Steps = 9;
    private const int Batch = 3;
    private const int Input = 4;
    private const int Hidden = 7;

    private static readonly int[] Lengths = [5, 9, 1];

    [Fact]
    public void It_is_the_second_direction_of_a_bidirectional_layer_bit_for_bit()
    {
        using ReversedLayer alone = new(New());
        using BidirectionalLayer both = new(New(), New());
        alone.Initialize(3);
        both.Initialize(3);
        foreach (Parameter parameter in alone.Parameters)
        {
            both.Parameters.Single(other => other.Name == parameter.Name).Values.CopyTo(parameter.Values);
        }

        alone.Load();
        Random random = new(1);
        float[] x = Draw(random, Steps * Batch * Input);
        float[] dy = Draw(random, Steps * Batch * Hidden);
        LayerState initial = alone.CreateState(Batch);
        LayerState initialOfBoth = both.CreateState(Batch);
        foreach (string name in initial.Names)
        {
            Draw(random, initial[name].Length).CopyTo(initial[name]);
            initial[name].CopyTo(initialOfBoth[name]);
        }

        float[] y = new float[Steps * Batch * Hidden];
        float[] yOfBoth = new float[2 * y.Length];
        LayerState final = alone.CreateState(Batch);
        LayerState finalOfBoth = both.CreateState(Batch);
        alone.Forward(x, Steps, Batch, Lengths, initial, y, final);
        both.Forward(x, Steps, Batch, Lengths, initialOfBoth, yOfBoth, finalOfBoth);

        y.ShouldBe([.. yOfBoth.Chunk(2 * Hidden).SelectMany(row => row[Hidden..])]);
        foreach (string name in final.Names)
        {
            final[name].ToArray().ShouldBe(finalOfBoth[name].ToArray());
        }

        float[] dx = new float[x.Length];
        float[] dxOfBoth = new float[x.Length];
        LayerState dInitial = alone.CreateState(Batch);
        LayerState dInitialOfBoth = both.CreateState(Batch);
        alone.Backward(dy, null, dx, dInitial);
        both.Backward([.. dy.Chunk(Hidden).SelectMany(row => new float[Hidden].Concat(row))], null, dxOfBoth, dInitialOfBoth);

        dx.ShouldBe(dxOfBoth);
        foreach (Parameter parameter in alone.Parameters)
        {
            parameter.Gradient.ToArray().ShouldBe(both.Parameters.Single(other => other.Name == parameter.Name).Gradient.ToArray());
        }

        foreach (string name in dInitial.Names)
        {
            dInitial[name].ToArray().ShouldBe(dInitialOfBoth[name].ToArray());
        }
    }

    [Fact]
    public void It_cannot_be_streamed()
    {
        using ReversedLayer layer = new(New());
        Should.Throw<NotSupportedException>(() => layer.CreateStream()).Message.ShouldContain("from its end");
    }

    private static Layer New() => new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = Input, ["hidden"] = Hidden }, threads: 1);

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
