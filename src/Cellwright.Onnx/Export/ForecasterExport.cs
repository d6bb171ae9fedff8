using System.Text.Json;
using Cellwright.Layers;
using Cellwright.Onnx.Format;
using Cellwright.Tasks.Series;

namespace Cellwright.Onnx.Export;

/// <summary>A forecaster as a file: a window in the units of the series in, the forecast in the same units out.</summary>
internal sealed class ForecasterExport
{
    private readonly OnnxModelWriter writer;
    private readonly OnnxGraphBuilder graph;
    private readonly ForecastNetwork network;
    private readonly ForecastShape shape;
    private readonly ForecasterDesign design;
    private readonly ForecastInputs inputs;
    private readonly Dictionary<string, Parameter> parameters;

    private ForecasterExport(Forecaster model, OnnxExportOptions options)
    {
        network = model.Network;
        shape = network.Shape with { IsTraining = false };
        design = shape.Design;
        parameters = network.Parameters.Parameters.ToDictionary(parameter => parameter.Name);
        writer = new OnnxModelWriter("series", options);
        graph = writer.Graph;
        graph.Reserve("forecast", "quantiles", "scale", "freedom");
        inputs = new ForecastInputs(graph, shape, model.Scaler);
        writer.Describe("cellwright.model", "series");
        writer.Describe("cellwright.series", JsonSerializer.Serialize(model.Scaler.Ids));
        writer.Describe("cellwright.columns", JsonSerializer.Serialize(model.Columns));
        writer.Describe("cellwright.levels", JsonSerializer.Serialize(design.Head.Levels));
        writer.DescribeCells(network.Encoder);
    }

    /// <summary>Writes a model.</summary>
    public static ModelProto Write(Forecaster model, OnnxExportOptions options) => new ForecasterExport(model, options).Write();

    private ModelProto Write()
    {
        string x = inputs.EncoderInputs();
        bool hasStates = design.Carried && writer.Options.States;
        OnnxAxis sequences = shape.SequencesPerSeries == 1 ? OnnxAxis.Batch : new OnnxAxis(0, "sequences");
        string[] initial = writer.WriteInitialStates(network.Encoder, hasStates, x, sequences);
        (string output, string[] final) = writer.Layers(graph).Write(network.Encoder, string.Empty, new SequenceValues([x], initial, null, IsReverse: false));
        (string outputs, string? baselines) = network.Decoder is null ? WriteSteps(output, final) : WriteParallel(final);
        ForecastOutputs.Write(graph, shape, inputs, outputs, baselines);
        if (hasStates)
        {
            writer.WriteFinalStates(network.Encoder, final, sequences);
        }

        return writer.Finish();
    }

    private string Tensor(string name)
    {
        Parameter parameter = parameters[name];
        return graph.Shared(parameter, string.Empty, () => graph.Tensor(name, parameter.Columns == 1 && parameter.IsBias ? [parameter.Rows] : [parameter.Rows, parameter.Columns], parameter.Values));
    }

    private string Head(OnnxGraphBuilder place, string values) => place.Linear("head", values, Tensor("head.W"), Tensor("head.b"));

    // What a baseline may look at, of a size that does not depend on the run.
    private (string Values, int Rows) History()
    {
        int rows = shape.RowsBefore + design.Window;
        return (design.Carried ? graph.Slice(ObservedValues.PadBefore(graph, inputs.Values, rows), 1, -rows) : inputs.Values, rows);
    }

    // One step of the decoder from each copy of the state, all segments side by side.
    private (string Outputs, string? Baselines) WriteParallel(string[] final)
    {
        int points = shape.Points;
        string[] copies = [.. final.Select(state => graph.Add("Tile", state + ".copies", [state, graph.Wholes(points, 1)]))];
        List<string> parts = [graph.Expand(graph.Unsqueeze(Tensor("decoder.position"), 1), graph.Wholes(points), inputs.Sequences, graph.Wholes(design.PositionWidth))];
        if (shape.HasChannels)
        {
            parts.Add(ForEachPoint(inputs.ForEachTarget(Tensor("decoder.channel"))));
        }

        if (inputs.KnownAhead() is { } known)
        {
            parts.Add(known);
        }

        if (inputs.Constants is { } constants)
        {
            parts.Add(ForEachPoint(constants));
        }

        string read = graph.Reshape(graph.Concat("decoder.inputs", -1, [.. parts]), 1, -1, shape.DecoderWidth);
        (string output, _) = writer.Layers(graph).Write(network.Decoder!, "decoder.", new SequenceValues([read], copies, null, IsReverse: false));
        string outputs = graph.Reshape(Head(graph, output), points, -1, shape.SegmentOutputs);
        if (design.Linear)
        {
            string window = graph.Reshape(ObservedValues.Filled(graph, inputs.Values), 0, design.Window);
            string linear = graph.Reshape(graph.Linear("linear", window, Tensor("linear.W"), Tensor("linear.b")), 0, points, shape.SegmentOutputs);
            outputs = graph.Add("Add", "corrected", [outputs, graph.Transpose(linear, 1, 0, 2)]);
        }

        if (design.Baseline == ForecastBaseline.None)
        {
            return (outputs, null);
        }

        (string history, int rows) = History();
        string baseline = BaselineExport.Write(graph, design, history, rows, design.Ahead * design.Segment);
        return (outputs, graph.Transpose(graph.Reshape(baseline, 0, points, shape.SegmentValues), 1, 0, 2));
    }

    private string ForEachPoint(string values) => graph.Add("Expand", values + ".points", [graph.Unsqueeze(values, 0), graph.Wholes(shape.Points, 1, 1)]);

    private (string Outputs, string? Baselines) WriteSteps(string encoded, string[] final)
    {
        string first = Head(graph, graph.Slice(encoded, 0, -1));
        string? history = null;
        int rows = 0;
        string? baseline = null;
        if (design.Baseline != ForecastBaseline.None)
        {
            (string known, int count) = History();
            rows = count + (design.Ahead * design.Segment);
            history = ObservedValues.PadBefore(graph, known, rows - count);
            baseline = graph.Unsqueeze(graph.Reshape(BaselineExport.Write(graph, design, history, rows, design.Segment), 0, shape.SegmentValues), 0);
        }

        return shape.Points == 1 ? (first, baseline) : new ForecastStepsExport(writer, shape, inputs, network.Encoder, Head).Write(first, baseline, final, history, rows);
    }
}
