namespace Cellwright.Onnx.Export;

/// <summary>Values of which some are missing, which are NaN.</summary>
internal static class ObservedValues
{
    /// <summary>The values with 0 for those that are missing.</summary>
    public static string Filled(OnnxGraphBuilder graph, string values) =>
        graph.Add("Where", values + ".filled", [graph.Add("IsNaN", values + ".missing", [values]), graph.Number(0), values]);

    /// <summary>The last value along an axis that is not missing; 0 where all are.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">The values, a tensor of <paramref name="rank"/> axes.</param>
    /// <param name="rank">How many axes.</param>
    /// <returns>The values, the second axis 1, and the place of each, below 0 where all are missing.</returns>
    public static (string Value, string Place) Last(OnnxGraphBuilder graph, string values, int rank)
    {
        string count = graph.Add("Squeeze", values + ".count", [graph.Sizes(values, 1, 2)]);
        string places = graph.Unsqueeze(graph.Add("Range", values + ".places", [graph.Whole(0), count, graph.Whole(1)]), [0, .. Enumerable.Range(2, rank - 2).Select(axis => (long)axis)]);
        string missing = graph.Add("IsNaN", values + ".missing", [values]);
        string observed = graph.Add("Where", values + ".observed", [missing, graph.Whole(-1), places]);
        string last = graph.Add("ReduceMax", values + ".last", [observed, graph.Wholes(1)], OnnxAttributes.Of("keepdims", 1));
        string isLast = graph.Add("Equal", values + ".is_last", [observed, last]);
        string chosen = graph.Add("Where", values + ".chosen", [isLast, Filled(graph, values), graph.Number(0)]);
        return (graph.Add("ReduceSum", values + ".last_value", [chosen, graph.Wholes(1)], OnnxAttributes.Of("keepdims", 1)), last);
    }

    /// <summary>Rows that are all missing before rows, [sequences, count + rows, width].</summary>
    public static string PadBefore(OnnxGraphBuilder graph, string values, long count) => count == 0
        ? values
        : graph.Add("Pad", values + ".padded", [values, graph.Wholes(0, count, 0, 0, 0, 0), graph.Number(double.NaN)]);
}
