namespace Cellwright.Tasks.Series;

/// <summary>Where the training of a forecaster is, after an epoch.</summary>
/// <param name="Epoch">The epochs done.</param>
/// <param name="Epochs">How many there are to be at most.</param>
/// <param name="TrainingLoss">The mean of the steps' losses of this epoch.</param>
/// <param name="Validation">The errors on the rows kept for validation; null where there are none.</param>
/// <param name="IsBest">Whether these values are the best so far, and kept.</param>
public readonly record struct ForecastTrainingProgress(int Epoch, int Epochs, double TrainingLoss, ForecastScore? Validation, bool IsBest);
