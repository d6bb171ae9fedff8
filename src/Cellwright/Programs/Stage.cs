using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>One piece of work of a program, done for all rows of a step (or of all steps).</summary>
public abstract record Stage;

/// <summary>
/// Matrix products whose results lie side by side: result_j = start_j + Σ_k M[j, k] operand_k, one joint product
/// with the operands one behind the other and the results side by side.
/// </summary>
/// <param name="Results">The sums, in adjacent slots of one buffer.</param>
/// <param name="Operands">The vectors that are multiplied, in the order of summation.</param>
/// <param name="Matrices">For each result, for each operand, the matrix: a value known once.</param>
/// <param name="Biases">For each result, the vector its sum starts from, or null for 0. Empty: the sums go on from what the results hold.</param>
public sealed record ProductStage(
    IReadOnlyList<PlacedNode> Results, IReadOnlyList<PlacedNode> Operands, IReadOnlyList<IReadOnlyList<Node>> Matrices, IReadOnlyList<Node?> Biases) : Stage;

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

/// <summary>Copies values side by side into one slot, and zeros where there is none.</summary>
/// <param name="Parts">Where each part is, its first element in the result, and its width.</param>
/// <param name="Result">The slot.</param>
/// <param name="Width">The width of the slot.</param>
public sealed record AssembleStage(IReadOnlyList<(Place Place, Width Offset, Width Width)> Parts, Place Result, Width Width) : Stage;

/// <summary>A node and where its value lies.</summary>
/// <param name="Node">The node.</param>
/// <param name="Place">The place.</param>
public readonly record struct PlacedNode(Node Node, Place Place);
