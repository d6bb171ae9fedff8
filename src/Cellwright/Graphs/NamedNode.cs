namespace Cellwright.Graphs;

/// <summary>A named value of a cell, such as a gate: its name in canonical text form and the node that computes it.</summary>
/// <param name="Name">The canonical name, such as <c>c_tilde</c>.</param>
/// <param name="Node">The value.</param>
public readonly record struct NamedNode(string Name, Node Node);
