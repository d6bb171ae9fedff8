using Cellwright.Graphs;
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

    /// <summary>
    /// Floating-point operations of one pass: the cell's matrix products alone, 2 for a multiply-add. A product is
    /// counted once forward and, in training, twice backward: once for its operand's gradient, once for its matrix's.
    /// </summary>
    public double Operations =>
        2.0 * CellProgram.Build(Cell.Graph).MultiplyAddsPerStep(Sizes) * Steps * Batch * (Mode == BenchmarkMode.Train ? 3 : 1);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Cell.Name} {Mode.ToString().ToLowerInvariant()} {new BenchmarkShape(Batch, Hidden)}, {Threads} {(Threads == 1 ? "thread" : "threads")}";
}
