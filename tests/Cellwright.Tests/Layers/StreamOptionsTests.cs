using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class StreamOptionsTests
{
    private static readonly StreamOptions Narrow = new() { Weights = WeightFormat.BFloat16 };

    [Fact]
    public void A_stream_of_bfloat16_weights_steps_with_those_that_were_loaded_last()
    {
        using Layer layer = new(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 20 }, threads: 1);
        layer.Initialize(1);
        float[] x = [0.5f, -0.25f, 1];
        (float[] before, float[] after, float[] expected) = (new float[20], new float[20], new float[20]);
        using LayerStream stream = layer.CreateStream(Narrow);
        stream.Step(x, before);
        layer.Initialize(2);
        stream.State.Clear();
        stream.Step(x, after);
        using LayerStream fresh = layer.CreateStream(Narrow);
        fresh.Step(x, expected);
        after.ShouldBe(expected);
        after.ShouldNotBe(before);
    }

    [Theory]
    [InlineData("two cells in a stack")]
    [InlineData("three cells with residual connections")]
    public void The_error_of_rounded_weights_is_that_of_the_two_streams(string name)
    {
        using SequenceLayer layer = LayerSample.All[name].Build(1);
        layer.Initialize(1);
        float[] x = [.. Enumerable.Range(0, 9 * layer.InputWidth).Select(i => MathF.Sin(i))];
        (float[] y, float[] z) = (new float[layer.OutputWidth], new float[layer.OutputWidth]);
        using LayerStream exact = layer.CreateStream();
        using LayerStream rounded = layer.CreateStream(Narrow);
        double largest = 0;
        double squares = 0;
        for (int t = 0; t < 9; t++)
        {
            exact.Step(x.AsSpan(t * layer.InputWidth, layer.InputWidth), y);
            rounded.Step(x.AsSpan(t * layer.InputWidth, layer.InputWidth), z);
            largest = Math.Max(largest, y.Zip(z).Max(pair => Math.Abs((double)pair.First - pair.Second)));
            squares += y.Zip(z).Sum(pair => ((double)pair.First - pair.Second) * ((double)pair.First - pair.Second));
        }

        StreamError error = StreamError.Measure(layer, Narrow, x);
        error.LargestDifference.ShouldBe(largest);
        error.RootMeanSquare.ShouldBe(Math.Sqrt(squares / (9 * y.Length)), 1e-12);
        // bfloat16 keeps eight bits.
        error.Relative.ShouldBeInRange(1e-5, 2e-2);
        StreamError.Measure(layer, new StreamOptions(), x).LargestDifference.ShouldBe(0);
        Should.Throw<ArgumentException>(() => StreamError.Measure(layer, Narrow, x.AsSpan(1))).Message.ShouldContain("no whole number of steps");
    }

    [Theory]
    [InlineData("lstm", WeightFormat.Float32)]
    [InlineData("gru", WeightFormat.BFloat16)]
    [InlineData("min-lstm", WeightFormat.Float32)]
    [InlineData("lstm-peephole-full", WeightFormat.BFloat16)]
    [Trait("Category", "SameBits")]
    public void Threads_that_share_a_step_change_no_bit(string name, WeightFormat weights)
    {
        using Layer layer = new(Cell.Named(name), new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 37 }, threads: 1);
        layer.Initialize(1);
        using LayerStream one = layer.CreateStream(new StreamOptions { Weights = weights });
        float[] expected = new float[layer.OutputWidth];
        float[] y = new float[layer.OutputWidth];
        foreach (int threads in (int[])[2, 3])
        {
            using LayerStream several = layer.CreateStream(new StreamOptions { Weights = weights, Threads = threads, LeastBytes = 0 });
            one.State.CopyFrom(several.State);
            for (int t = 0; t < 40; t++)
            {
                float[] x = [.. Enumerable.Range(0, 5).Select(i => MathF.Sin(i + (3 * t)))];
                one.Step(x, expected);
                several.Step(x, y);
                y.ShouldBe(expected);
            }
        }
    }

    [Theory]
    [InlineData("two cells in a stack")]
    [InlineData("three cells with residual connections")]
    public void A_state_saved_to_a_file_goes_on_where_it_was(string name)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cellwright").FullName, "state.safetensors");
        using SequenceLayer layer = LayerSample.All[name].Build(1);
        layer.Initialize(1);
        using LayerStream stream = layer.CreateStream();
        float[] x = [.. Enumerable.Range(0, layer.InputWidth).Select(i => MathF.Sin(i))];
        (float[] expected, float[] y) = (new float[layer.OutputWidth], new float[layer.OutputWidth]);
        stream.Step(x, expected);
        stream.State.Save(path);
        stream.Step(x, expected);
        using LayerStream other = layer.CreateStream();
        other.State.Restore(path);
        other.Step(x, y);
        y.ShouldBe(expected);
        LayerState wider = layer.CreateState(2);
        Should.Throw<Cellwright.Files.InvalidFileException>(() => wider.Restore(path)).Message.ShouldContain("was expected");
        using Layer another = new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 }, threads: 1);
        Should.Throw<Cellwright.Files.InvalidFileException>(() => another.CreateState(1).Restore(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void A_step_of_several_threads_allocates_nothing()
    {
        using Layer layer = new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 37 }, threads: 1);
        using LayerStream stream = layer.CreateStream(new StreamOptions { Threads = 2, LeastBytes = 0 });
        float[] x = new float[5];
        float[] y = new float[37];
        StepAllocation.Least(1000, () => stream.Step(x, y)).ShouldBe(0);
    }

    [Theory]
    [InlineData("lstm", WeightFormat.Float32)]
    [InlineData("gru", WeightFormat.BFloat16)]
    public void A_hundred_thousand_steps_allocate_nothing(string name, WeightFormat weights)
    {
        using Layer layer = new(Cell.Named(name), new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 19 }, threads: 1);
        layer.Initialize(1);
        using LayerStream stream = layer.CreateStream(new StreamOptions { Weights = weights });
        float[] x = new float[5];
        float[] y = new float[19];
        StepAllocation.Least(100_000, () => stream.Step(x, y)).ShouldBe(0);
    }
}
