using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>What one step of a run showed.</summary>
/// <param name="Training">The step itself.</param>
/// <param name="MeanLoss">The mean loss of this part of the run so far; a run has twenty parts.</param>
/// <param name="Validation">The loss on the validation text in nats a character, where it was measured after this step.</param>
/// <param name="Sample">What the model then wrote, where that was asked for.</param>
public readonly record struct TextRunProgress(TrainingProgress Training, double MeanLoss, double? Validation, string? Sample);
