using Cellwright.Files;
using Cellwright.Interchange;
using Cellwright.Layers;

namespace Cellwright.Onnx.Import;

/// <summary>
/// A recurrent network from an ONNX file: layers of cells, an embedding before them where the file has one, and a head.
/// Its cells can be shown, traced, trained further and streamed like any other.
/// </summary>
/// <remarks>
/// Understood are RNN, GRU and LSTM nodes one upon the other, and around them what the exports of PyTorch and tf2onnx
/// have; docs/interchange.md lists it. Everything else is refused by name. A model is used by one thread at a time.
/// </remarks>
/// <example><code>
/// using OnnxModel model = OnnxModel.Load("lstm.onnx");
/// using LayerStream stream = model.Layers.CreateStream();
/// </code></example>
public sealed class OnnxModel : IDisposable
{
    private readonly NetworkPlan plan;
    private readonly NetworkHeads heads;

    private OnnxModel(NetworkPlan plan, int threads)
    {
        this.plan = plan;
        Inputs = [.. plan.Inputs.Select(input => new OnnxInput(input.Name, input.Role, input.Shape))];
        Recurrent = [.. plan.Layers.Select(layer => NetworkLayers.Recurrent(layer, threads))];
        heads = new NetworkHeads(plan, threads);
        Layers = new LayerStack([.. Recurrent, .. ReadsLayers(plan, heads.Input) ? heads.Chain ?? [] : []]);
        if (plan.Embedding is { } table)
        {
            Embedding = new Parameter("embedding", table.Shape[0], table.Shape[1], isBias: false);
            table.CopyTo(Embedding.Values);
        }
    }

    /// <summary>The inputs of the graph that are given with a batch.</summary>
    public IReadOnlyList<OnnxInput> Inputs { get; }

    /// <summary>The names of the outputs of the graph.</summary>
    public IReadOnlyList<string> Outputs => [.. plan.Outputs.Select(output => output.Name)];

    /// <summary>
    /// The recurrent layers, and above them the head, which is a cell without memory. The head is not among them where
    /// the graph applies it to final states of both directions, or has several.
    /// </summary>
    public LayerStack Layers { get; }

    /// <summary>The vectors of symbols, [symbols, width]; null where the model reads vectors.</summary>
    public Parameter? Embedding { get; }

    /// <summary>The cells of <see cref="Layers"/>, with their equations.</summary>
    public IReadOnlyList<StoredCell> Cells =>
    [
        .. Layers.Layers.SelectMany((layer, i) => LayerFile.Directions(layer, FormattableString.Invariant($"layer{i}")))
            .Select(direction => new StoredCell(direction.Place, direction.Layer.Cell.Name, direction.Layer.Cell.Print())),
    ];

    /// <summary>What <see cref="Save"/> leaves out, because it belongs to a batch: lengths and initial states of single sequences in the file.</summary>
    public IReadOnlyList<string> LeftOut =>
    [
        .. plan.Layers.SelectMany((layer, i) => layer.Initials.Where(initial => initial.Value is FixedState { IsForAll: false })
            .Select(initial => FormattableString.Invariant($"layer{i}.{initial.Key}: what each of {((FixedState)initial.Value).Values.Shape[1]} sequences begins with"))),
        .. plan.Layers.Select((layer, i) => (layer.FixedLengths, i)).Where(each => each.FixedLengths is not null)
            .Select(each => FormattableString.Invariant($"layer{each.i}: the lengths of {each.FixedLengths!.Count} sequences")),
    ];

    internal IReadOnlyList<SequenceLayer> Recurrent { get; }

    /// <summary>Whether <see cref="Layers"/> is all the model does behind its embedding.</summary>
    internal bool IsStack => !heads.All.Any() || Layers.Layers.Count > Recurrent.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file. Values in files beside it are not read.</param>
    /// <param name="threads">How many threads share a batch, 0 for one per processor; no result depends on it.</param>
    /// <param name="weights">Values for inputs of the graph that are none of a batch, where a file leaves weights open; null for none.</param>
    /// <exception cref="InvalidFileException">There is no such file, it is damaged, or something in it cannot be imported; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OnnxModel Load(string path, int threads = 0, IReadOnlyDictionary<string, OnnxValue>? weights = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Build(OnnxFile.Open(path), threads, weights);
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="contents">The whole file.</param>
    /// <param name="name">The name that errors give it.</param>
    /// <param name="threads">How many threads share a batch, 0 for one per processor; no result depends on it.</param>
    /// <param name="weights">Values for inputs of the graph that are none of a batch; null for none.</param>
    /// <exception cref="InvalidFileException">It is damaged, or something in it cannot be imported; the message names it.</exception>
    public static OnnxModel Read(ReadOnlySpan<byte> contents, string name, int threads = 0, IReadOnlyDictionary<string, OnnxValue>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Build(OnnxFile.Read(contents, name), threads, weights);
    }

    /// <summary>Runs a batch as the graph would: its inputs in, its outputs out, under its names and in its order of axes.</summary>
    /// <param name="inputs">A value for each input that is not <see cref="OnnxInputRole.Unused"/>.</param>
    /// <exception cref="ArgumentException">An input is missing, or of another kind or shape.</exception>
    public IReadOnlyDictionary<string, OnnxValue> Run(IReadOnlyDictionary<string, OnnxValue> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        NetworkRun run = new(plan, this, heads, inputs);
        return plan.Outputs.ToDictionary(output => output.Name, output => run.Arrange(output.Value));
    }

    /// <summary>
    /// Writes <see cref="Layers"/>, and the <see cref="Embedding"/> where there is one, as the tensor <c>embedding</c>, to a
    /// file that <see cref="LayerStack.Open"/> reads.
    /// </summary>
    /// <param name="path">Where to; written whole or not at all.</param>
    /// <exception cref="NotSupportedException">The head is none of a stack of layers.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        if (!IsStack)
        {
            throw new NotSupportedException("its head reads final states of both directions, or there are several heads, and a file of layers has none but a head above the last layer; run the model with OnnxModel instead");
        }

        SafetensorsWriter writer = new();
        LayerFile.AddTo(writer, Layers);
        if (Embedding is not null)
        {
            writer.Add(Embedding.Name, [Embedding.Rows, Embedding.Columns], Embedding.Values.ToArray());
        }

        writer.Save(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Layers.Dispose();
        foreach (SequenceLayer head in heads.All.Except(Layers.Layers))
        {
            head.Dispose();
        }
    }

    private static OnnxModel Build(OnnxFile file, int threads, IReadOnlyDictionary<string, OnnxValue>? weights) => new(
        GraphReader.Read(file, (weights ?? new Dictionary<string, OnnxValue>()).ToDictionary(pair => pair.Key, pair => pair.Value.ToConstant())), threads);

    // What a head makes of the last step, or of the final h of the topmost layer, it makes of each step in a stack.
    private static bool ReadsLayers(NetworkPlan plan, NetworkSignal? input)
    {
        int top = plan.Layers.Count - 1;
        return input switch
        {
            LayerSignal { Direction: null } layer => layer.Layer == top,
            LastStepSignal { Of: LayerSignal { Direction: null } layer } => layer.Layer == top,
            FinalSignal { States: [{ State: "h" } state] } => state.Layer == top && plan.Layers[top].Node.Direction == "forward",
            _ => false,
        };
    }
}
