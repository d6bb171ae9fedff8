using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

[Trait("Category", "SameBits")]
public sealed class LayerSampleBitsTests
{
    private const int Steps = 9;
    private const int Batch = 5;

    private static readonly int[] Lengths = [6, 9, 0, 1, 8];

    public static TheoryData<string> Samples => LayerSample.Names;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Threads_change_no_bit(string name)
    {
        LayerSample sample = LayerSample.All[name];
        foreach (SequenceShape shape in (SequenceShape[])[new(Steps, Batch), new(Steps, Batch, Lengths)])
        {
            Dictionary<string, double[]> tensors = sample.Plain.Draw(shape, seed: 31, sample.GivesStates);
            Dictionary<string, double[]> one = sample.Run(threads: 1, shape, tensors);
            foreach (int threads in (int[])[2, 3])
            {
                foreach ((string key, double[] values) in sample.Run(threads, shape, tensors))
                {
                    values.ShouldBe(one[key], key);
                }
            }
        }
    }

    // Noise is keyed by a sequence's place in the batch, so in training the first sequences stay and others go.
    [Theory]
    [MemberData(nameof(Samples))]
    public void Sequences_give_the_same_bits_with_fewer_beside_them(string name)
    {
        LayerSample sample = LayerSample.All[name];
        SequenceShape shape = new(Steps, Batch, Lengths);
        Dictionary<string, double[]> tensors = sample.Plain.Draw(shape, seed: 32, sample.GivesStates);
        Dictionary<string, double[]> together = sample.Run(threads: 2, shape, tensors);
        HashSet<string> parameters = [.. sample.Plain.Parameters.Select(parameter => parameter.Name)];
        foreach (int count in (int[])[1, 3])
        {
            Dictionary<string, double[]> fewer = tensors.ToDictionary(pair => pair.Key, pair => parameters.Contains(pair.Key) ? pair.Value : First(pair.Key, pair.Value, count));
            foreach ((string key, double[] values) in sample.Run(threads: 2, new SequenceShape(Steps, count, Lengths[..count]), fewer))
            {
                if (!key.StartsWith("grad.", StringComparison.Ordinal) || !parameters.Contains(key["grad.".Length..]))
                {
                    values.ShouldBe(First(key, together[key], count), key);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_stream_gives_the_bits_of_the_whole_sequence(string name)
    {
        LayerSample sample = LayerSample.All[name];
        using SequenceLayer layer = sample.Build(1);
        if (Reverses(layer))
        {
            Should.Throw<NotSupportedException>(() => layer.CreateStream()).Message.ShouldStartWith("a bidirectional layer reads a sequence from its end too");
            return;
        }

        Dictionary<string, double[]> tensors = sample.Plain.Draw(new SequenceShape(Steps, 1), seed: 33, sample.GivesStates);
        Dictionary<string, double[]> whole = SequenceHarness.Run(layer, new SequenceShape(Steps, 1), tensors);
        using LayerStream stream = layer.CreateStream();
        foreach (string state in stream.State.Names.Where(_ => sample.GivesStates))
        {
            LayerHarness.Floats(tensors["state." + state]).CopyTo(stream.State[state]);
        }

        float[] y = new float[layer.OutputWidth];
        LayerState saved = layer.CreateState(1);
        for (int t = 0; t < Steps; t++)
        {
            // Steps that lead astray, and back to the state saved before.
            saved.CopyFrom(stream.State);
            stream.Step(new float[layer.InputWidth], y);
            stream.State.CopyFrom(saved);
            stream.Step(LayerHarness.Floats(tensors["x"]).AsSpan(t * layer.InputWidth, layer.InputWidth), y);
            LayerHarness.Doubles(y).ShouldBe(whole["y"].AsSpan(t * y.Length, y.Length).ToArray());
        }

        foreach (string state in stream.State.Names)
        {
            LayerHarness.Doubles(stream.State[state]).ShouldBe(whole["state." + state]);
        }
    }

    private static bool Reverses(SequenceLayer layer) => layer is BidirectionalLayer || (layer is LayerStack stack && stack.Layers.Any(Reverses));

    private static double[] First(string key, double[] values, int count)
    {
        bool isState = key.StartsWith("state.", StringComparison.Ordinal) || key.StartsWith("dstate.", StringComparison.Ordinal)
            || key.StartsWith("grad.state.", StringComparison.Ordinal);
        int rows = isState ? 1 : Steps;
        int width = values.Length / (rows * Batch);
        return [.. Enumerable.Range(0, rows).SelectMany(t => values.AsSpan(t * Batch * width, count * width).ToArray())];
    }
}
