using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

/// <summary>What all threads allocate is counted, so that no other test may run meanwhile.</summary>
[Collection(nameof(BenchAllocationTests))]
[CollectionDefinition(nameof(BenchAllocationTests), DisableParallelization = true)]
public sealed class BenchAllocationTests
{
    [Theory]
    [InlineData("lstm", "train", 2, 8)]
    [InlineData("augru", "train", 1, 8)]
    [InlineData("lstm", "infer", 1, 8)]
    [InlineData("lstm", "step", 1, 8)]
    [InlineData("lstm", "step", 2, 96)]
    public void Timed_passes_allocate_nothing(string name, string mode, int threads, int width)
    {
        Cell cell = Cell.Named(name);
        using LayerMeasurement ours = new(new BenchmarkCase(cell, Enum.Parse<BenchmarkMode>(mode, ignoreCase: true), 1, threads, new() { ["input"] = width, ["hidden"] = width }));
        ours.Run(0, 0.05);
        ours.ForgetAllocations();
        ours.AllocatedBytes.ShouldBe(0);
        for (int turn = 0; turn < 5; turn++)
        {
            ours.Run(0.002, 0.02).ShouldNotBeEmpty();
        }

        ours.AllocatedBytes.ShouldBe(0);
    }
}
