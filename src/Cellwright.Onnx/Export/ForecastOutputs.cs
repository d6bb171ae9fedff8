using Cellwright.Tasks.Series;
using Cellwright.Training;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>What a network says of the rows ahead, as points, quantiles and the numbers of a distribution in the units of the series.</summary>
internal sealed class ForecastOutputs
{
    private readonly OnnxGraphBuilder graph;
    private readonly ForecastShape shape;
    private readonly ForecastInputs inputs;
    private readonly ForecastHead head;
    private readonly string outputs;
    private readonly string? baseline;

    private ForecastOutputs(OnnxGraphBuilder graph, ForecastShape shape, ForecastInputs inputs, string outputs, string? baselines)
    {
        (this.graph, this.shape, this.inputs) = (graph, shape, inputs);
        head = shape.Design.Head;
        this.outputs = graph.Reshape(outputs, shape.Points, -1, shape.SegmentValues, head.Outputs);
        baseline = baselines is null ? null : Rows(baselines);
    }

    /// <summary>Writes the outputs of the file.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="inputs">The inputs, whose scales are put back.</param>
    /// <param name="outputs">What the network gave, [segments, sequences, outputs].</param>
    /// <param name="baselines">The baselines, [segments, sequences, values]; null for none.</param>
    public static void Write(OnnxGraphBuilder graph, ForecastShape shape, ForecastInputs inputs, string outputs, string? baselines) =>
        new ForecastOutputs(graph, shape, inputs, outputs, baselines).Write();

    /// <summary>One of the numbers that are said of a value: the last axis is taken away.</summary>
    public static string Channel(OnnxGraphBuilder graph, string outputs, int index) =>
        graph.Add("Gather", outputs + ".channel", [outputs, graph.Whole(index)], OnnxAttributes.Of("axis", -1));

    /// <summary>Which of the numbers is the point.</summary>
    public static int PointChannel(ForecastHead head) => (int)head.Point([.. Enumerable.Range(0, head.Outputs).Select(index => (float)index)]);

    private void Write()
    {
        int horizon = shape.Design.Horizon;
        int targets = shape.Columns.Targets;
        string point = Location(PointChannel(head));
        graph.Output("forecast", point, DataType.Float, OnnxAxis.Batch, horizon, targets);
        if (head.Kind is ForecastHeadKind.Gaussian or ForecastHeadKind.Student)
        {
            graph.Output("scale", Scale(), DataType.Float, OnnxAxis.Batch, horizon, targets);
        }

        if (head.Kind == ForecastHeadKind.Student)
        {
            string freedom = graph.Add("Add", "freedom.above", [Positive(Channel(graph, outputs, 2)), graph.Number(StudentLikelihood.LeastFreedom)]);
            graph.Output("freedom", inputs.ToSeries(Rows(freedom), horizon), DataType.Float, OnnxAxis.Batch, horizon, targets);
        }

        if (Quantiles(point) is { } quantiles)
        {
            string all = graph.Concat("quantiles.all", -1, [.. quantiles.Select(each => graph.Unsqueeze(each, -1))]);
            // Learned quantiles may cross.
            string[] sorted = graph.Add(
                "TopK", ["quantiles.sorted", "quantiles.order"], [all, graph.Wholes(quantiles.Length)], OnnxAttributes.Of("axis", -1), OnnxAttributes.Of("largest", 0));
            graph.Output("quantiles", sorted[0], DataType.Float, OnnxAxis.Batch, horizon, targets, quantiles.Length);
        }
    }

    // Quantiles of Student's distribution need its inverse for degrees of freedom that only a run knows; nothing in ONNX has it.
    private string[]? Quantiles(string point) => head.Kind switch
    {
        ForecastHeadKind.Quantiles => [.. Enumerable.Range(0, head.Levels.Count).Select(Location)],
        ForecastHeadKind.Gaussian when head.Levels.Count > 0 => [.. head.Levels.Select(level =>
            graph.Add("Add", "quantile", [point, graph.Add("Mul", "quantile.distance", [Scale(), graph.Number(DistributionQuantile.Normal(level))])]))],
        _ => null,
    };

    // A value in the units of the series, [batch, horizon, targets].
    private string Location(int channel)
    {
        string value = Rows(Channel(graph, outputs, channel));
        value = baseline is null ? value : graph.Add("Add", "location", [value, baseline]);
        value = inputs.WindowDeviation is null ? value : graph.Add("Mul", "location.stretched", [value, inputs.WindowDeviation]);
        value = inputs.WindowOffset is null ? value : graph.Add("Add", "location.moved", [value, inputs.WindowOffset]);
        string series = inputs.ToSeries(value, shape.Design.Horizon);
        return graph.Add("Add", "location.restored", [graph.Add("Mul", "location.scaled", [series, inputs.Deviation]), inputs.Mean]);
    }

    // The scale of a distribution in the units of the series.
    private string Scale() => graph.Shared(this, "scale", () =>
    {
        string value = Rows(Positive(Channel(graph, outputs, 1)));
        value = inputs.WindowDeviation is null ? value : graph.Add("Mul", "scale.stretched", [value, inputs.WindowDeviation]);
        return graph.Add("Mul", "scale.restored", [inputs.ToSeries(value, shape.Design.Horizon), inputs.Deviation]);
    });

    // As PositiveScale: (x + r)/2 with r = √(x² + 4), for negative x as 2/(r − x), which loses no digits.
    private string Positive(string x)
    {
        string root = graph.Add("Sqrt", "positive.root", [graph.Add("Add", "positive.sum", [graph.Add("Mul", "positive.square", [x, x]), graph.Number(4)])]);
        string above = graph.Add("Mul", "positive.above", [graph.Number(0.5), graph.Add("Add", "positive.far", [x, root])]);
        string below = graph.Add("Div", "positive.below", [graph.Number(2), graph.Add("Sub", "positive.near", [root, x])]);
        string isAbove = graph.Add("GreaterOrEqual", "positive.is_above", [x, graph.Number(0)]);
        return graph.Add("Add", "positive", [graph.Add("Where", "positive.either", [isAbove, above, below]), graph.Number(PositiveScale.Least)]);
    }

    // [segments, sequences, values] as [sequences, horizon, width].
    private string Rows(string values)
    {
        string rows = graph.Reshape(graph.Transpose(values, 1, 0, 2), 0, shape.Points * shape.Design.Segment, shape.Width);
        return shape.Points * shape.Design.Segment == shape.Design.Horizon ? rows : graph.Slice(rows, 1, 0, shape.Design.Horizon);
    }
}
