using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>A weight gradient: the sum over rows of one value times another, d ⊗ v.</summary>
/// <param name="Total">The node that stands for the sum.</param>
/// <param name="Left">Where d is.</param>
/// <param name="Right">Where v is.</param>
public readonly record struct OuterTotal(Node Total, Place Left, Place Right);
