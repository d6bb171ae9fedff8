namespace Cellwright.Graphs;

/// <summary>What makes two nodes the same: operation, operands and payload.</summary>
internal readonly record struct NodeKey(Operation Operation, string Operands, string? Name, double Value, Width? Offset, Shape Shape);
