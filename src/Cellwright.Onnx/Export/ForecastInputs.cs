using Cellwright.Tasks.Series;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>
/// What a forecaster reads: the inputs of the file in the units of the series, brought to the scales of the model. Sequences
/// are the batch where targets are read together, else the targets of each of the batch.
/// </summary>
internal sealed class ForecastInputs
{
    private readonly OnnxGraphBuilder graph;
    private readonly ForecastShape shape;
    private readonly string batch;
    private readonly string? past;
    private readonly string? known;
    private readonly string? constants;

    /// <summary>Writes the inputs and their scales.</summary>
    public ForecastInputs(OnnxGraphBuilder graph, ForecastShape shape, SeriesScaler scaler)
    {
        (this.graph, this.shape) = (graph, shape);
        ForecasterDesign design = shape.Design;
        (int targets, int pasts, int knowns, int statics) = shape.Columns;
        OnnxAxis rows = design.Carried ? new OnnxAxis(0, "rows") : design.Window;
        OnnxAxis knownRows = design.Carried ? new OnnxAxis(0, "known_rows") : design.Window + RowsAhead;
        string window = graph.Input("window", DataType.Float, OnnxAxis.Batch, rows, targets);
        string? pastInput = pasts == 0 ? null : graph.Input("past", DataType.Float, OnnxAxis.Batch, rows, pasts);
        string? knownInput = knowns == 0 ? null : graph.Input("known", DataType.Float, OnnxAxis.Batch, knownRows, knowns);
        string? staticInput = statics == 0 ? null : graph.Input("static", DataType.Float, OnnxAxis.Batch, statics);
        string? series = scaler.Ids.Count == 1 ? null : graph.Input("series", DataType.Int64, OnnxAxis.Batch);
        batch = graph.Sizes(window, 0, 1);
        Mean = TargetScale("mean", scaler.LearnedTargets, scale => scale.Mean, series);
        Deviation = TargetScale("deviation", scaler.LearnedTargets, scale => scale.Deviation, series);
        past = Covariates("past", pastInput, [.. Enumerable.Range(0, pasts).Select(scaler.Past)]);
        known = Covariates("known", knownInput, [.. Enumerable.Range(0, knowns).Select(scaler.Known)]);
        constants = Covariates("static", staticInput, [.. Enumerable.Range(0, statics).Select(scaler.Constant)]);
        string scaled = graph.Add("Div", "window.scaled", [graph.Add("Sub", "window.centered", [window, Mean]), Deviation]);
        Values = ToWindowScale(shape.SequencesPerSeries == 1 ? scaled : graph.Unsqueeze(graph.Add("Flatten", "window.sequences", [graph.Transpose(scaled, 0, 2, 1)], OnnxAttributes.Of("axis", 2)), 2));
    }

    /// <summary>The means of the targets, [batch or 1, 1, targets].</summary>
    public string Mean { get; }

    /// <summary>Their deviations.</summary>
    public string Deviation { get; }

    /// <summary>The targets on the window's scale, [sequences, rows, width], NaN where missing.</summary>
    public string Values { get; }

    /// <summary>What was taken out of each window, [sequences, 1, width]; null for nothing.</summary>
    public string? WindowOffset { get; private set; }

    /// <summary>By what each window was divided, [sequences, 1, width]; null for nothing.</summary>
    public string? WindowDeviation { get; private set; }

    /// <summary>The number of sequences, [1].</summary>
    public string Sequences => graph.Sizes(Values, 0, 1);

    private int RowsAhead => shape.Design.Ahead * shape.Design.Segment;

    /// <summary>The inputs of the encoder, [steps, sequences, input width].</summary>
    public string EncoderInputs()
    {
        int lead = shape.Design.Decoding == ForecastDecoding.Recursive ? shape.Design.Segment : 0;
        string? read = known is null ? null : graph.Slice(known, 1, lead, lead == RowsAhead ? int.MaxValue : lead - RowsAhead);
        return Steps(graph, Values, past, read);
    }

    /// <summary>What the encoder reads of predicted rows, [1, sequences, input width].</summary>
    /// <param name="body">The graph that predicts step by step.</param>
    /// <param name="values">The predicted values, [sequences, segment, width].</param>
    /// <param name="ahead">What is known of the segment behind them, [sequences, segment, columns]; null for nothing.</param>
    public string StepInputs(OnnxGraphBuilder body, string values, string? ahead) =>
        Steps(body, values, shape.Columns.Past == 0 ? null : ZeroPast(body, values), ahead);

    /// <summary>What is known of each segment ahead, [segments, sequences, segment × columns]; null for nothing.</summary>
    public string? KnownAhead() => known is null
        ? null
        : graph.Transpose(graph.Reshape(graph.Slice(known, 1, -RowsAhead), 0, shape.Design.Ahead, shape.Design.Segment * shape.Columns.Known), 1, 0, 2);

    /// <summary>The static columns of each sequence, [sequences, columns]; null for none.</summary>
    public string? Constants => constants;

    /// <summary>A table with a row for each target, as rows for each sequence.</summary>
    public string ForEachTarget(string table) => graph.Add("Tile", table + ".sequences", [table, graph.Concat(table + ".repeats", 0, batch, graph.Wholes(1))]);

    /// <summary>Values of sequences as values of series: [sequences, rows, width] to [batch, rows, targets].</summary>
    public string ToSeries(string values, int rows) => shape.SequencesPerSeries == 1
        ? values
        : graph.Transpose(graph.Reshape(values, -1, shape.Columns.Targets, rows), 0, 2, 1);

