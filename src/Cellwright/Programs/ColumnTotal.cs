using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>A bias gradient: the sum over rows of a value.</summary>
/// <param name="Sum">The node that stands for the sum.</param>
/// <param name="Place">Where the value is.</param>
public readonly record struct ColumnTotal(Node Sum, Place Place);
