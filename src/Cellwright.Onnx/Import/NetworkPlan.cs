namespace Cellwright.Onnx.Import;

/// <summary>A graph, understood: an embedding, recurrent layers one upon the other, a head, and where the graph gives out what.</summary>
internal sealed class NetworkPlan
{
    /// <summary>The inputs of the graph.</summary>
    public required IReadOnlyList<GraphInput> Inputs { get; init; }

    /// <summary>The embedding [symbols, width]; null where there is none.</summary>
    public ConstantTensor? Embedding { get; set; }

    /// <summary>The recurrent nodes, the lowest first.</summary>
    public List<LayerPlan> Layers { get; } = [];

    /// <summary>The outputs of the graph.</summary>
    public List<(string Name, NetworkValue Value)> Outputs { get; } = [];
}

/// <summary>A recurrent node in its place.</summary>
/// <param name="Node">Its attributes.</param>
/// <param name="Weights">Its tensors.</param>
/// <param name="Input">What it reads.</param>
internal sealed record LayerPlan(RecurrentNode Node, NodeWeights Weights, NetworkSignal Input)
{
    /// <summary>Time; null where there is a single step.</summary>
    public required AxisFactor? Time { get; init; }

    /// <summary>The batch; null where there is a single sequence.</summary>
    public required AxisFactor? Batch { get; init; }

    /// <summary>The input that says how long each sequence is; null where all are as long as the batch.</summary>
    public InputSignal? Lengths { get; init; }

    /// <summary>The steps of each sequence, where the file says them.</summary>
    public IReadOnlyList<int>? FixedLengths { get; init; }

    /// <summary>Where each state of the node begins; those that begin at 0 are left out.</summary>
    public required IReadOnlyDictionary<string, InitialState> Initials { get; init; }

    /// <summary>The states that every sequence begins with alike: they are in the cell.</summary>
    public IReadOnlyCollection<string> Learned => [.. Initials.Where(pair => pair.Value is FixedState { IsForAll: true }).Select(pair => pair.Key)];
}

/// <summary>The value of a state before the first step.</summary>
internal abstract record InitialState;

/// <summary>What an input of the graph gives.</summary>
/// <param name="Signal">The input, or rows of it.</param>
/// <param name="Axes">Its axes as the node has them.</param>
internal sealed record GivenState(NetworkSignal Signal, IReadOnlyList<IReadOnlyList<AxisFactor>> Axes) : InitialState;

/// <summary>What the file says.</summary>
/// <param name="Values">[directions, sequences, hidden].</param>
/// <param name="IsForAll">Whether all sequences begin alike.</param>
internal sealed record FixedState(ConstantTensor Values, bool IsForAll) : InitialState;
