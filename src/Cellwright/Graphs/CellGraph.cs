namespace Cellwright.Graphs;

/// <summary>A cell as a typed, shape-checked graph of one time step.</summary>
public sealed class CellGraph
{
    /// <summary>The nodes.</summary>
    public required Graph Graph { get; init; }

    /// <summary>The inputs in the order they are declared; <see cref="NamedNode.Node"/> is the leaf.</summary>
    public required IReadOnlyList<NamedNode> Inputs { get; init; }

    /// <summary>What training draws for each step and sequence, such as the masks of <see cref="Zoneout"/>: inputs by which no gradient is wanted. Most cells have none.</summary>
    public IReadOnlyList<NamedNode> Masks { get; init; } = [];

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
