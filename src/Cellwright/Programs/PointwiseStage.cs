using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>An elementwise kernel: a sub-graph whose values share one width, element by element.</summary>
/// <param name="Width">The width of the rows it runs over.</param>
/// <param name="Loads">Values read from buffers.</param>
/// <param name="Addends">For a loaded sum of products, what is added to it once it is loaded.</param>
/// <param name="Body">The nodes it computes, operands first; sums over the width among them.</param>
/// <param name="Stores">Values written to buffers.</param>
public sealed record PointwiseStage(
    Width Width,
    IReadOnlyList<PlacedNode> Loads,
    IReadOnlyDictionary<Node, IReadOnlyList<Node>> Addends,
    IReadOnlyList<Node> Body,
    IReadOnlyList<PlacedNode> Stores) : Stage;
