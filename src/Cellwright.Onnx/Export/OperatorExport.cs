using Cellwright.Interchange;
using Cellwright.Layers;
using Cellwright.Onnx.Format;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>
/// Writes a layer whose cell is the RNN, GRU or LSTM of the ONNX specification as that operator: alone, or two of them in
/// opposite directions as one node.
/// </summary>
internal sealed class OperatorExport
{
    private readonly OnnxGraphBuilder graph;
    private readonly IReadOnlyList<Layer> layers;
    private readonly RecurrentWeights[] weights;
    private readonly string prefix;

    private OperatorExport(OnnxGraphBuilder graph, IReadOnlyList<Layer> layers, RecurrentWeights[] weights, string prefix)
    {
        (this.graph, this.layers, this.weights, this.prefix) = (graph, layers, weights, prefix);
    }

    private RecurrentForm Form => weights[0].Form;

    /// <summary>Writes layers of opposite directions, or one alone.</summary>
    /// <param name="graph">The graph that receives them.</param>
    /// <param name="layers">The layer; or first the one that runs with time, then the other.</param>
    /// <param name="prefix">What stands before the names.</param>
    /// <param name="values">What they read.</param>
    /// <returns>The names of the output and of the last states, of both layers together; null where a cell is no such operator, or both do not fit one.</returns>
    public static (string Output, string[] Final)? TryWrite(OnnxGraphBuilder graph, IReadOnlyList<Layer> layers, string prefix, SequenceValues values)
    {
        RecurrentForm?[] forms = [.. layers.Select(FormOf)];
        if (forms.Contains(null) || (layers.Count > 1 && (values.IsReverse || !AreAlike(layers, forms!))))
        {
            return null;
        }

        return new OperatorExport(graph, layers, [.. layers.Select(RecurrentWeights.Of)], prefix).Write(values);
    }

    // The operator's LSTM has no projection, and no state keeps its value at random.
    private static RecurrentForm? FormOf(Layer layer) =>
        layer.Regularization.Zoneout.Count == 0 && RecurrentForm.TryRecognize(layer.Cell.Graph, out RecurrentForm? form, out _) && form.Projection is null ? form : null;

    private static bool AreAlike(IReadOnlyList<Layer> layers, RecurrentForm[] forms) =>
        layers[0].OutputWidth == layers[1].OutputWidth
        && forms[0].Operator == forms[1].Operator
        && forms[0].ResetAfter == forms[1].ResetAfter
        && forms[0].Coupled == forms[1].Coupled
        && forms[0].Clip == forms[1].Clip;

    private (string Output, string[] Final) Write(SequenceValues values)
    {
        bool hasMemory = Form.Operator == RecurrentOperator.Lstm;
        string initialHidden = Initial(values, layer => weights[layer].Form.HiddenState.Name, "initial_h");
        string[] inputs = [values.Inputs[0], Shared("W", InputMatrices), Shared("R", RecurrentMatrices), Shared("B", Biases), values.Lengths ?? string.Empty, initialHidden];
        if (hasMemory)
        {
            string peepholes = weights.Any(each => each.Form.HasPeepholes) ? Shared("P", Peepholes) : string.Empty;
            string memory = Initial(values, layer => weights[layer].Form.MemoryState!.Value.Name, "initial_c");
            inputs = [.. inputs, memory, .. peepholes.Length == 0 ? (string[])[] : [peepholes]];
        }

        string[] results = graph.Add(
            Form.Operator.ToString().ToUpperInvariant(),
            [prefix + "Y", prefix + "Y_h", .. hasMemory ? (string[])[prefix + "Y_c"] : []],
            inputs,
            [.. Attributes(values.IsReverse)]);
        string output = layers.Count == 1
            ? graph.Add("Squeeze", prefix + "h", [results[0], graph.Wholes(1)])
            : graph.Reshape(graph.Transpose(results[0], 0, 2, 1, 3), 0, 0, 2 * layers[0].OutputWidth);
        return (output, Final(values, results));
    }

