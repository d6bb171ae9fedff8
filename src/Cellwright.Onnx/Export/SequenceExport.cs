using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Format;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>A layer alone as a file: inputs in, the output out.</summary>
internal static class SequenceExport
{
    /// <summary>Writes a layer.</summary>
    public static ModelProto Write(SequenceLayer layer, OnnxExportOptions options)
    {
        OnnxModelWriter writer = new(layer is Layer { Cell: { } cell } ? cell.Name : "layers", options);
        OnnxGraphBuilder graph = writer.Graph;
        graph.Reserve("y");
        string[] inputs = [.. Inputs(layer).Select(input => graph.Input(input.Name, DataType.Float, OnnxAxis.Time, OnnxAxis.Batch, input.Width))];
        string? lengths = writer.WriteLengths();
        string[] initial = writer.WriteInitialStates(layer, options.States, inputs[0]);
        (string output, string[] final) = writer.Layers(graph).Write(layer, string.Empty, new SequenceValues(inputs, initial, lengths, IsReverse: false));
        graph.Output("y", output, DataType.Float, OnnxAxis.Time, OnnxAxis.Batch, layer.OutputWidth);
        if (options.States)
        {
            writer.WriteFinalStates(layer, final);
        }

        writer.DescribeCells(layer);
        return writer.Finish();
    }

    // A cell's own names; where several layers read one input, x.
    private static IEnumerable<(string Name, int Width)> Inputs(SequenceLayer layer) => layer is Layer single
        ? single.Cell.Graph.Inputs.Select((NamedNode input, int i) => (input.Name, single.InputWidths[i]))
        : [("x", layer.InputWidth)];
}
