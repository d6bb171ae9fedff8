namespace Cellwright.Kernels;

/// <summary>One instruction: operands are indices of earlier instructions; −1 where there is none.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="A">The first operand; for loads the index of the pointer.</param>
/// <param name="B">The second operand.</param>
/// <param name="C">The third operand.</param>
/// <param name="Bits">A constant's float32 bits, a shift's count, or a load's first element.</param>
internal readonly record struct LaneInstruction(LaneOperation Operation, int A = -1, int B = -1, int C = -1, int Bits = 0);
