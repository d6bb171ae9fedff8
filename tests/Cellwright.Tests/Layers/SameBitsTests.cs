using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

[Trait("Category", "SameBits")]
public class SameBitsTests
{
    public static TheoryData<string, int, int> Cases()
    {
        TheoryData<string, int, int> cases = [];
        foreach ((string name, _) in SampleGraphs.All)
        {
            cases.Add(name, 5, 19);
            cases.Add(name, 32, 48);
        }

        foreach (string name in Cell.Names)
        {
            cases.Add(name, 5, 19);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_change_no_bit(string name, int input, int hidden)
    {
        LayerHarness harness = new(Find(name), input, hidden);
        foreach (SequenceShape shape in (SequenceShape[])[new(9, 5), new(9, 5, LayerHarness.MixedLengths(5, 9, 3))])
        {
            Dictionary<string, double[]> tensors = harness.DrawReached(9, 5, seed: 11);
            Dictionary<string, double[]> one = harness.Compile(shape, tensors, threads: 1, trace: false);
            foreach (int threads in (int[])[2, 3])
            {
                Dictionary<string, double[]> several = harness.Compile(shape, tensors, threads, trace: false);
                AreTheSame(several, one);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_that_take_a_few_rows_at_a_time_change_no_bit(string name, int input, int hidden)
    {
        LayerHarness harness = new(Find(name), input, hidden);
        foreach (SequenceShape shape in (SequenceShape[])[new(9, 5), new(9, 5, LayerHarness.MixedLengths(5, 9, 3))])
        {
            Dictionary<string, double[]> tensors = harness.DrawReached(9, 5, seed: 11);
            Dictionary<string, double[]> one = harness.Compile(shape, tensors, threads: 1, trace: false);
            // More than there are processors, so that members are stopped in the middle of anything.
            foreach ((int threads, int partRows) in ((int, int)[])[(2, 1), (3, 2), (5, 4)])
            {
                Dictionary<string, double[]> several = harness.Compile(shape, tensors, threads, trace: false, partRows: partRows);
                AreTheSame(several, one);
            }
        }
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru-norm")]
    [InlineData("lstm-peephole-full")]
    public void Threads_that_take_a_part_of_a_weight_gradient_change_no_bit(string name)
    {
        // Wide enough for several parts of each gradient, of a cell's own size and of one that ends inside a panel.
        foreach (int hidden in (int[])[128, 141])
        {
            LayerHarness harness = new(Find(name), input: 40, hidden);
            SequenceShape shape = new(5, 3, LayerHarness.MixedLengths(3, 5, 3));
            Dictionary<string, double[]> tensors = harness.DrawReached(5, 3, seed: 23);
            Dictionary<string, double[]> one = harness.Compile(shape, tensors, threads: 1, trace: false);
            foreach (int threads in (int[])[2, 3, 5])
            {
                Dictionary<string, double[]> several = harness.Compile(shape, tensors, threads, trace: false);
                AreTheSame(several, one);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_that_share_the_units_of_few_sequences_change_no_bit(string name, int input, int hidden)
    {
        LayerHarness harness = new(Find(name), input, hidden);
        foreach (SequenceShape shape in (SequenceShape[])[new(6, 1), new(6, 2, new[] { 3, 6 })])
        {
            Dictionary<string, double[]> tensors = harness.DrawReached(6, shape.Batch, seed: 19);
            Dictionary<string, double[]> one = harness.Compile(shape, tensors, threads: 1, trace: false);
            Dictionary<string, double[]> several = harness.Compile(shape, tensors, threads: 3, trace: false, splitsUnits: true);
            AreTheSame(several, one);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sequence_alone_and_in_a_batch_gives_the_same_bits(string name, int input, int hidden)
    {
        const int Steps = 7;
        const int Batch = 8;
        CellGraph cell = Find(name);
        LayerHarness harness = new(cell, input, hidden);
        int[] lengths = LayerHarness.MixedLengths(Batch, Steps, 5);
        Dictionary<string, double[]> tensors = harness.DrawReached(Steps, Batch, seed: 12);
        Dictionary<string, double[]> together = harness.Compile(new SequenceShape(Steps, Batch, lengths), tensors, threads: 2, trace: false);
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            Dictionary<string, double[]> own = tensors.ToDictionary(
                pair => pair.Key,
                pair => cell.Parameters.Any(parameter => parameter.Name == pair.Key) ? pair.Value : Column(pair.Key, pair.Value, sequence, Batch, Steps));
            Dictionary<string, double[]> alone = harness.Compile(new SequenceShape(Steps, 1, new[] { lengths[sequence] }), own, threads: 1, trace: false);
            foreach ((string key, double[] values) in alone)
            {
                if (!cell.Parameters.Any(parameter => "grad." + parameter.Name == key))
                {
                    Column(key, together[key], sequence, Batch, Steps).ShouldBe(values, key);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Computing_chunks_of_steps_again_changes_no_bit(string name, int input, int hidden)
    {
        const int Steps = 9;
        CellGraph cell = Find(name);
        LayerHarness harness = new(cell, input, hidden);
        Dictionary<string, double[]> tensors = harness.Draw(Steps, 5, seed: 17);
        Dictionary<string, double[]> initialUnset = tensors.Where(pair => !pair.Key.StartsWith("state.", StringComparison.Ordinal)).ToDictionary();
        foreach ((SequenceShape shape, Dictionary<string, double[]> given, int chunk) in ((SequenceShape, Dictionary<string, double[]>, int)[])
            [
                (new(Steps, 5), tensors, 1),
                (new(Steps, 5), initialUnset, 4),
                (new(Steps, 5, LayerHarness.MixedLengths(5, Steps, 3)), tensors, 3),
                (new(Steps, 5, new[] { 2, 0, 9, 9, 4 }), initialUnset, 2),
                // In the first chunk all run, but not in the order they were given.
                (new(Steps, 5, new[] { 4, 9, 3, 7, 9 }), tensors, 3),
                (new(Steps, 5), tensors, 20),
            ])
        {
            Dictionary<string, double[]> whole = harness.Compile(shape, given, threads: 2, trace: false);
            Dictionary<string, double[]> chunked = harness.Compile(shape, given, threads: 2, trace: false, chunk);
            AreTheSame(chunked, whole, $"in chunks of {chunk}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_stream_gives_the_bits_of_the_whole_sequence(string name, int input, int hidden)
    {
        const int Steps = 11;
        CellGraph cell = Find(name);
        LayerHarness harness = new(cell, input, hidden);
        Dictionary<string, double[]> tensors = harness.DrawReached(Steps, 1, seed: 13);
        Dictionary<string, double[]> whole = harness.Compile(new SequenceShape(Steps, 1), tensors, threads: 1);
        using Layer layer = harness.Layer(tensors, threads: 1, trace: false);
        using LayerStream stream = layer.CreateStream();
        foreach (CellState state in cell.States)
        {
            LayerHarness.Floats(tensors["state." + state.Name]).CopyTo(stream.State[state.Name]);
        }

        float[] y = new float[layer.OutputWidth];
        for (int t = 0; t < Steps; t++)
        {
            stream.Step(LayerHarness.Floats(harness.InputRow(tensors, t)), y);
            LayerHarness.Doubles(y).ShouldBe(whole["y"].AsSpan(t * y.Length, y.Length).ToArray());
        }

        foreach (CellState state in cell.States)
        {
            LayerHarness.Doubles(stream.State[state.Name]).ShouldBe(whole["state." + state.Name]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_stream_with_bfloat16_weights_gives_the_bits_of_the_whole_sequence_with_rounded_ones(string name, int input, int hidden)
    {
        const int Steps = 6;
        CellGraph cell = Find(name);
        LayerHarness harness = new(cell, input, hidden);
        Dictionary<string, double[]> tensors = harness.DrawReached(Steps, 1, seed: 18);
        using Layer rounded = harness.Layer(tensors, threads: 1, trace: false);
        using Layer layer = harness.Layer(tensors, threads: 1, trace: false);
        rounded.RoundWeights();
        LayerState state = rounded.CreateState(1);
        using LayerStream stream = layer.CreateStream(new StreamOptions { Weights = WeightFormat.BFloat16 });
        foreach (CellState each in cell.States)
        {
            LayerHarness.Floats(tensors["state." + each.Name]).CopyTo(state[each.Name]);
            LayerHarness.Floats(tensors["state." + each.Name]).CopyTo(stream.State[each.Name]);
        }

        float[] whole = new float[Steps * layer.OutputWidth];
        rounded.Begin(Steps, 1, [], state);
        for (int i = 0; i < cell.Inputs.Count; i++)
        {
            rounded.SetInput(i, LayerHarness.Floats(tensors[cell.Inputs[i].Name]));
        }

        rounded.Run(whole, state);
        float[] y = new float[layer.OutputWidth];
        for (int t = 0; t < Steps; t++)
        {
            stream.Step(LayerHarness.Floats(harness.InputRow(tensors, t)), y);
            y.ShouldBe(whole.AsSpan(t * y.Length, y.Length).ToArray());
        }

        foreach (CellState each in cell.States)
        {
            stream.State[each.Name].ToArray().ShouldBe(state[each.Name].ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tracing_changes_no_bit(string name, int input, int hidden)
    {
        // Without a trace gradients take the memory of what the forward pass kept.
        LayerHarness harness = new(Find(name), input, hidden);
        SequenceShape shape = new(6, 3, LayerHarness.MixedLengths(3, 6, 3));
        Dictionary<string, double[]> tensors = harness.Draw(6, 3, seed: 14);
        Dictionary<string, double[]> plain = harness.Compile(shape, tensors, threads: 1, trace: false);
        Dictionary<string, double[]> traced = harness.Compile(shape, tensors, threads: 1, trace: true);
        AreTheSame(traced, plain);
    }

    // The digest was computed once on a machine with 256-bit vectors; every width and every machine must give it again.
    [Fact]
    public void Every_machine_and_vector_width_gives_these_bits()
    {
        ulong digest = 14695981039346656037;
        foreach ((_, CellGraph cell) in SampleGraphs.All)
        {
            LayerHarness harness = new(cell, 5, 19);
            Dictionary<string, double[]> results = harness.Compile(new SequenceShape(6, 2), harness.Draw(6, 2, seed: 15), threads: 2);
            foreach ((_, double[] values) in results.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                foreach (double value in values)
                {
                    // FNV-1a over the floats' bits.
                    digest = unchecked((digest ^ BitConverter.SingleToUInt32Bits((float)value)) * 1099511628211);
                }
            }
        }

        digest.ShouldBe(14474302328526904866ul);
    }

    private static void AreTheSame(Dictionary<string, double[]> results, Dictionary<string, double[]> expected, string what = "")
    {
        foreach ((string key, double[] values) in expected)
        {
            results[key].ShouldBe(values, $"{key} {what}");
        }
    }

    private static CellGraph Find(string name) => SampleGraphs.All.FirstOrDefault(sample => sample.Name == name).Cell ?? Cell.Named(name).Graph;

    private static double[] Column(string key, double[] values, int sequence, int batch, int steps)
    {
        bool isState = key.StartsWith("state.", StringComparison.Ordinal) || key.StartsWith("dstate.", StringComparison.Ordinal)
            || key.StartsWith("grad.state.", StringComparison.Ordinal);
        int rows = isState ? 1 : steps;
        int width = values.Length / (rows * batch);
        return [.. Enumerable.Range(0, rows).SelectMany(t => values.AsSpan(((t * batch) + sequence) * width, width).ToArray())];
    }
}
