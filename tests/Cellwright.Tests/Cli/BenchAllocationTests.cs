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
    [InlineData("train", 2)]
    [InlineData("infer", 1)]
    [InlineData("step", 1)]
    public void Timed_passes_allocate_nothing(string mode, int threads)
    {
        Cell cell = Cell.Named("lstm");
        using LayerMeasurement ours = new(new BenchmarkCase(cell, Enum.Parse<BenchmarkMode>(mode, ignoreCase: true), 1, threads, new() { ["input"] = 8, ["hidden"] = 8 }));
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
