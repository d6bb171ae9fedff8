using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>The tensors of one recurrent module in a state_dict, found by their names and held against each other's shapes.</summary>
internal sealed class TorchWeights
{
    private const int MostNamed = 8;

    private readonly StateDictionary weights;
    private readonly Dictionary<string, StoredTensor> tensors;
    private readonly bool isCell;

    /// <summary>Finds a module.</summary>
    /// <param name="weights">The file.</param>
    /// <param name="cell">One of <see cref="TorchImport.Cells"/>.</param>
    /// <param name="prefix">What stands before its names; null where there is one module only.</param>
    /// <exception cref="InvalidFileException">There is none, there are several, or its shapes do not fit.</exception>
    public TorchWeights(StateDictionary weights, string cell, string? prefix)
    {
        this.weights = weights;
        string kind = cell switch
        {
            "lstm" => "LSTM",
            "gru" => "GRU",
            "elman" or "elman-relu" => "RNN",
            _ => throw new ArgumentException($"there is no cell '{cell}' to import; expected {string.Join(", ", TorchImport.Cells)}", nameof(cell)),
        };
        tensors = weights.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        (Prefix, isCell) = Find(prefix);
        string[] own = [.. tensors.Keys.Where(IsOwn)];
        LeftOut = [.. tensors.Keys.Except(own).Order(StringComparer.Ordinal)];

        int gates = kind switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        IReadOnlyList<long> first = Shape(TorchNames.InputWeight, Suffix(0, false), 2);
        if (first[0] % gates != 0 || first[0] == 0 || first[1] == 0 || first[0] > int.MaxValue || first[1] > int.MaxValue)
        {
            throw Invalid($"{Quote(TorchNames.InputWeight, Suffix(0, false))} is [{string.Join(", ", first)}], which is no weight of torch.nn.{kind}: it has {gates} {(gates == 1 ? "gate" : "gates")} one below the other");
        }

        int hidden = (int)(first[0] / gates);
        Bidirectional = !isCell && Has(TorchNames.InputWeight, Suffix(0, true));
        HasBias = Has(TorchNames.InputBias, Suffix(0, false));
        int projection = !Has(TorchNames.Projection, Suffix(0, false)) ? 0
            : kind == "LSTM" ? (int)Math.Clamp(Shape(TorchNames.Projection, Suffix(0, false), 2)[0], 1, int.MaxValue)
            : throw Invalid($"it has {Quote(TorchNames.Projection, Suffix(0, false))}, a projection, which only torch.nn.LSTM has");
        Layers = 1;
        while (!isCell && Has(TorchNames.InputWeight, Suffix(Layers, false)))
        {
            Layers++;
        }

        Module = new TorchModule(kind, (int)first[1], hidden, Layers)
        {
            Bidirectional = Bidirectional,
            ProjectionSize = projection,
            Nonlinearity = cell switch { "elman" => "tanh", "elman-relu" => "relu", _ => null },
        };
        CellName = cell == "gru" ? "gru-reset-after" : projection > 0 ? "lstm-projected" : cell;
        CheckShapes(gates, own);
    }

    /// <summary>What stands before the module's names.</summary>
    public string Prefix { get; }

    /// <summary>The tensors that are no part of the module.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The module.</summary>
    public TorchModule Module { get; }

    /// <summary>The cell of the zoo that computes the same.</summary>
    public string CellName { get; }

    /// <summary>How many layers there are.</summary>
    public int Layers { get; }

    /// <summary>Whether each has two directions.</summary>
    public bool Bidirectional { get; }

    /// <summary>Whether there are biases.</summary>
    public bool HasBias { get; }

    private int StateWidth => Module.ProjectionSize > 0 ? Module.ProjectionSize : Module.HiddenSize;

    /// <summary>The width of a layer's input.</summary>
    public int InputWidth(int layer) => layer == 0 ? Module.InputSize : (int)Math.Min((long)StateWidth * (Bidirectional ? 2 : 1), int.MaxValue);

    /// <summary>Reads some elements of a tensor.</summary>
    /// <param name="kind">One of <see cref="TorchNames"/>.</param>
    /// <param name="suffix">The layer and direction, as <see cref="TorchNames.Suffix"/> gives it.</param>
    /// <param name="first">The first element, row-major.</param>
    /// <param name="destination">As long as elements are wanted.</param>
    public void Read(string kind, string suffix, long first, Span<float> destination) =>
        weights.Read(Prefix + kind + (isCell ? string.Empty : suffix), first, destination);

