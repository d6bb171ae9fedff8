namespace Cellwright.Onnx.Export;

/// <summary>What an exported file offers.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>
    /// Whether the states are inputs (<c>state.NAME</c>, the values before the first step) and outputs (<c>final.NAME</c>, those
    /// behind each sequence's last step); true by default. Otherwise every sequence begins in the states that the cell says.
    /// </summary>
    public bool States { get; init; } = true;

    /// <summary>
    /// Whether sequences of a batch may end at different steps: an input <c>lengths</c>, int32 [batch]. Outputs past a
    /// sequence's end are then 0. False by default. No series model has it: all its windows are as long.
    /// </summary>
    public bool Lengths { get; init; }

    /// <summary>
    /// Whether a cell that is the LSTM, GRU or RNN of the ONNX specification becomes that operator; true by default. Otherwise,
    /// and for every other cell, it becomes a Scan over its equations.
    /// </summary>
    public bool Operators { get; init; } = true;

    /// <summary>Whether a text model gives probabilities; false, the default, for scores before the softmax (logits).</summary>
    public bool Probabilities { get; init; }
}
