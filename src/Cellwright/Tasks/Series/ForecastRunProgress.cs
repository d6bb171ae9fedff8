using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>What one step of a run showed.</summary>
/// <param name="Training">The step itself.</param>
/// <param name="MeanLoss">The mean loss of this part of the run so far; a run has twenty parts.</param>
/// <param name="Validation">The errors on the rows kept for validation, where they were measured after this step.</param>
public readonly record struct ForecastRunProgress(TrainingProgress Training, double MeanLoss, ForecastScore? Validation);
