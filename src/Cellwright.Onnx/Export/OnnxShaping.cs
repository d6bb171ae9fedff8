namespace Cellwright.Onnx.Export;

/// <summary>Nodes that change how the values of a tensor lie.</summary>
internal static class OnnxShaping
{
    /// <summary>Another shape; 0 for the size the axis has, -1 for what is left.</summary>
    public static string Reshape(this OnnxGraphBuilder graph, string value, params ReadOnlySpan<long> shape) =>
        graph.Add("Reshape", value + ".shaped", [value, graph.Wholes(shape)]);

    /// <summary>Axes in another order.</summary>
    public static string Transpose(this OnnxGraphBuilder graph, string value, params ReadOnlySpan<long> order) =>
        graph.Add("Transpose", value + ".turned", [value], OnnxAttributes.Of("perm", order.ToArray()));

    /// <summary>Part of an axis.</summary>
    public static string Slice(this OnnxGraphBuilder graph, string value, long axis, long first, long end = int.MaxValue) =>
        graph.Add("Slice", value + ".part", [value, graph.Wholes(first), graph.Wholes(end), graph.Wholes(axis)]);

    /// <summary>New axes of size 1.</summary>
    public static string Unsqueeze(this OnnxGraphBuilder graph, string value, params ReadOnlySpan<long> axes) =>
        graph.Add("Unsqueeze", value + ".axes", [value, graph.Wholes(axes)]);

    /// <summary>Values one behind the other along an axis; one alone stays as it is.</summary>
    public static string Concat(this OnnxGraphBuilder graph, string name, long axis, params ReadOnlySpan<string> values) =>
        values.Length == 1 ? values[0] : graph.Add("Concat", name, values, OnnxAttributes.Of("axis", axis));

    /// <summary>Some sizes of a value, as a tensor of one axis.</summary>
    public static string Sizes(this OnnxGraphBuilder graph, string value, long first, long end) =>
        graph.Add("Shape", value + ".sizes", [value], OnnxAttributes.Of("start", first), OnnxAttributes.Of("end", end));

    /// <summary>A value repeated to a shape that is computed.</summary>
    public static string Expand(this OnnxGraphBuilder graph, string value, params ReadOnlySpan<string> sizes) =>
        graph.Add("Expand", value + ".each", [value, graph.Concat(value + ".wanted", 0, sizes)]);

    /// <summary>x Wᵀ + b.</summary>
    public static string Linear(this OnnxGraphBuilder graph, string name, string value, string weights, string bias)
    {
        string transposed = graph.Add("Transpose", weights + ".transposed", [weights], OnnxAttributes.Of("perm", [1L, 0L]));
        return graph.Add("Add", name, [graph.Add("MatMul", name + ".product", [value, transposed]), bias]);
    }
}
