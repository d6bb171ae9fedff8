using Cellwright.Layers;

namespace Cellwright.Onnx.Export;

/// <summary>Writes layers: of one cell, in both directions, or one upon the other.</summary>
internal static class LayerExport
{
    /// <summary>Writes a layer.</summary>
    /// <param name="graph">The graph that receives it.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="prefix">What stands before its names.</param>
    /// <param name="values">What it reads.</param>
    /// <returns>The names of the output, [time, batch, width], and of the states behind each sequence's last step.</returns>
    /// <exception cref="NotSupportedException">There is no such layer here.</exception>
    public static (string Output, string[] Final) Write(OnnxGraphBuilder graph, SequenceLayer layer, string prefix, SequenceValues values) => layer switch
    {
        Layer single => ScanExport.Write(graph, single, prefix, values),
        BidirectionalLayer both => WriteBoth(graph, both, prefix, values),
        LayerStack stack => WriteStack(graph, stack, prefix, values),
        DropoutLayer => (values.Inputs[0], []),
        _ => throw new NotSupportedException($"a {layer.GetType().Name} cannot be written as ONNX"),
    };

    private static (string Output, string[] Final) WriteBoth(OnnxGraphBuilder graph, BidirectionalLayer layer, string prefix, SequenceValues values)
    {
        (SequenceLayer forward, SequenceLayer reverse) = layer.Directions;
        int states = forward.StateWidths.Count;
        (string Output, string[] Final) first = Write(graph, forward, prefix, values with { Initial = [.. values.Initial.Take(states)] });
        (string Output, string[] Final) second = Write(
            graph, reverse, prefix + BidirectionalLayer.Prefix, values with { Initial = [.. values.Initial.Skip(states)], IsReverse = !values.IsReverse });
        return (graph.Add("Concat", prefix + "both", [first.Output, second.Output], OnnxAttributes.Of("axis", -1)), [.. first.Final, .. second.Final]);
    }

    private static (string Output, string[] Final) WriteStack(OnnxGraphBuilder graph, LayerStack stack, string prefix, SequenceValues values)
    {
        List<string> final = [];
        string input = values.Inputs[0];
        for (int i = 0; i < stack.Layers.Count; i++)
        {
            string own = prefix + stack.Prefixes[i];
            int states = stack.Layers[i].StateWidths.Count;
            IReadOnlyList<string> inputs = i == 0 ? values.Inputs : [input];
            (string output, string[] last) = Write(
                graph, stack.Layers[i], own, values with { Inputs = inputs, Initial = [.. values.Initial.Skip(final.Count).Take(states)] });
            final.AddRange(last);
            input = stack.AddsInput[i] ? graph.Add("Add", own + "sum", [output, input]) : output;
        }

        return (input, [.. final]);
    }
}
