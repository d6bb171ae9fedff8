using Cellwright.Layers;
using Cellwright.Onnx.Format;
using Cellwright.Tasks;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>A text model as a file: numbers of characters in, scores or probabilities of the next one out.</summary>
internal static class TextModelExport
{
    private const string Scores = "logits";
    private const string Probabilities = "probabilities";

    /// <summary>Writes a model.</summary>
    public static ModelProto Write(TextModel model, OnnxExportOptions options)
    {
        OnnxModelWriter writer = new("text", options);
        OnnxGraphBuilder graph = writer.Graph;
        graph.Reserve(options.Probabilities ? Probabilities : Scores);
        string tokens = graph.Input("tokens", DataType.Int64, OnnxAxis.Time, OnnxAxis.Batch);
        string? lengths = writer.WriteLengths();
        string[] initial = writer.WriteInitialStates(model.Layers, options.States, tokens);
        string table = Matrix(graph, model.Embedding.Table);
        string input = graph.Add("Gather", "embedded", [table, tokens], OnnxAttributes.Of("axis", 0));
        (string output, string[] final) = writer.Layers(graph).Write(model.Layers, string.Empty, new SequenceValues([input], initial, lengths, IsReverse: false));

        string weights = model.Design.Tied ? table : Matrix(graph, model.Head.Weights);
        string bias = graph.Tensor(model.Head.Bias.Name, [model.Head.Bias.Rows], model.Head.Bias.Values);
        string product = graph.Add("MatMul", "head.product", [output, graph.Add("Transpose", "head.transposed", [weights], OnnxAttributes.Of("perm", [1L, 0L]))]);
        string scores = graph.Add("Add", "head.scores", [product, bias]);
        string given = options.Probabilities ? graph.Add("Softmax", "head.softmax", [scores], OnnxAttributes.Of("axis", -1)) : scores;
        graph.Output(options.Probabilities ? Probabilities : Scores, given, DataType.Float, OnnxAxis.Time, OnnxAxis.Batch, model.Vocabulary.Count);
        if (options.States)
        {
            writer.WriteFinalStates(model.Layers, final);
        }

        writer.Describe("cellwright.model", "text");
        writer.Describe("cellwright.vocabulary", model.Vocabulary.IsBytes ? "bytes" : model.Vocabulary.Text);
        writer.DescribeCells(model.Layers);
        return writer.Finish();
    }

    private static string Matrix(OnnxGraphBuilder graph, Parameter parameter) => graph.Tensor(parameter.Name, [parameter.Rows, parameter.Columns], parameter.Values);
}
