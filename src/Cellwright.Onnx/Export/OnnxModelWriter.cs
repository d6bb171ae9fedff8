using System.Text.Json;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Format;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>A file while it is written: its graph, the inputs and outputs that all exports share, and metadata.</summary>
internal sealed class OnnxModelWriter(string name, OnnxExportOptions options)
{
    private readonly SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);

    /// <summary>The graph.</summary>
    public OnnxGraphBuilder Graph { get; } = new(name);

    /// <summary>What the file offers.</summary>
    public OnnxExportOptions Options => options;

    /// <summary>What writes layers into a graph of this file.</summary>
    public LayerExport Layers(OnnxGraphBuilder graph) => new(graph, options.Operators);

    /// <summary>Adds a text that says what the file holds.</summary>
    public void Describe(string key, string value) => metadata[key] = value;

    /// <summary>Adds the equations of all cells of a layer.</summary>
    public void DescribeCells(SequenceLayer layer, string prefix = "")
    {
        switch (layer)
        {
            case Layer single:
                Describe($"cellwright.{prefix}cell", string.Join('\n', single.Cell.Print()));
                break;
            case BidirectionalLayer both:
                DescribeCells(both.WithTime, prefix);
                DescribeCells(both.AgainstTime, prefix + BidirectionalLayer.Prefix);
                break;
            case ReversedLayer turned:
                DescribeCells(turned.Inner, prefix + BidirectionalLayer.Prefix);
                break;
            case LayerStack stack:
                for (int i = 0; i < stack.Layers.Count; i++)
                {
                    DescribeCells(stack.Layers[i], prefix + stack.Prefixes[i]);
                }

                break;
        }
    }

    /// <summary>The input <c>lengths</c>, where it is wanted.</summary>
    public string? WriteLengths() => options.Lengths ? Graph.Input("lengths", DataType.Int32, OnnxAxis.Batch) : null;

    /// <summary>The states before the first step: inputs, or where those are not wanted what the cells say, for each sequence.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="given">Whether they are inputs.</param>
    /// <param name="input">A value whose second axis is the sequences.</param>
    /// <param name="sequences">What that axis is called; the batch unless told otherwise.</param>
    public string[] WriteInitialStates(SequenceLayer layer, bool given, string input, OnnxAxis? sequences = null)
    {
        LayerState initial = layer.CreateState(1);
        if (!given)
        {
            string batch = layer.StateWidths.Count == 0 ? string.Empty : Graph.Sizes(input, 1, 2);
            return [.. layer.StateWidths.Select(state => Graph.Expand(Graph.Tensor($"initial.{state.Name}", [1, state.Width], initial[state.Name]), batch, Graph.Wholes(state.Width)))];
        }

        foreach ((string state, _) in layer.StateWidths.Where(state => initial[state.Name].ContainsAnyExcept(0f)))
        {
            Describe($"cellwright.initial.{state}", JsonSerializer.Serialize(initial[state].ToArray()));
        }

        return [.. layer.StateWidths.Select(state => Graph.Input("state." + state.Name, DataType.Float, sequences ?? OnnxAxis.Batch, state.Width))];
    }

    /// <summary>The states behind the last step as outputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="final">Their values.</param>
    /// <param name="sequences">What their first axis is called; the batch unless told otherwise.</param>
    public void WriteFinalStates(SequenceLayer layer, IReadOnlyList<string> final, OnnxAxis? sequences = null)
    {
        for (int i = 0; i < final.Count; i++)
        {
            Graph.Output("final." + layer.StateWidths[i].Name, final[i], DataType.Float, sequences ?? OnnxAxis.Batch, layer.StateWidths[i].Width);
        }
    }

    /// <summary>The file.</summary>
    public ModelProto Finish()
    {
        ModelProto model = new()
        {
            IrVersion = OnnxFormat.FileVersion,
            ProducerName = "cellwright",
            ProducerVersion = typeof(Cell).Assembly.GetName().Version?.ToString(3) ?? "0",
            Graph = Graph.Graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = OnnxFormat.OperatorSet });
        model.MetadataProps.AddRange(metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }
}
