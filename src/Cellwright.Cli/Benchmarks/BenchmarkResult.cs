namespace Cellwright.Cli.Benchmarks;

/// <summary>What was measured of one case: an object of <c>bench --json</c>.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="Mode"><c>train</c>, <c>infer</c> or <c>step</c>.</param>
/// <param name="Batch">B.</param>
/// <param name="Input">I.</param>
/// <param name="Hidden">H.</param>
/// <param name="Steps">T.</param>
/// <param name="Threads">How many threads were allowed; for a step, how many ours took.</param>
/// <param name="Milliseconds">The median time of one pass.</param>
/// <param name="Gflops">Operations of the cell's matrix products a second, in 10⁹.</param>
/// <param name="PeakGflops">The most multiply-adds these threads did without memory, measured between the repetitions; 2 operations each, in 10⁹ a second.</param>
/// <param name="ShareOfPeak"><paramref name="Gflops"/> by <paramref name="PeakGflops"/>, from 0 to 1.</param>
/// <param name="AllocatedBytes">What the timed passes allocated of managed memory, the framework's own threads left out.</param>
/// <param name="Peers">The median milliseconds of each peer that computed the same.</param>
internal sealed record BenchmarkResult(
    string Cell,
    string Mode,
    int Batch,
    int Input,
    int Hidden,
    int Steps,
    int Threads,
    double Milliseconds,
    double Gflops,
    double PeakGflops,
    double ShareOfPeak,
    long AllocatedBytes,
    IReadOnlyDictionary<string, double> Peers)
{
    /// <summary>The shape.</summary>
    public BenchmarkShape Shape() => new(Batch, Hidden);
}
