using Cellwright.Files;
using Cellwright.Layers;
using Cellwright.Tasks;
using Cellwright.Tasks.Series;

namespace Cellwright.Interchange;

/// <summary>
/// A model's weights under the names that PyTorch's modules load: <c>weight_ih_l0</c> and so on for layers, and for a text model
/// <c>embedding.weight</c>, <c>rnn.…</c>, <c>head.weight</c> and <c>head.bias</c>.
/// </summary>
/// <remarks>
/// Cells are known by their graph (<see cref="RecurrentForm"/>): any spelling of the LSTM, also with coupled gates or a
/// projection, of the GRU with reset after the product, and of the RNN with tanh or relu. All layers and directions have to be
/// of one kind and width, without residual connections, and begin with states of 0.
/// </remarks>
public sealed class TorchExport
{
    private readonly (string Name, int[] Shape, float[] Values)[] tensors;
    private readonly string[] moduleLines;

    private TorchExport(TorchModule module, IEnumerable<(string, int[], float[])> tensors, string[] moduleLines, string? note = null)
    {
        Module = module;
        this.tensors = [.. tensors];
        this.moduleLines = moduleLines;
        Note = note;
    }

    /// <summary>The recurrent module that takes the weights.</summary>
    public TorchModule Module { get; }

    /// <summary>What of the model is not exported, as a sentence; null where all is.</summary>
    public string? Note { get; }

    /// <summary>The tensors' names and shapes, in the order in which they are written.</summary>
    public IReadOnlyList<StoredTensor> Tensors => [.. tensors.Select(tensor => new StoredTensor(tensor.Name, "float32", [.. tensor.Shape.Select(size => (long)size)]))];

    /// <summary>The weights of layers.</summary>
    /// <exception cref="NotSupportedException">PyTorch has no module that computes the same; the message says why.</exception>
    public static TorchExport Of(LayerStack layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        TorchLayers weights = new(layers);
        return new TorchExport(weights.Module, weights.Tensors(string.Empty), [$"rnn = {weights.Module}"]);
    }

    /// <summary>The weights of a text model.</summary>
    /// <exception cref="NotSupportedException">PyTorch has no module that computes the same; the message says why.</exception>
    public static TorchExport Of(TextModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        TorchLayers weights = new(model.Layers);
        int symbols = model.Vocabulary.Count;
        IEnumerable<(string, int[], float[])> tensors =
        [
            ("embedding.weight", [symbols, model.EmbeddingWidth], model.Embedding.Table.Values.ToArray()),
            .. weights.Tensors("rnn."),
            ("head.weight", [symbols, model.Layers.OutputWidth], model.Head.Weights.Values.ToArray()),
            ("head.bias", [symbols], model.Head.Bias.Values.ToArray()),
        ];
        return new TorchExport(weights.Module, tensors,
        [
            "class Model(torch.nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            FormattableString.Invariant($"        self.embedding = torch.nn.Embedding({symbols}, {model.EmbeddingWidth})"),
            $"        self.rnn = {weights.Module}",
            FormattableString.Invariant($"        self.head = torch.nn.Linear({model.Layers.OutputWidth}, {symbols})"),
            string.Empty,
            "    def forward(self, symbols, state=None):  # symbols [steps, batch]",
            "        y, state = self.rnn(self.embedding(symbols), state)",
            "        return self.head(y), state",
            string.Empty,
            "rnn = Model()",
        ]);
    }

    /// <summary>The weights of the model in a file: layers, a text model, or the encoder of a forecaster.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no model.</exception>
    /// <exception cref="NotSupportedException">PyTorch has no module that computes the same; the message says why.</exception>
    public static TorchExport Open(string path)
    {
        string kind;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            kind = new ModelMetadata(file).Kind;
        }

        switch (kind)
        {
            case LayerFile.Kind:
                using (LayerStack layers = LayerStack.Open(path, threads: 1))
                {
                    return Of(layers);
                }

            case "text":
                using (TextModel model = TextModel.Open(path, threads: 1))
                {
                    return Of(model);
                }

            case "series":
                using (Forecaster forecaster = Forecaster.Load(path))
                {
                    TorchExport layers = Of(forecaster.Network.Encoder);
                    return new TorchExport(layers.Module, layers.tensors, layers.moduleLines, "Only the recurrent layers that read the window are exported; scales, head and what decodes stay behind.");
                }

            default:
                throw new InvalidFileException(path, kind.Length == 0 ? "it holds tensors but no model of Cellwright" : $"it holds a model of the kind '{kind}', which cannot be exported");
        }
    }

    /// <summary>Writes the weights, whole or not at all.</summary>
    /// <param name="path">The file: what ends with <c>.pt</c> or <c>.pth</c> is for torch.load, anything else is safetensors.</param>
    /// <param name="type">How numbers are stored: float32, or rounded to float16 or bfloat16, or as float64.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is none for numbers with a fraction.</exception>
    public void Save(string path, SafetensorsType type = SafetensorsType.Float32) => StateDictionaryWriter.Write(path, tensors, type);

    /// <summary>The lines of Python that load a file that <see cref="Save"/> wrote into the module.</summary>
    /// <param name="path">The file.</param>
    public IReadOnlyList<string> Python(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string literal = "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
        return StateDictionaryWriter.IsTorch(path)
            ? ["import torch", .. moduleLines, $"rnn.load_state_dict(torch.load({literal}))"]
            : ["import torch", "from safetensors.torch import load_file", .. moduleLines, $"rnn.load_state_dict(load_file({literal}))"];
    }
}
