namespace Cellwright.Onnx.Export;

/// <summary>What a layer reads, as names of values.</summary>
/// <param name="Inputs">The inputs, [time, batch, width] each.</param>
/// <param name="Initial">The states before the first step, [batch, width] each, in the layer's order.</param>
/// <param name="Lengths">The steps of each sequence, int32 [batch]; null where all are as long as the batch.</param>
/// <param name="IsReverse">Whether each sequence is read from its last step to its first.</param>
internal readonly record struct SequenceValues(IReadOnlyList<string> Inputs, IReadOnlyList<string> Initial, string? Lengths, bool IsReverse);
