using Cellwright.Cli.Benchmarks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class StepRemarksTests
{
    private static readonly MachineSpeed Machine = new([1, 2], [100, 200], [new CacheSpeed("L1", 1 << 15, [400, 800]), new CacheSpeed("L2", 1 << 19, [100, 200]), new CacheSpeed("memory", null, [10, 16])]);

    [Fact]
    public void Each_line_names_its_cell_where_there_are_several()
    {
        string[] lines = [.. StepRemarks.Of(Machine, [Result("gru-norm", 16, threads: 1), Result("lstm", 16, threads: 1)])];
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("gru-norm, H 16: the weights are in L2, which reads 100 GB/s; a step reaches 80 % of that");
        lines[1].ShouldStartWith("lstm, H 16: the weights are in L2");
    }

    [Fact]
    public void A_single_cell_is_not_named_again()
    {
        string[] lines = [.. StepRemarks.Of(Machine, [Result("lstm", 16, threads: 1), Result("lstm", 32, threads: 1)])];
        lines[0].ShouldStartWith("H 16: ");
        lines[0].ShouldEndWith("times the 60 ns wanted where that cache reads 540 GB/s");
        lines[1].ShouldStartWith("H 32: ");
    }

    [Fact]
    public void A_step_of_two_threads_is_held_against_what_two_threads_read() =>
        StepRemarks.Of(Machine, [Result("lstm", 64, threads: 2)]).ShouldHaveSingleItem()
            .ShouldBe("H 64: the weights are in L1, which reads 800 GB/s with 2 threads; a step reaches 10 % of that");

    [Fact]
    public void The_table_of_steps_has_a_column_of_threads_where_one_took_more_than_one()
    {
        SpeedTable shared = new([Result("lstm", 16, threads: 1), Result("lstm", 64, threads: 2)]);
        shared.Headings.ShouldBe(["H", "threads", "one step", "weights, GB/s"]);
        shared.Rows[1].ShouldBe(["64", "2", "500 ns", "80.0"]);
        SpeedTable single = new([Result("lstm", 16, threads: 1)]);
        single.Headings.ShouldBe(["H", "one step", "weights, GB/s"]);
        single.Rows[0].ShouldBe(["16", "500 ns", "80.0"]);
    }

    // 40,000 bytes of weights, read at 80 GB/s: too many for the first level, unless two threads share them.
    private static BenchmarkResult Result(string cell, int hidden, int threads) =>
        new(cell, "step", 1, hidden, hidden, 1, threads, 0.0005, 40, 100, 0.4, 0, new Dictionary<string, double>());
}
