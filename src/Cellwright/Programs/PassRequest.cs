using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>What one direction is asked for.</summary>
internal sealed class PassRequest
{
    /// <summary>Values to be written to given places in every step.</summary>
    public List<PlacedNode> Targets { get; } = [];

    /// <summary>Targets that the next step reads.</summary>
    public HashSet<Node> Carried { get; } = [];

    /// <summary>Values to be kept for all steps, wherever it suits.</summary>
    public List<Node> Kept { get; } = [];

    /// <summary>For leaves that are gone behind the loop, where a target keeps them for it.</summary>
    public Dictionary<Node, Place> Copies { get; } = [];

    /// <summary>For values to be kept, in the order they come, memory of the same width that they may take if this pass does not read it afterwards.</summary>
    public List<PlacedNode> Successors { get; } = [];

    /// <summary>The values that lie in that memory before this pass.</summary>
    public Func<Place, IEnumerable<Node>> HeldAt { get; init; } = _ => [];

    /// <summary>Where a value that this pass need not compute lies; null for the others.</summary>
    public required Func<Node, Place?> Available { get; init; }

    /// <summary>Leaves that the step done before has computed.</summary>
    public required Func<Node, bool> IsCarryLeaf { get; init; }

    /// <summary>Nodes that are never taken apart or computed twice, because they have a name or a buffer of their own.</summary>
    public required Func<Node, bool> IsAnchor { get; init; }

    /// <summary>The nodes that decide how sums are taken apart: the same whatever is kept.</summary>
    public required IReadOnlyList<Node> Roots { get; init; }

    /// <summary>Whether sums that only a target wants may be accumulated in the target.</summary>
    public bool AllowSinks { get; init; }
}
