namespace Cellwright.Graphs;

/// <summary>A parameter of a cell: what training changes.</summary>
/// <param name="Name">The canonical name, such as <c>W_f</c>.</param>
/// <param name="Node">The leaf; its shape is the parameter's.</param>
/// <param name="Initializer">How values are drawn before training.</param>
public readonly record struct CellParameter(string Name, Node Node, Initializer Initializer);
