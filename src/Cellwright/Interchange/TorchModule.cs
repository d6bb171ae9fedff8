namespace Cellwright.Interchange;

/// <summary>What a recurrent module of PyTorch is made of: the arguments of its constructor.</summary>
/// <param name="Kind"><c>LSTM</c>, <c>GRU</c> or <c>RNN</c>.</param>
/// <param name="InputSize">The width of x.</param>
/// <param name="HiddenSize">The width of the gates.</param>
/// <param name="Layers">How many layers there are.</param>
public sealed record TorchModule(string Kind, int InputSize, int HiddenSize, int Layers)
{
    /// <summary>Whether each layer has two directions.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>The width of an LSTM's h; 0 where it is the hidden size.</summary>
    public int ProjectionSize { get; init; }

    /// <summary>The function of an RNN, <c>tanh</c> or <c>relu</c>; null for the others.</summary>
    public string? Nonlinearity { get; init; }

    /// <summary>The constructor's call: <c>torch.nn.LSTM(5, 7, num_layers=2, bidirectional=True)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"torch.nn.{Kind}({InputSize}, {HiddenSize}")
        + (Layers == 1 ? string.Empty : FormattableString.Invariant($", num_layers={Layers}"))
        + (Nonlinearity is null or "tanh" ? string.Empty : $", nonlinearity=\"{Nonlinearity}\"")
        + (Bidirectional ? ", bidirectional=True" : string.Empty)
        + (ProjectionSize == 0 ? string.Empty : FormattableString.Invariant($", proj_size={ProjectionSize}"))
        + ")";
}
