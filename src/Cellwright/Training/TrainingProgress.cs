namespace Cellwright.Training;

/// <summary>What one training step showed.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Steps">The number of steps of the run; 0 while a time budget has not been turned into steps.</param>
/// <param name="Loss">The mean loss of the step's examples: for text in nats a character.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="LearningRate">The learning rate that was used.</param>
public readonly record struct TrainingProgress(int Step, int Steps, double Loss, double GradientNorm, double LearningRate);
