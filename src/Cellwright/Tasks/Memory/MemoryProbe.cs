using System.Diagnostics;
using Cellwright.Training;

namespace Cellwright.Tasks.Memory;

/// <summary>Trains a model on a memory task until it is solved, or as long as it is allowed to, and says how far it came.</summary>
public static class MemoryProbe
{
    /// <summary>The largest n of aⁿbⁿcⁿ that a trained model is tried with.</summary>
    public const int MostCount = 1000;

    /// <summary>Trains and tests.</summary>
    /// <param name="model">The model whose values change.</param>
    /// <param name="options">How to train, and for how many steps at most.</param>
    /// <param name="budget">The longest time; null, the default, for none. With one, how far an unsolved run comes depends on the machine.</param>
    /// <param name="progress">Told of every step, and of the validation where there was one.</param>
    /// <param name="cancellation">Ends the training between two steps; the result is of the model as it then is.</param>
    /// <exception cref="ArgumentException">An option has no meaning.</exception>
    public static MemoryProbeResult Run(
        MemoryModel model, MemoryTrainingOptions options, TimeSpan? budget = null, Action<MemoryProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        MemoryTrainer trainer = new(model, options);
        Stopwatch clock = Stopwatch.StartNew();
        List<MemoryPoint> curve = [new MemoryPoint(0, trainer.Validate())];
        long? solvedAfter = null;
        string? problem = null;
        while (!(solvedAfter is not null && options.StopsWhenSolved) && trainer.Steps < options.Steps && !cancellation.IsCancellationRequested && !(clock.Elapsed > budget))
        {
            TrainingProgress step;
            try
            {
                step = trainer.Step();
            }
            catch (NonFiniteException nonFinite)
            {
                problem = nonFinite.Message;
                break;
            }

            MemoryScore? score = null;
            if (trainer.Steps % options.ValidateEvery == 0 || trainer.Steps == options.Steps)
            {
                score = trainer.Validate();
                curve.Add(new MemoryPoint(trainer.Sequences, score.Value));
                solvedAfter ??= model.Task.IsSolved(score.Value) ? trainer.Sequences : null;
            }

            progress?.Invoke(new MemoryProgress(step, trainer.Sequences, score, clock.Elapsed));
        }

        TimeSpan trained = clock.Elapsed;
        int? count = model.Task is CountingTask ? trainer.LargestRightCount(MostCount) : null;
        return new MemoryProbeResult(solvedAfter, trainer.Steps, trainer.Sequences, trained, trainer.Test(), count, curve, problem);
    }
}
