using Cellwright.Interchange;

namespace Cellwright.Onnx.Import;

/// <summary>An operator that is understood.</summary>
/// <param name="LeastInputs">The fewest inputs it takes.</param>
/// <param name="MostInputs">The most inputs it takes.</param>
/// <param name="Attributes">The attributes it may have.</param>
/// <param name="Read">What its outputs are.</param>
internal sealed record NodeRule(int LeastInputs, int MostInputs, IReadOnlyList<string> Attributes, Func<GraphReader, GraphNode, IReadOnlyList<GraphValue?>> Read);

/// <summary>The operators that are understood, by name.</summary>
internal static class NodeRules
{
    private const int Many = int.MaxValue;

    private static readonly string[] Recurrent = ["activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "layout"];

    /// <summary>All of them.</summary>
    public static Dictionary<string, NodeRule> All { get; } = new(StringComparer.Ordinal)
    {
        ["RNN"] = new(3, 6, Recurrent, (reader, node) => RecurrentNodes.Read(reader, node, RecurrentOperator.Rnn)),
        ["GRU"] = new(3, 6, [.. Recurrent, "linear_before_reset"], (reader, node) => RecurrentNodes.Read(reader, node, RecurrentOperator.Gru)),
        ["LSTM"] = new(3, 8, [.. Recurrent, "input_forget"], (reader, node) => RecurrentNodes.Read(reader, node, RecurrentOperator.Lstm)),
        ["Gemm"] = One(2, 3, ["alpha", "beta", "transA", "transB"], HeadNodes.Gemm),
        ["MatMul"] = One(2, 2, [], HeadNodes.MatMul),
        ["Add"] = One(2, 2, [], (_, node) => HeadNodes.Add(node)),
        ["Softmax"] = One(1, 1, ["axis"], HeadNodes.Softmax),
        ["Sigmoid"] = One(1, 1, [], (reader, node) => HeadNodes.Apply(reader, node, "σ")),
        ["Tanh"] = One(1, 1, [], (reader, node) => HeadNodes.Apply(reader, node, "tanh")),
        ["Relu"] = One(1, 1, [], (reader, node) => HeadNodes.Apply(reader, node, "relu")),
        ["Gather"] = One(2, 2, ["axis"], AxisNodes.Gather),
        ["Transpose"] = One(1, 1, ["perm"], (_, node) => AxisNodes.Transpose(node)),
        ["Squeeze"] = One(1, 2, ["axes"], (_, node) => AxisNodes.Squeeze(node)),
        ["Unsqueeze"] = One(1, 2, ["axes"], (_, node) => AxisNodes.Unsqueeze(node)),
        ["Reshape"] = One(2, 2, ["allowzero"], (_, node) => AxisNodes.Reshape(node)),
        ["Slice"] = One(1, 5, ["axes", "ends", "starts"], (_, node) => PartNodes.Slice(node)),
        ["Concat"] = One(1, Many, ["axis"], (_, node) => PartNodes.Concat(node)),
        ["Constant"] = One(0, 0, ["value", "value_float", "value_floats", "value_int", "value_ints"], ShapeNodes.Constant),
        ["ConstantOfShape"] = One(1, 1, ["value"], ShapeNodes.ConstantOfShape),
        ["Shape"] = One(1, 1, ["end", "start"], (_, node) => ShapeNodes.Shape(node)),
        ["Expand"] = One(2, 2, [], ShapeNodes.Expand),
        ["Tile"] = One(2, 2, [], (_, node) => ShapeNodes.Tile(node)),
        ["Mul"] = One(2, 2, [], (_, node) => ShapeNodes.Multiply(node)),
        ["ReduceProd"] = One(1, 2, ["axes", "keepdims", "noop_with_empty_axes"], (_, node) => ShapeNodes.ReduceProd(node)),
        ["Range"] = One(3, 3, [], (_, node) => ShapeNodes.Range(node)),
        ["Cast"] = One(1, 1, ["saturate", "to"], (_, node) => ShapeNodes.Cast(node)),
        ["Identity"] = One(1, 1, [], (_, node) => node.Input(0)),
        ["Where"] = One(3, 3, [], StateNodes.Where),
        ["Dropout"] = One(1, 3, ["ratio", "seed"], (_, node) => ShapeNodes.Dropout(node)),
        ["TopK"] = new(2, 2, ["axis", "largest", "sorted"], (_, node) => OrderNodes.TopK(node)),
        ["ScatterElements"] = One(3, 3, ["axis", "reduction"], (_, node) => OrderNodes.ScatterElements(node)),
    };

    private static NodeRule One(int least, int most, IReadOnlyList<string> attributes, Func<GraphReader, GraphNode, GraphValue> read) =>
        new(least, most, attributes, (reader, node) => [read(reader, node)]);
}
