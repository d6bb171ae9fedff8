namespace Cellwright.Inspection;

/// <summary>One signal of a cell over a batch of sequences.</summary>
/// <param name="Name">The canonical name, such as <c>c_tilde</c>.</param>
/// <param name="Width">Its elements, also called units.</param>
/// <param name="IsState">Whether the step after reads it.</param>
/// <param name="Values">The values, [T, B, Width]; 0 past a sequence's end.</param>
public sealed record SignalTrace(string Name, int Width, bool IsState, ReadOnlyMemory<float> Values);