    // The last states in the order of the layers'.
    private string[] Final(SequenceValues values, string[] results)
    {
        string? isRead = values.Lengths is null ? null : graph.Unsqueeze(graph.Add("Cast", prefix + "is_read", [values.Lengths], OnnxAttributes.Of("to", (long)DataType.Bool)), 1);
        List<string> final = [];
        for (int direction = 0; direction < layers.Count; direction++)
        {
            foreach ((string state, _) in layers[direction].StateWidths)
            {
                string all = state == weights[direction].Form.HiddenState.Name ? results[1] : results[2];
                string last = graph.Add("Gather", $"{prefix}last.{state}", [all, graph.Whole(direction)], OnnxAttributes.Of("axis", 0));

                // ONNX Runtime gives zeros for a sequence of no step, whose state is still the initial one.
                final.Add(isRead is null ? last : graph.Add("Where", $"{prefix}kept.{state}", [isRead, last, values.Initial[final.Count]]));
            }
        }

        return [.. final];
    }

    private IEnumerable<AttributeProto> Attributes(bool isReverse)
    {
        yield return OnnxAttributes.Of("hidden_size", weights[0].HiddenWidth);
        if (layers.Count > 1 || isReverse)
        {
            yield return OnnxAttributes.Of("direction", layers.Count > 1 ? "bidirectional" : "reverse");
        }

        if (Form.Clip is { } clip)
        {
            yield return OnnxAttributes.Of("clip", (float)clip);
        }

        if (Form.Coupled)
        {
            yield return OnnxAttributes.Of("input_forget", 1);
        }

        if (Form.ResetAfter)
        {
            yield return OnnxAttributes.Of("linear_before_reset", 1);
        }

        foreach (AttributeProto attribute in OperatorActivations.Of([.. weights.Select(each => each.Form)]))
        {
            yield return attribute;
        }
    }

    // The gates in the operator's order.
    private RecurrentRole[] Order => Form.Operator switch
    {
        RecurrentOperator.Lstm => [RecurrentRole.Input, RecurrentRole.Output, RecurrentRole.Forget, RecurrentRole.Candidate],
        RecurrentOperator.Gru => [RecurrentRole.Update, RecurrentRole.Reset, RecurrentRole.Candidate],
        _ => [RecurrentRole.Candidate],
    };

    private string Shared(string part, Func<string, string> write) => graph.Shared(layers[0], part, () => write(prefix + part));

    private string InputMatrices(string name) => Stack(name, each => each.Input, Order, weights[0].InputWidth);

    private string RecurrentMatrices(string name) => Stack(name, each => each.Recurrent, Order, weights[0].OutputWidth);

    private string Peepholes(string name) => Stack(name, each => each.Peephole, [RecurrentRole.Input, RecurrentRole.Output, RecurrentRole.Forget], null);

    private string Biases(string name)
    {
        float[] values = [.. weights.SelectMany(each => Gates(each, each.Bias, Order).Concat(Gates(each, each.RecurrentBias, Order)))];
        return graph.Tensor(name, [weights.Length, values.Length / weights.Length], values);
    }

    private string Stack(string name, Func<RecurrentWeights, IReadOnlyList<float[]>> part, RecurrentRole[] order, long? columns)
    {
        float[] values = [.. weights.SelectMany(each => Gates(each, part(each), order))];
        long rows = (long)order.Length * weights[0].HiddenWidth;
        return graph.Tensor(name, columns is { } width ? [weights.Length, rows, width] : [weights.Length, rows], values);
    }

    private static IEnumerable<float> Gates(RecurrentWeights of, IReadOnlyList<float[]> values, RecurrentRole[] order) =>
        order.SelectMany(role => values[Enumerable.Range(0, of.Form.Gates.Count).First(gate => of.Form.Gates[gate].Role == role)]);

    // The states of all directions, [directions, batch, width].
    private string Initial(SequenceValues values, Func<int, string> nameOf, string title)
    {
        List<string> parts = [];
        int before = 0;
        for (int direction = 0; direction < layers.Count; direction++)
        {
            string name = nameOf(direction);
            int index = layers[direction].StateWidths.Select(state => state.Name).ToList().IndexOf(name);
            parts.Add(graph.Unsqueeze(values.Initial[before + index], 0));
            before += layers[direction].StateWidths.Count;
        }

        return graph.Concat(prefix + title, 0, [.. parts]);
    }
}
