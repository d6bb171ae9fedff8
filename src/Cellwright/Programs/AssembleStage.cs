using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>Copies values side by side into one slot, and zeros where there is none.</summary>
/// <param name="Parts">Where each part is, its first element in the result, and its width.</param>
/// <param name="Result">The slot.</param>
/// <param name="Width">The width of the slot.</param>
public sealed record AssembleStage(IReadOnlyList<(Place Place, Width Offset, Width Width)> Parts, Place Result, Width Width) : Stage;
