namespace Cellwright.Graphs;

/// <summary>A named value of a cell, such as a gate: its name in canonical text form and the node that computes it.</summary>
/// <param name="Name">The canonical name, such as <c>c_tilde</c>.</param>
/// <param name="Node">The value.</param>
public readonly record struct NamedNode(string Name, Node Node);

/// <summary>A state of a cell: a signal (or input) whose value one step before some equation reads.</summary>
/// <param name="Name">The canonical name; <c>x</c> where the cell reads x[t-1].</param>
/// <param name="Previous">The leaf that stands for the value at t−1.</param>
/// <param name="Next">The value at t.</param>
/// <param name="Initial">The value before the first step, computed once from constants and parameters: a vector of the state's width.</param>
public readonly record struct CellState(string Name, Node Previous, Node Next, Node Initial);

/// <summary>A parameter of a cell: what training changes.</summary>
/// <param name="Name">The canonical name, such as <c>W_f</c>.</param>
/// <param name="Node">The leaf; its shape is the parameter's.</param>
/// <param name="Initializer">How values are drawn before training.</param>
public readonly record struct CellParameter(string Name, Node Node, Initializer Initializer);

/// <summary>A cell as a typed, shape-checked graph of one time step.</summary>
public sealed class CellGraph
{
    /// <summary>The nodes.</summary>
    public required Graph Graph { get; init; }

    /// <summary>The inputs in the order they are declared; <see cref="NamedNode.Node"/> is the leaf.</summary>
    public required IReadOnlyList<NamedNode> Inputs { get; init; }

    /// <summary>Every named signal in the order it is written.</summary>
    public required IReadOnlyList<NamedNode> Signals { get; init; }

    /// <summary>The states, in the order of the equations that compute them; a remembered input (x[t-1]) last.</summary>
    public required IReadOnlyList<CellState> States { get; init; }

    /// <summary>The trained parameters in the order the equations first name them.</summary>
    public required IReadOnlyList<CellParameter> Parameters { get; init; }

    /// <summary>Parameters computed from parameters, in the order they are written.</summary>
    public required IReadOnlyList<NamedNode> DerivedParameters { get; init; }

    /// <summary>The signal that the cell gives out at each step.</summary>
    public required NamedNode Output { get; init; }

    /// <summary>The names of the sizes that a layer must be given, such as <c>input</c> and <c>hidden</c>, in that order.</summary>
    public IReadOnlyList<string> SizeNames =>
        [.. Graph.Nodes.SelectMany(node => node.Shape.Rows.Names.Concat(node.Shape.Columns.Names)).Distinct()
            .OrderBy(name => name switch { "input" => 0, "hidden" => 1, _ => 2 }).ThenBy(name => name, StringComparer.Ordinal)];
}
