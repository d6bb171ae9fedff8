using Cellwright.Graphs;

namespace Cellwright.Programs;

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
