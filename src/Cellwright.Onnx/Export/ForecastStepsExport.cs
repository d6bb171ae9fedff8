using Cellwright.Layers;
using Cellwright.Tasks.Series;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>
/// Forecasts segment by segment: a loop in which each predicted segment is the next input. What a baseline looks at goes
/// round the loop too, with room before it, so that its size stays.
/// </summary>
internal sealed class ForecastStepsExport(
    OnnxModelWriter writer, ForecastShape shape, ForecastInputs inputs, LayerStack layers, Func<OnnxGraphBuilder, string, string> head)
{
    private static readonly OnnxAxis Sequences = new(0, "sequences");

    private readonly OnnxGraphBuilder graph = writer.Graph;
    private readonly ForecasterDesign design = shape.Design;

    /// <summary>Writes the segments behind the first one.</summary>
    /// <param name="first">The network's outputs for the first segment, [1, sequences, outputs].</param>
    /// <param name="baseline">Its baseline, [1, sequences, values]; null for none.</param>
    /// <param name="states">The states behind the window.</param>
    /// <param name="history">What the baseline looked at, [sequences, rows, width]; null for none.</param>
    /// <param name="rows">How many rows that has.</param>
    /// <returns>The outputs and baselines of all segments, [segments, sequences, ·].</returns>
    public (string Outputs, string? Baselines) Write(string first, string? baseline, string[] states, string? history, int rows)
    {
        OnnxGraphBuilder body = graph.Inner("segment");
        string[] previous = [.. layers.StateWidths.Select(state => body.Input("ahead." + state.Name, DataType.Float, Sequences, state.Width))];
        string segment = body.Input("segment.values", DataType.Float, Sequences, design.Segment, shape.Width);
        string? seen = history is null ? null : body.Input("segment.history", DataType.Float, Sequences, rows, shape.Width);
        string? known = inputs.KnownAhead();
        string? knownNow = known is null ? null : body.Reshape(body.Input("segment.known", DataType.Float, Sequences, design.Segment * shape.Columns.Known), 0, design.Segment, shape.Columns.Known);
        _ = body.Input("segment.index", DataType.Int64);

        string x = inputs.StepInputs(body, segment, knownNow);
        (string output, string[] next) = writer.Layers(body).Write(layers, "ahead.", new SequenceValues([x], previous, null, IsReverse: false));
        string outputs = body.Add("Squeeze", "segment.outputs", [head(body, output), body.Wholes(0)]);
        string? rolled = null;
        string? own = null;
        if (seen is not null)
        {
            rolled = body.Concat("segment.rolled", 1, body.Slice(seen, 1, design.Segment), segment);
            own = body.Reshape(BaselineExport.Write(body, design, rolled, rows, design.Segment), 0, shape.SegmentValues);
        }

        for (int i = 0; i < next.Length; i++)
        {
            body.Output("ahead.next." + layers.StateWidths[i].Name, next[i], DataType.Float, Sequences, layers.StateWidths[i].Width);
        }

        body.Output("segment.next", Predicted(body, outputs, own), DataType.Float, Sequences, design.Segment, shape.Width);
        if (rolled is not null)
        {
            body.Output("segment.seen", rolled, DataType.Float, Sequences, rows, shape.Width);
        }

        body.Output("segment.given", outputs, DataType.Float, Sequences, shape.SegmentOutputs);
        if (own is not null)
        {
            body.Output("segment.baseline", own, DataType.Float, Sequences, shape.SegmentValues);
        }

        string begin = Predicted(graph, graph.Add("Squeeze", "first.outputs", [first, graph.Wholes(0)]), baseline);
        string count = graph.Add("Range", "segments", [graph.Whole(1), graph.Whole(shape.Points), graph.Whole(1)]);
        string[] carried = [.. states, begin, .. history is null ? (string[])[] : [history]];
        string[] read = [.. known is null ? (string[])[] : [graph.Slice(known, 0, 1)], count];
        string[] results = graph.Add(
            "Scan",
            [.. carried.Select((_, i) => FormattableString.Invariant($"ahead.last_{i}")), "ahead.outputs", .. own is null ? (string[])[] : ["ahead.baselines"]],
            [.. carried, .. read],
            OnnxAttributes.Of("body", body.Graph),
            OnnxAttributes.Of("num_scan_inputs", read.Length));
        string[] given = results[carried.Length..];
        return (graph.Concat("outputs", 0, first, given[0]), baseline is null ? null : graph.Concat("baselines", 0, baseline, given[1]));
    }

    // The points on the window's scale, [sequences, segment, width].
    private string Predicted(OnnxGraphBuilder place, string outputs, string? baseline)
    {
        string point = place.Reshape(ForecastOutputs.Channel(place, place.Reshape(outputs, -1, shape.SegmentValues, design.Head.Outputs), ForecastOutputs.PointChannel(design.Head)), -1, design.Segment, shape.Width);
        return baseline is null ? point : place.Add("Add", "predicted", [point, place.Reshape(baseline, -1, design.Segment, shape.Width)]);
    }
}
