using Cellwright.Training;

namespace Cellwright.Tasks.Memory;

/// <summary>How far a probe is.</summary>
/// <param name="Training">The step: its loss, gradient norm and learning rate.</param>
/// <param name="Sequences">The sequences trained on so far.</param>
/// <param name="Score">The validation after this step; null where there was none.</param>
/// <param name="Elapsed">The time since training began.</param>
public readonly record struct MemoryProgress(TrainingProgress Training, long Sequences, MemoryScore? Score, TimeSpan Elapsed);
