using Cellwright.Files;
using Cellwright.Layers;
using Cellwright.Onnx.Format;
using Cellwright.Tasks;
using Cellwright.Tasks.Series;
using Google.Protobuf;

namespace Cellwright.Onnx.Export;

/// <summary>Layers or a model as an ONNX file, for ONNX Runtime and whatever else reads the format.</summary>
/// <remarks>
/// Batch and length are dynamic. Tensors are float32 and time-major as everywhere in Cellwright: the input of a layer is
/// <c>x</c>, or what its cell calls it, [time, batch, width], its output <c>y</c>, its states <c>state.NAME</c> before and
/// <c>final.NAME</c> behind, [batch, width]. Parameters keep the names of the equations, and the equations themselves are
/// in the metadata.
/// </remarks>
/// <example><code>
/// OnnxExport.Of(layer).Save("layer.onnx");
/// </code></example>
public sealed class OnnxExport
{
    // Readers of the format refuse messages from two gibibytes on.
    private const long LargestFile = int.MaxValue;

    private readonly ModelProto model;

    internal OnnxExport(ModelProto model)
    {
        this.model = model;
    }

    /// <summary>The inputs: name, type and shape, such as <c>x float [time, batch, 8]</c>.</summary>
    public IReadOnlyList<string> Inputs => [.. model.Graph.Input.Select(OnnxValueText.Of)];

    /// <summary>The outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. model.Graph.Output.Select(OnnxValueText.Of)];

    /// <summary>The recurrent operators in the order they run: <c>LSTM</c>, <c>GRU</c>, <c>RNN</c> or <c>Scan</c>.</summary>
    public IReadOnlyList<string> Operators => [.. model.Graph.Node.Select(node => node.OpType).Where(type => type is "LSTM" or "GRU" or "RNN" or "Scan")];

    /// <summary>Exports a layer.</summary>
    /// <param name="layer">A layer of any cell, of both directions, or a stack.</param>
    /// <param name="options">What the file offers; null for the usual.</param>
    public static OnnxExport Of(SequenceLayer layer, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return new OnnxExport(SequenceExport.Write(layer, options ?? new OnnxExportOptions()));
    }

    /// <summary>
    /// Exports a text model: <c>tokens</c>, int64 [time, batch], each the place of a character in
    /// <see cref="TextModel.Vocabulary"/>, in; <c>logits</c> or <c>probabilities</c> [time, batch, characters] of the next
    /// character out. The vocabulary is in the metadata as <c>cellwright.vocabulary</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What the file offers; null for the usual.</param>
    public static OnnxExport Of(TextModel model, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new OnnxExport(TextModelExport.Write(model, options ?? new OnnxExportOptions()));
    }

    /// <summary>
    /// Exports a forecaster: <c>window</c> [batch, rows, targets] in the units of the series, NaN where missing, in;
    /// <c>forecast</c> [batch, horizon, targets] in the same units out, and where the head has them <c>quantiles</c>
    /// [batch, horizon, targets, levels], <c>scale</c> and <c>freedom</c>. Covariates are the inputs <c>past</c> [batch, rows,
    /// columns], <c>known</c> [batch, rows + those ahead, columns] and <c>static</c> [batch, columns]; where the model was trained
    /// on several series, <c>series</c>, int64 [batch], says whose scale is used.
    /// </summary>
    /// <remarks>Only where the state is carried from window to window are states inputs and outputs, and rows dynamic.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="options">What the file offers; null for the usual.</param>
    public static OnnxExport Of(Forecaster model, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new OnnxExport(ForecasterExport.Write(model, options ?? new OnnxExportOptions()));
    }

    /// <summary>The file.</summary>
    /// <exception cref="NotSupportedException">It would have two gibibytes or more, which the format cannot hold in one file.</exception>
    public byte[] ToArray()
    {
        Check();
        return model.ToByteArray();
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="NotSupportedException">It would have two gibibytes or more, which the format cannot hold in one file.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Check();
        AtomicFile.Write(path, stream => model.WriteTo(stream));
    }

    // The size in the message is an int and overflows, so the tensors are counted.
    private void Check()
    {
        if (model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > LargestFile - (64 << 20))
        {
            throw new NotSupportedException("the parameters have two gibibytes or more, which an ONNX file cannot hold");
        }
    }
}
