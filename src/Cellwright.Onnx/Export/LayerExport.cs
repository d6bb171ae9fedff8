using Cellwright.Layers;

namespace Cellwright.Onnx.Export;

/// <summary>Writes layers: of one cell, in both directions, or one upon the other.</summary>
/// <param name="graph">The graph that receives them.</param>
/// <param name="operators">Whether a cell that is an operator of the specification becomes that one.</param>
internal sealed class LayerExport(OnnxGraphBuilder graph, bool operators)
{
    /// <summary>Writes a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="prefix">What stands before its names.</param>
    /// <param name="values">What it reads.</param>
    /// <returns>The names of the output, [time, batch, width], and of the states behind each sequence's last step.</returns>
    /// <exception cref="NotSupportedException">There is no such layer here.</exception>
    public (string Output, string[] Final) Write(SequenceLayer layer, string prefix, SequenceValues values) => layer switch
    {
        Layer single => (operators ? OperatorExport.TryWrite(graph, [single], prefix, values) : null) ?? ScanExport.Write(graph, single, prefix, values),
        BidirectionalLayer both => WriteBoth(both, prefix, values),
        ReversedLayer turned => Write(turned.Inner, prefix + BidirectionalLayer.Prefix, values with { IsReverse = !values.IsReverse }),
        LayerStack stack => WriteStack(stack, prefix, values),
        DropoutLayer => (values.Inputs[0], []),
        _ => throw new NotSupportedException($"a {layer.GetType().Name} cannot be written as ONNX"),
    };

    private (string Output, string[] Final) WriteBoth(BidirectionalLayer layer, string prefix, SequenceValues values)
    {
        (SequenceLayer forward, SequenceLayer reverse) = (layer.WithTime, layer.AgainstTime);
        if (operators && forward is Layer one && reverse is Layer other && OperatorExport.TryWrite(graph, [one, other], prefix, values) is { } together)
        {
            return together;
        }

        int states = forward.StateWidths.Count;
        (string Output, string[] Final) first = Write(forward, prefix, values with { Initial = [.. values.Initial.Take(states)] });
        (string Output, string[] Final) second = Write(
            reverse, prefix + BidirectionalLayer.Prefix, values with { Initial = [.. values.Initial.Skip(states)], IsReverse = !values.IsReverse });
        return (graph.Concat(prefix + "both", -1, first.Output, second.Output), [.. first.Final, .. second.Final]);
    }

    private (string Output, string[] Final) WriteStack(LayerStack stack, string prefix, SequenceValues values)
    {
        List<string> final = [];
        string input = values.Inputs[0];
        for (int i = 0; i < stack.Layers.Count; i++)
        {
            string own = prefix + stack.Prefixes[i];
            int states = stack.Layers[i].StateWidths.Count;
            IReadOnlyList<string> inputs = i == 0 ? values.Inputs : [input];
            (string output, string[] last) = Write(stack.Layers[i], own, values with { Inputs = inputs, Initial = [.. values.Initial.Skip(final.Count).Take(states)] });
            final.AddRange(last);
            input = stack.AddsInput[i] ? graph.Add("Add", own + "sum", [output, input]) : output;
        }

        return (input, [.. final]);
    }
}