    private (string Prefix, bool IsCell) Find(string? prefix)
    {
        IReadOnlyList<(string Prefix, bool IsCell)> modules = TorchNames.Modules(tensors.Keys);
        if (prefix is not null)
        {
            string wanted = prefix.Length == 0 || prefix.EndsWith('.') ? prefix : prefix + ".";
            return modules.Where(module => module.Prefix == wanted).Select(module => ((string, bool)?)module).FirstOrDefault()
                ?? throw Invalid($"it has no recurrent module under the prefix '{wanted}'{(modules.Count > 0 ? $"; there is {Listed(modules)}" : string.Empty)}");
        }

        return modules switch
        {
            [var single] => single,
            [] => throw Invalid($"it has no weights of torch.nn.LSTM, GRU or RNN: no tensor's name ends with {TorchNames.InputWeight}_l0{(tensors.Count > 0 ? $"; it has {string.Join(", ", tensors.Keys.Take(MostNamed).Select(SafetensorsHeader.Quote))}" : string.Empty)}"),
            _ => throw Invalid($"it has {modules.Count} recurrent modules, under the prefixes {Listed(modules)}; say which with a prefix (--prefix)"),
        };
    }

    private static string Listed(IReadOnlyList<(string Prefix, bool IsCell)> modules) =>
        string.Join(", ", modules.Take(MostNamed).Select(module => SafetensorsHeader.Quote(module.Prefix)));

    private string Suffix(int layer, bool isReverse) => isCell ? string.Empty : TorchNames.Suffix(layer, isReverse);

    private bool Has(string kind, string suffix) => tensors.ContainsKey(Prefix + kind + suffix);

    private bool IsOwn(string name) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && TorchNames.Kinds.Any(kind => isCell
            ? name.AsSpan(Prefix.Length).SequenceEqual(kind)
            : name.AsSpan(Prefix.Length).StartsWith(kind + "_l", StringComparison.Ordinal));

    private IReadOnlyList<long> Shape(string kind, string suffix, int rank)
    {
        if (!tensors.TryGetValue(Prefix + kind + suffix, out StoredTensor? tensor))
        {
            throw Invalid($"it has no tensor {Quote(kind, suffix)}, which the module needs");
        }

        return tensor.Shape.Count == rank ? tensor.Shape : throw Unfit(tensor, rank == 1 ? "a vector" : "a matrix");
    }

    // Memory is taken for these sizes, so every tensor has to be there; shared storages may not make much of little.
    private void CheckShapes(int gates, string[] own)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        UInt128 total = 0;
        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (bool isReverse in Bidirectional ? new[] { false, true } : [false])
            {
                string suffix = Suffix(layer, isReverse);
                long rows = (long)gates * Module.HiddenSize;
                Check(TorchNames.InputWeight, suffix, rows, InputWidth(layer));
                Check(TorchNames.HiddenWeight, suffix, rows, StateWidth);
                if (HasBias)
                {
                    Check(TorchNames.InputBias, suffix, rows);
                    Check(TorchNames.HiddenBias, suffix, rows);
                }

                if (Module.ProjectionSize > 0)
                {
                    Check(TorchNames.Projection, suffix, Module.ProjectionSize, Module.HiddenSize);
                }
            }
        }

        if (total > (UInt128)weights.MostElements)
        {
            throw Invalid("its tensors share storages so that together they are far larger than the file");
        }

        if (Array.Find(own, name => !used.Contains(name)) is { } extra)
        {
            throw Invalid($"it has a tensor {SafetensorsHeader.Quote(extra)} that does not fit the {Layers} {(Layers == 1 ? "layer" : "layers")} of its other tensors");
        }

        void Check(string kind, string suffix, params ReadOnlySpan<long> expected)
        {
            IReadOnlyList<long> shape = Shape(kind, suffix, expected.Length);
            if (!expected.SequenceEqual([.. shape]))
            {
                throw Unfit(tensors[Prefix + kind + suffix], $"[{string.Join(", ", expected.ToArray())}]");
            }

            used.Add(Prefix + kind + suffix);
            total += (UInt128)tensors[Prefix + kind + suffix].Count;
        }
    }

    private string Quote(string kind, string suffix) => SafetensorsHeader.Quote(Prefix + kind + suffix);

    private InvalidFileException Unfit(StoredTensor tensor, string expected) =>
        Invalid($"the tensor {SafetensorsHeader.Quote(tensor.Name)} is [{string.Join(", ", tensor.Shape)}] where {expected} was expected");

    private InvalidFileException Invalid(string problem) => new(weights.Name, problem);
}
