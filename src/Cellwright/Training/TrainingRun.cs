using System.Diagnostics;
using Cellwright.Files;

namespace Cellwright.Training;

/// <summary>
/// Training that keeps a folder: its config, a log, the latest checkpoint, and the model at its best validation. A run
/// that was stopped or killed at any moment goes on from its latest checkpoint, and ends with the bits it would have
/// ended with undisturbed. What is trained is a <see cref="ITrainingTask"/>.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>The parts of a run over which losses are averaged.</summary>
    public const int Parts = 20;

    /// <summary>The name of the step in a checkpoint.</summary>
    public const string StepName = "run.step";

    private const string MeanName = "run.mean";
    private const int TimedSteps = 4;
    private static readonly TimeSpan CheckpointTime = TimeSpan.FromSeconds(30);

    private readonly RunFolder folder;
    private readonly ITrainingTask task;
    private readonly int steps;
    private readonly int? checkpointEvery;
    private readonly TrainingLog log;
    private readonly IDisposable hold;
    private double lossSum;
    private int lossCount;

    private TrainingRun(RunFolder folder, ITrainingTask task, int steps, int? checkpointEvery, TrainingLog log, IDisposable hold)
    {
        this.folder = folder;
        this.task = task;
        this.steps = steps;
        this.checkpointEvery = checkpointEvery;
        this.log = log;
        this.hold = hold;
    }

    /// <summary>Whether the run has ended: its last step is done, or validation has not got better for as long as its patience.</summary>
    public bool HasEnded => task.Steps == steps || task.Validations.IsOver;

    /// <summary>The step of the latest checkpoint.</summary>
    public int CheckpointStep { get; private set; }

    /// <summary>The mean loss of the last part of the run.</summary>
    public double MeanLoss => lossSum / lossCount;

    /// <summary>Begins a run in a folder, whose earlier run is removed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="steps">The number of steps of the whole run.</param>
    /// <param name="checkpointEvery">The steps between checkpoints; null for as many as take about half a minute, which no result depends on.</param>
    /// <param name="done">What the steps showed that the task has already done, in order.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TrainingRun Begin(RunFolder folder, ITrainingTask task, int steps, int? checkpointEvery = null, IReadOnlyList<TrainingProgress>? done = null)
    {
        IDisposable hold = folder.Lock();
        TrainingLog? log = null;
        try
        {
            folder.Clear();
            log = TrainingLog.Open(folder, 0, task.SpeedName);
            TrainingRun run = new(folder, task, steps, checkpointEvery, log, hold);
            foreach (TrainingProgress step in done ?? [])
            {
                run.AfterStep(step, speed: null);
            }

            run.SaveCheckpoint();
            task.WriteConfig(folder);
            return run;
        }
        catch
        {
            log?.Dispose();
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a run from its latest checkpoint.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="task">What is trained, with the checkpoint's model and at its first step; it is brought to the checkpoint's.</param>
    /// <param name="steps">As the run was begun.</param>
    /// <param name="checkpointEvery">As the run was begun.</param>
    /// <exception cref="InvalidFileException">The checkpoint is missing or damaged.</exception>
    /// <exception cref="IOException">The folder cannot be read or written, or another process goes on with the run.</exception>
    public static TrainingRun Resume(RunFolder folder, ITrainingTask task, int steps, int? checkpointEvery)
    {
        IDisposable hold = folder.Lock();
        try
        {
            using SafetensorsFile checkpoint = CheckpointFile.Open(folder.Last);
            task.ReadFrom(checkpoint);
            double[] mean = checkpoint.ReadDoubles(MeanName);
            if (mean.Length != 2 || task.Steps > steps)
            {
                throw new InvalidFileException(folder.Last, "it is no checkpoint of this run; start the run again");
            }

            folder.RemoveUnfinished();
            return new TrainingRun(folder, task, steps, checkpointEvery, TrainingLog.Open(folder, task.Steps, task.SpeedName), hold)
            {
                CheckpointStep = task.Steps,
                lossSum = mean[0],
                lossCount = (int)mean[1],
            };
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>The step of a folder's latest checkpoint.</summary>
    /// <exception cref="InvalidFileException">It is missing or damaged.</exception>
    public static int StepOfCheckpoint(RunFolder folder)
    {
        using SafetensorsFile checkpoint = CheckpointFile.Open(folder.Last);
        return StepOf(checkpoint);
    }

    /// <summary>Whether the run in a folder has come to its end, early or not.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="steps">The number of steps of the whole run.</param>
    /// <param name="options">How it is trained.</param>
    /// <exception cref="InvalidFileException">Its checkpoint is missing or damaged.</exception>
    public static bool HasEndedIn(RunFolder folder, int steps, UpdateOptions options)
    {
        using SafetensorsFile checkpoint = CheckpointFile.Open(folder.Last);
        return StepOf(checkpoint) >= steps || ParameterUpdate.IsOver(checkpoint, options);
    }

    /// <summary>The step at which a checkpoint was written.</summary>
    /// <exception cref="InvalidFileException">It says none.</exception>
    public static int StepOf(SafetensorsFile checkpoint) => checkpoint.ReadInt64s(StepName) is [>= 0 and <= int.MaxValue and long step]
        ? (int)step
        : throw new InvalidFileException(checkpoint.Name, $"its '{StepName}' is no number of steps; start the run again");

    /// <summary>Does steps to the end of the run, which may come early, or until told to stop; either way a checkpoint of the last step done is written.</summary>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Stops the run between two steps.</param>
    /// <returns>Whether the end was reached.</returns>
    /// <exception cref="NonFiniteException">A loss, gradient or value is not finite; the latest checkpoint stays.</exception>
    /// <exception cref="IOException">A file cannot be written; the one before it stays.</exception>
    public bool Run(Action<TrainingRunProgress>? progress = null, CancellationToken cancellation = default)
    {
        int first = task.Steps;
        int? interval = checkpointEvery;
        long timed = 0;
        long before = Stopwatch.GetTimestamp();
        while (!HasEnded && !cancellation.IsCancellationRequested)
        {
            TrainingProgress step = task.Step(steps);
            double seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
            TrainingRunProgress after = AfterStep(step, task.ExamplesPerStep / Math.Max(seconds, 1e-9));
            progress?.Invoke(after);
            int done = task.Steps - first;
            timed = done == 1 ? Stopwatch.GetTimestamp() : timed;
            if (interval is null && done == TimedSteps)
            {
                interval = (int)Math.Clamp(CheckpointTime / Stopwatch.GetElapsedTime(timed) * (TimedSteps - 1), 1, int.MaxValue);
            }

            if (interval is { } every && done % every == 0)
            {
                SaveCheckpoint();
            }

            before = Stopwatch.GetTimestamp();
        }

        if (CheckpointStep < task.Steps)
        {
            SaveCheckpoint();
        }

        return HasEnded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        log.Dispose();
        hold.Dispose();
    }

    private TrainingRunProgress AfterStep(TrainingProgress step, double? speed)
    {
        int part = Math.Max(1, steps / Parts);
        if ((step.Step - 1) % part == 0)
        {
            (lossSum, lossCount) = (0.0, 0);
        }

        lossSum += step.Loss;
        lossCount++;

        // A step that a budget timed is past when it is told of, and none but the last can be due.
        double? validated = step.Step == task.Steps && task.IsValidationDue(step.Step) ? Validate() : null;
        Save(folder.LogTable, "the log", _ => log.Write(step.Step, step.Loss, step.GradientNorm, step.LearningRate, validated, speed));
        return new TrainingRunProgress(step with { Steps = steps }, MeanLoss, validated);
    }

    private double Validate()
    {
        using IDisposable averaged = task.UseAverage();
        double loss = task.Validate();
        if (task.Validations.IsBetter(loss))
        {
            Save(folder.Best, "the best model so far", task.SaveModel);
        }

        task.Note(loss);
        return loss;
    }

    private void SaveCheckpoint()
    {
        task.CheckFinite();
        SafetensorsWriter checkpoint = new();
        task.AddTo(checkpoint);
        checkpoint.Add(MeanName, [2], new double[] { lossSum, lossCount });
        Save(folder.LogTable, "the log", _ => log.Flush());
        Save(folder.Last, "the checkpoint", path => CheckpointFile.Write(path, checkpoint));
        CheckpointStep = task.Steps;
    }

    private void Save(string path, string what, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                FormattableString.Invariant($"{what} could not be written to '{path}' at step {task.Steps} ({problem.Message}); ") + (File.Exists(folder.Config)
                    ? $"the run is kept, and goes on with --resume '{folder.Path}' once there is room"
                    : "nothing of the run is kept; make room, or give it another folder, and begin again"),
                problem);
        }
    }
}
