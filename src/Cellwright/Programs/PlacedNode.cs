using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>A node and where its value lies.</summary>
/// <param name="Node">The node.</param>
/// <param name="Place">The place.</param>
public readonly record struct PlacedNode(Node Node, Place Place);
