using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Programs;

namespace Cellwright.Cli.Benchmarks;

/// <summary>One thing to measure.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Mode">What is measured of it.</param>
/// <param name="Batch">B.</param>
/// <param name="Threads">How many threads ours and the peers may use.</param>
/// <param name="Sizes">The cell's sizes.</param>
internal sealed record BenchmarkCase(Cell Cell, BenchmarkMode Mode, int Batch, int Threads, Dictionary<string, int> Sizes)
{
    /// <summary>The steps of every sequence.</summary>
    public int Steps => Mode == BenchmarkMode.Step ? 1 : 64;

    /// <summary>I.</summary>
    public int Input => Sizes["input"];

    /// <summary>H.</summary>
    public int Hidden => Sizes["hidden"];

    /// <summary>How many threads ours takes: one for a step whose matrices are small, however many it may use.</summary>
    public int UsedThreads => Mode == BenchmarkMode.Step && Threads > 1 && sizeof(float) * MultiplyAddsPerStep < StreamOptions.LeastSharedBytes ? 1 : Threads;

    /// <summary>
    /// Floating-point operations of one pass: the cell's matrix products alone, 2 for a multiply-add. A product is
    /// counted once forward and, in training, twice backward: once for its operand's gradient, once for its matrix's.
    /// </summary>
    public double Operations => 2.0 * MultiplyAddsPerStep * Steps * Batch * (Mode == BenchmarkMode.Train ? 3 : 1);

    private long MultiplyAddsPerStep => CellProgram.Build(Cell.Graph).MultiplyAddsPerStep(Sizes);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Cell.Name} {Mode.ToString().ToLowerInvariant()} {new BenchmarkShape(Batch, Hidden)}, {Threads} {(Threads == 1 ? "thread" : "threads")}{(UsedThreads < Threads ? ", of which ours takes one" : string.Empty)}";
}
