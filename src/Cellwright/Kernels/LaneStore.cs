namespace Cellwright.Kernels;

/// <summary>A value that a kernel writes.</summary>
/// <param name="Value">The instruction; −1 for a sum over the row.</param>
/// <param name="Reduction">The index of the sum; −1 otherwise.</param>
/// <param name="Row">The index of the buffer's pointer.</param>
/// <param name="Offset">The first element.</param>
internal readonly record struct LaneStore(int Value, int Reduction, int Row, int Offset);
