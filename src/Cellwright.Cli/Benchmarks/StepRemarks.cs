namespace Cellwright.Cli.Benchmarks;

/// <summary>What the time of a step says of the cache that its weights come from.</summary>
internal static class StepRemarks
{
    /// <summary>A line for each case.</summary>
    /// <param name="machine">How fast the caches are read.</param>
    /// <param name="results">Cases of single steps, at least one.</param>
    public static IEnumerable<string> Of(MachineSpeed machine, IReadOnlyList<BenchmarkResult> results)
    {
        bool hasCells = results.Any(result => result.Cell != results[0].Cell);
        foreach (BenchmarkResult result in results)
        {
            double speed = 2 * result.Gflops;
            // Threads share the columns of a matrix: each reads a part of its own.
            CacheSpeed level = machine.LevelFor(2e6 * result.Gflops * result.Milliseconds / result.Threads);
            double most = machine.Speed(level, result.Threads);
            string cell = hasCells ? $"{result.Cell}, " : string.Empty;
            string threads = result.Threads == 1 ? string.Empty : FormattableString.Invariant($" with {result.Threads} threads");
            // What is wanted, one thread does.
            string goal = result is { Cell: "lstm", Threads: 1 } && StepGoal.For(result.Hidden) is { } wanted
                ? FormattableString.Invariant($", and takes {wanted.Ratio(result.Milliseconds * 1e6, most):0.00} times the {wanted.Nanoseconds:N0} ns wanted where that cache reads {wanted.GigabytesPerSecond:0} GB/s")
                : string.Empty;
            yield return FormattableString.Invariant(
                $"{cell}H {result.Hidden}: the weights are in {level.Name}, which reads {most:0} GB/s{threads}; a step reaches {speed / most:P0} of that{goal}");
        }
    }
}
