using Cellwright.Tasks.Memory;

namespace Cellwright.Cli.Memory;

/// <summary>One training of <c>probe memory</c>.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="Length">The task's length.</param>
/// <param name="Seed">The seed of first values and sequences.</param>
/// <param name="Parameters">How many numbers the model has.</param>
/// <param name="Result">What came of it.</param>
internal sealed record MemoryRun(string Cell, int Length, ulong Seed, long Parameters, MemoryProbeResult Result);
