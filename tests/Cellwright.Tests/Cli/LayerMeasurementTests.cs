using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class LayerMeasurementTests
{
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 5, ["hidden"] = 7 };

    [Fact]
    public void A_cell_of_several_inputs_is_run_with_all_of_them_and_gives_the_gradient_by_each()
    {
        const int Rows = 64 * 2;
        Cell cell = Cell.Named("augru");
        using LayerMeasurement ours = new(new BenchmarkCase(cell, BenchmarkMode.Train, 2, 1, Sizes));
        ours.X.Length.ShouldBe(Rows * (5 + 1));
        using Layer layer = new(cell, Sizes, threads: 1);
        layer.Initialize(seed: 1);
        layer.Begin(64, 2, [], null);
        layer.SetInput(0, ours.X.AsSpan(0, Rows * 5));
        layer.SetInput(1, ours.X.AsSpan(Rows * 5));
        float[] y = new float[Rows * 7];
        layer.Run(y, null);
        ours.FirstOutput.ShouldBe(y);
        float[] dx = new float[Rows * 5];
        float[] da = new float[Rows];
        layer.Backward(ours.DY, null, dx, null);
        layer.GetInputGradient(1, da);
        da.ShouldContain(value => value != 0);
        ours.DX.ShouldBe([.. dx, .. da]);
    }

    [Fact]
    public void A_step_of_several_inputs_is_that_of_its_stream()
    {
        Cell cell = Cell.Named("augru");
        using LayerMeasurement ours = new(new BenchmarkCase(cell, BenchmarkMode.Step, 1, 1, Sizes));
        ours.X.Length.ShouldBe(5 + 1);
        using Layer layer = new(cell, Sizes, threads: 1);
        layer.Initialize(seed: 1);
        using LayerStream stream = layer.CreateStream();
        float[] y = new float[7];
        stream.Step(ours.X, y);
        ours.FirstOutput.ShouldBe(y);
    }

    [Fact]
    public void A_step_that_threads_share_has_the_bits_of_one_thread()
    {
        Dictionary<string, int> sizes = new() { ["input"] = 96, ["hidden"] = 96 };
        using LayerMeasurement one = new(new BenchmarkCase(Cell.Named("lstm"), BenchmarkMode.Step, 1, 1, sizes));
        using LayerMeasurement two = new(new BenchmarkCase(Cell.Named("lstm"), BenchmarkMode.Step, 1, 2, sizes));
        two.FirstOutput.ShouldBe(one.FirstOutput);
    }
}
