using System.Numerics.Tensors;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Interchange;

/// <summary>Layers from the weights of torch.nn.LSTM, GRU or RNN, or of the cells of one step (LSTMCell, GRUCell, RNNCell).</summary>
/// <remarks>
/// Layers, directions, widths and the projection are read off the tensors' names and shapes. The layers are cells of the zoo:
/// <c>lstm</c> or <c>lstm-projected</c>, <c>gru-reset-after</c>, <c>elman</c> or <c>elman-relu</c>. PyTorch has two biases where
/// the equations have one: they are added, but for the GRU's candidate, whose b_hn stays inside of the reset gate.
/// </remarks>
public sealed class TorchImport
{
    private TorchImport(LayerStack stack, TorchModule module, string prefix, IReadOnlyList<string> leftOut)
    {
        Stack = stack;
        Module = module;
        Prefix = prefix;
        LeftOut = leftOut;
    }

    /// <summary>The names of the cells that can be imported, as <see cref="Read(string, string, string, int)"/> takes them.</summary>
    public static IReadOnlyList<string> Cells { get; } = ["lstm", "gru", "elman", "elman-relu"];

    /// <summary>The layers.</summary>
    public LayerStack Stack { get; }

    /// <summary>The module that the weights are of.</summary>
    public TorchModule Module { get; }

    /// <summary>What stood before the module's names, such as <c>encoder.rnn.</c>; often empty.</summary>
    public string Prefix { get; }

    /// <summary>The file's other tensors, which were left out.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Reads the layers of a state_dict.</summary>
    /// <param name="path">A safetensors file, or a .pt or .pth file that torch.save wrote (PyTorch 1.6 or later); nothing in it is run.</param>
    /// <param name="cell">What the weights are of: <c>lstm</c>, <c>gru</c>, <c>elman</c> (tanh) or <c>elman-relu</c>; the file does not say.</param>
    /// <param name="prefix">What stands before the module's names; null where the file has one module only.</param>
    /// <param name="threads">How many threads share a batch; 0 for one per processor.</param>
    /// <exception cref="InvalidFileException">The file is damaged or asks for more than tensors, or its tensors are no such module.</exception>
    /// <exception cref="ArgumentException">There is no such cell.</exception>
    public static TorchImport Read(string path, string cell, string? prefix = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        using StateDictionary weights = StateDictionary.Open(path);
        return Read(weights, cell, prefix, threads);
    }

    internal static TorchImport Read(StateDictionary weights, string cell, string? prefix, int threads)
    {
        TorchWeights module = new(weights, cell, prefix);
        List<SequenceLayer> layers = [];
        try
        {
            for (int layer = 0; layer < module.Layers; layer++)
            {
                Layer forward = Build(module, layer, isReverse: false, threads);
                layers.Add(forward);
                if (module.Bidirectional)
                {
                    layers[^1] = new BidirectionalLayer(forward, Build(module, layer, isReverse: true, threads));
                }
            }

            return new TorchImport(new LayerStack(layers), module.Module, module.Prefix, module.LeftOut);
        }
        catch
        {
            layers.ForEach(layer => layer.Dispose());
            throw;
        }
    }

    private static Layer Build(TorchWeights module, int layer, bool isReverse, int threads)
    {
        Dictionary<string, int> sizes = new() { ["input"] = module.InputWidth(layer), ["hidden"] = module.Module.HiddenSize };
        if (module.Module.ProjectionSize > 0)
        {
            sizes["projection"] = module.Module.ProjectionSize;
        }

        Layer built = new(Cell.Named(module.CellName), sizes, threads);
        try
        {
            Fill(built, module, TorchNames.Suffix(layer, isReverse));
            built.Load();
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    // The gates' names in the cells of the zoo, in PyTorch's order.
    private static void Fill(Layer layer, TorchWeights module, string suffix)
    {
        Dictionary<string, Parameter> parameters = layer.Parameters.ToDictionary(parameter => parameter.Name);
        string[] gates = module.Module.Kind switch
        {
            "LSTM" => ["_i", "_f", "_g", "_o"],
            "GRU" => ["_r", "_z", "_n"],
            _ => [string.Empty],
        };
        int hidden = module.Module.HiddenSize;
        float[] second = module.HasBias ? new float[hidden] : [];
        for (int gate = 0; gate < gates.Length; gate++)
        {
            Parameter input = parameters["W" + gates[gate]];
            Parameter recurrent = parameters["U" + gates[gate]];
            module.Read(TorchNames.InputWeight, suffix, (long)gate * input.Values.Length, input.Values);
            module.Read(TorchNames.HiddenWeight, suffix, (long)gate * recurrent.Values.Length, recurrent.Values);
            if (!module.HasBias)
            {
                continue;
            }

            Parameter bias = parameters["b" + gates[gate]];
            module.Read(TorchNames.InputBias, suffix, (long)gate * hidden, bias.Values);
            if (parameters.TryGetValue("c" + gates[gate], out Parameter? inner))
            {
                module.Read(TorchNames.HiddenBias, suffix, (long)gate * hidden, inner.Values);
            }
            else
            {
                module.Read(TorchNames.HiddenBias, suffix, (long)gate * hidden, second);
                TensorPrimitives.Add(bias.Values, second, bias.Values);
            }
        }

        if (module.Module.ProjectionSize > 0)
        {
            module.Read(TorchNames.Projection, suffix, 0, parameters["W_h"].Values);
        }
    }
}
