namespace Cellwright.Training;

/// <summary>What one step of a run showed.</summary>
/// <param name="Training">The step itself.</param>
/// <param name="MeanLoss">The mean loss of this part of the run so far; a run has twenty parts.</param>
/// <param name="Validation">The loss on the validation data, where it was measured after this step.</param>
internal readonly record struct TrainingRunProgress(TrainingProgress Training, double MeanLoss, double? Validation);
