using Cellwright.Graphs;
using Cellwright.Layers;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>
/// Writes a layer of any cell as a loop over time, <c>Scan</c>, whose body are the equations. What depends on no state is
/// computed for all steps at once before the loop.
/// </summary>
internal sealed class ScanExport
{
    private readonly OnnxGraphBuilder graph;
    private readonly OnnxGraphBuilder body;
    private readonly CellGraph cell;
    private readonly IReadOnlyDictionary<string, int> sizes;
    private readonly CellPlan plan;
    private readonly string prefix;
    private readonly SequenceValues values;
    private readonly Dictionary<Node, string> outside = [];
    private readonly Dictionary<Node, string> inside = [];
    private readonly List<string> scanned = [];
    private readonly Dictionary<Node, string> titles = [];

    private ScanExport(OnnxGraphBuilder graph, Layer layer, string prefix, SequenceValues values)
    {
        (this.graph, this.prefix, this.values) = (graph, prefix, values);
        cell = layer.GraphInUse;
        sizes = layer.Sizes;
        plan = new CellPlan(cell);
        body = graph.Inner(prefix + "step");
        foreach (NamedNode named in cell.Signals.Concat(cell.DerivedParameters))
        {
            titles.TryAdd(named.Node, named.Name);
        }
    }

    /// <summary>Writes a layer.</summary>
    /// <param name="graph">The graph that receives it.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="prefix">What stands before its names.</param>
    /// <param name="values">What it reads.</param>
    /// <returns>The names of the output, [time, batch, width], and of the states behind each sequence's last step.</returns>
    public static (string Output, string[] Final) Write(OnnxGraphBuilder graph, Layer layer, string prefix, SequenceValues values)
    {
        ScanExport export = new(graph, layer, prefix, values);
        export.WriteParameters(layer);
        return export.Write();
    }

    private void WriteParameters(Layer layer)
    {
        for (int i = 0; i < cell.Parameters.Count; i++)
        {
            (CellParameter parameter, Parameter stored) = (cell.Parameters[i], layer.Parameters[i]);
            if (plan.Nodes.Contains(parameter.Node))
            {
                outside[parameter.Node] = graph.Shared(stored, string.Empty, () => graph.Tensor(prefix + parameter.Name, [.. LayerFile.ShapeOf(parameter, stored.Rows, stored.Columns)], stored.Values));
            }
        }
    }

    private (string Output, string[] Final) Write()
    {
        for (int i = 0; i < cell.Inputs.Count; i++)
        {
            outside[cell.Inputs[i].Node] = values.Inputs[i];
        }

        NodeExport once = new(graph, NodePlace.Once, sizes, node => outside[node]);
        NodeExport all = new(graph, NodePlace.AllSteps, sizes, node => outside[node]);
        foreach (Node node in plan.Nodes.Where(node => plan.Place(node) != NodePlace.EachStep && !outside.ContainsKey(node)))
        {
            outside[node] = (plan.Place(node) == NodePlace.Once ? once : all).Write(node, prefix + Title(node));
        }

        string[] previous = [.. cell.States.Select(state => inside[state.Previous] = body.Input(prefix + "previous." + state.Name, DataType.Float, OnnxAxis.Batch, Width(state.Previous)))];
        string? isWithin = values.Lengths is null ? null : WriteWithin();
        NodeExport step = new(body, NodePlace.EachStep, sizes, Inside);
        foreach (Node node in plan.Nodes.Where(node => plan.Place(node) == NodePlace.EachStep && node.Operation != Operation.Previous))
        {
            inside[node] = step.Write(node, prefix + "step." + Title(node));
        }

        string[] next = [.. cell.States.Select((state, i) => Kept(isWithin, Inside(state.Next), previous[i], prefix + "kept." + state.Name))];
        string given = Kept(isWithin, Inside(cell.Output.Node), body.Number(0), prefix + "given." + cell.Output.Name);
        for (int i = 0; i < next.Length; i++)
        {
            body.Output(prefix + "next." + cell.States[i].Name, next[i], DataType.Float, OnnxAxis.Batch, Width(cell.States[i].Next));
        }

        body.Output(prefix + "out." + cell.Output.Name, given, DataType.Float, OnnxAxis.Batch, Width(cell.Output.Node));
        long direction = values.IsReverse ? 1 : 0;
        string[] results = graph.Add(
            "Scan",
            [.. cell.States.Select(state => prefix + "last." + state.Name), prefix + cell.Output.Name],
            [.. values.Initial, .. scanned],
            OnnxAttributes.Of("body", body.Graph),
            OnnxAttributes.Of("num_scan_inputs", scanned.Count),
            OnnxAttributes.Of("scan_input_directions", Enumerable.Repeat(direction, scanned.Count)),
            OnnxAttributes.Of("scan_output_directions", [direction]));
        return (results[^1], results[..^1]);
    }

    private int Width(Node node) => node.Shape.Rows.Evaluate(sizes);

    private string Title(Node node) => titles.TryGetValue(node, out string? title) ? title : node.Operation.ToString().ToLowerInvariant();

    // The name of a value in the loop; one that is known for all steps goes in step by step.
    private string Inside(Node node)
    {
        if (inside.TryGetValue(node, out string? known))
        {
            return known;
        }

        if (plan.Place(node) == NodePlace.Once)
        {
            return outside[node];
        }

        scanned.Add(outside[node]);
        string title = cell.Inputs.FirstOrDefault(input => input.Node == node).Name ?? Title(node);
        return inside[node] = body.Input(prefix + "step." + title, DataType.Float, OnnxAxis.Batch, Width(node));
    }

    // Whether the step is one of the sequence's own, [batch, 1].
    private string WriteWithin()
    {
        string time = graph.Add("Shape", prefix + "time", [values.Inputs[0]], OnnxAttributes.Of("end", 1));
        string count = graph.Add("Squeeze", prefix + "steps", [time]);
        string indices = graph.Add("Range", prefix + "indices", [graph.Whole(0), count, graph.Whole(1)]);
        scanned.Add(indices);
        string index = body.Input(prefix + "index", DataType.Int64);
        string lengths = body.Add("Cast", prefix + "limits", [values.Lengths!], OnnxAttributes.Of("to", (long)DataType.Int64));
        return body.Add("Unsqueeze", prefix + "within", [body.Add("Less", prefix + "reached", [index, lengths]), body.Wholes(1)]);
    }

    private string Kept(string? isWithin, string value, string otherwise, string name) =>
        isWithin is null ? value : body.Add("Where", name, [isWithin, value, otherwise]);
}
