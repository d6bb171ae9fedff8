namespace Cellwright.Tasks.Memory;

/// <summary>A validation during training.</summary>
/// <param name="Sequences">The sequences trained on before.</param>
/// <param name="Score">How the model did.</param>
public readonly record struct MemoryPoint(long Sequences, MemoryScore Score);