    private string ZeroPast(OnnxGraphBuilder body, string values) => body.Expand(body.Number(0), body.Sizes(values, 0, 2), body.Wholes(shape.Columns.Past));

    // Rows side by side in segments, then what is the same for all rows.
    private string Steps(OnnxGraphBuilder body, string values, string? pastRows, string? knownRows)
    {
        string row = ObservedValues.Filled(body, values);
        if (shape.Design.MarksMissing)
        {
            string mark = body.Add("Cast", "marks", [body.Add("IsNaN", "marked", [values])], OnnxAttributes.Of("to", (long)DataType.Float));
            row = body.Reshape(body.Concat("marked_values", -1, body.Unsqueeze(row, -1), body.Unsqueeze(mark, -1)), 0, 0, 2 * shape.Width);
        }

        string rows = body.Concat("rows", -1, [.. new[] { row, pastRows, knownRows }.OfType<string>()]);
        string steps = body.Reshape(rows, 0, -1, shape.Design.Segment * shape.RowWidth);
        List<string> parts = [steps];
        if (constants is not null)
        {
            parts.Add(ForEachStep(body, constants, steps, shape.Columns.Constants));
        }

        if (shape.Design.Decoding == ForecastDecoding.Recursive && shape.HasChannels)
        {
            parts.Add(ForEachStep(body, graph.Shared(this, "channels", WriteChannels), steps, shape.Columns.Targets));
        }

        return body.Transpose(body.Concat("steps", -1, [.. parts]), 1, 0, 2);
    }

    private static string ForEachStep(OnnxGraphBuilder body, string values, string steps, int width) =>
        body.Expand(body.Unsqueeze(values, 1), body.Sizes(steps, 0, 2), body.Wholes(width));

    // Which target a sequence is, as a row of zeros with one 1.
    private string WriteChannels()
    {
        int count = shape.Columns.Targets;
        float[] rows = new float[count * count];
        for (int i = 0; i < count; i++)
        {
            rows[(i * count) + i] = 1f;
        }

        return ForEachTarget(graph.Tensor("channels", [count, count], rows));
    }

    private string TargetScale(string name, IReadOnlyList<IReadOnlyList<ColumnScale>> scales, Func<ColumnScale, double> number, string? series)
    {
        float[] values = [.. scales.SelectMany(row => row).Select(scale => (float)number(scale))];
        string table = graph.Tensor($"scaler.targets.{name}", [scales.Count, scales[0].Count], values);
        return graph.Unsqueeze(series is null ? table : graph.Add("Gather", $"series.{name}", [table, series], OnnxAttributes.Of("axis", 0)), 1);
    }

    // On their scale, 0 where missing, and for each sequence.
    private string? Covariates(string name, string? values, ColumnScale[] scales)
    {
        if (values is null)
        {
            return null;
        }

        string mean = graph.Tensor($"scaler.{name}.mean", [scales.Length], [.. scales.Select(scale => (float)scale.Mean)]);
        string deviation = graph.Tensor($"scaler.{name}.deviation", [scales.Length], [.. scales.Select(scale => (float)scale.Deviation)]);
        string scaled = ObservedValues.Filled(graph, graph.Add("Div", name + ".scaled", [graph.Add("Sub", name + ".centered", [values, mean]), deviation]));
        if (shape.SequencesPerSeries == 1)
        {
            return scaled;
        }

        bool hasRows = name != "static";
        string repeated = graph.Add("Expand", name + ".repeated", [graph.Unsqueeze(scaled, 1), graph.Wholes(hasRows ? [1, shape.Columns.Targets, 1, 1] : [1, shape.Columns.Targets, 1])]);
        string sequences = graph.Concat(name + ".sequences", 0, graph.Wholes(-1), graph.Sizes(scaled, 1, int.MaxValue));
        return graph.Add("Reshape", name + ".each", [repeated, sequences]);
    }

    private string ToWindowScale(string values)
    {
        switch (shape.Design.Scaling)
        {
            case WindowScaling.LastValue:
                WindowOffset = ObservedValues.Last(graph, values, rank: 3).Value;
                return graph.Add("Sub", "window.values", [values, WindowOffset]);
            case WindowScaling.MeanDeviation:
                string present = graph.Add("Cast", "window.present", [graph.Add("Not", "window.observed", [graph.Add("IsNaN", "window.missing", [values])])], OnnxAttributes.Of("to", (long)DataType.Float));
                string count = graph.Add("Max", "window.count", [Total(present), graph.Number(1)]);
                WindowOffset = graph.Add("Div", "window.mean", [Total(ObservedValues.Filled(graph, values)), count]);
                string centered = graph.Add("Sub", "window.around_mean", [values, WindowOffset]);
                string filled = ObservedValues.Filled(graph, centered);
                string variance = graph.Add("Div", "window.variance", [Total(graph.Add("Mul", "window.squares", [filled, filled])), count]);
                // As in WindowBatch: a hundredth of the series' variance.
                WindowDeviation = graph.Add("Sqrt", "window.deviation", [graph.Add("Add", "window.raised", [variance, graph.Number(0.01)])]);
                return graph.Add("Div", "window.values", [centered, WindowDeviation]);
            default:
                return values;
        }
    }

    private string Total(string values) => graph.Add("ReduceSum", values + ".total", [values, graph.Wholes(1)], OnnxAttributes.Of("keepdims", 1));
}
