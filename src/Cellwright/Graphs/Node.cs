using System.Collections.Immutable;

namespace Cellwright.Graphs;

/// <summary>
/// One value of a <see cref="Graph"/>: an operation on earlier nodes. Nodes are made by a graph's methods only,
/// and equal expressions are one node.
/// </summary>
public sealed class Node
{
    internal Node(Graph graph, int id, NodeKey key, ImmutableArray<Node> operands, Shape shape, bool isPerStep)
    {
        Graph = graph;
        Id = id;
        Key = key;
        Operands = operands;
        Shape = shape;
        IsPerStep = isPerStep;
        IsOverWidth = isPerStep && shape.IsSingle
            && (key.Operation is Operation.Sum or Operation.Largest || operands.Any(operand => operand.IsOverWidth));
    }

    /// <summary>The place of the node in its graph; operands have smaller ids, so ids are a topological order.</summary>
    public int Id { get; }

    /// <summary>What the node computes.</summary>
    public Operation Operation => Key.Operation;

    /// <summary>The values it computes from.</summary>
    public ImmutableArray<Node> Operands { get; }

    /// <summary>The shape, of one sequence where <see cref="IsPerStep"/>.</summary>
    public Shape Shape { get; }

    /// <summary>Whether the value is computed in every step for every sequence; otherwise once per update of the parameters.</summary>
    public bool IsPerStep { get; }

    /// <summary>The name of a leaf; null for the others.</summary>
    public string? Name => Key.Name;

    /// <summary>The value of a <see cref="Operation.Constant"/>.</summary>
    public double Value => Key.Value;

    /// <summary>Where a slice or placement begins; null for the others.</summary>
    public Width? Offset => Key.Offset;

    /// <summary>Whether this is a single value computed from the whole width of a vector, such as a mean.</summary>
    internal bool IsOverWidth { get; }

    internal Graph Graph { get; }

    internal NodeKey Key { get; }

    /// <summary>The node as text, for debugging: its operation and the ids of its operands.</summary>
    public override string ToString() =>
        $"%{Id} = {Operation}{(Name is null ? string.Empty : $" {Name}")}({string.Join(", ", Operands.Select(operand => $"%{operand.Id}"))}) {Shape}";
}
