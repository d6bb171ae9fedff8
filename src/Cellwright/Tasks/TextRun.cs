using System.Diagnostics;
using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>
/// Training that keeps a folder: its config, a log, the latest checkpoint, and the model at its best validation. A run
/// that was stopped or killed at any moment goes on from its latest checkpoint, and ends with the bits it would have
/// ended with undisturbed.
/// </summary>
public sealed class TextRun : IDisposable
{
    /// <summary>The parts of a run over which losses are averaged.</summary>
    public const int Parts = 20;

    private const string MeanName = "run.mean";
    private const int TimedSteps = 4;
    private static readonly TimeSpan CheckpointTime = TimeSpan.FromSeconds(30);

    private readonly RunFolder folder;
    private readonly TextRunConfig config;
    private readonly TextModel model;
    private readonly TextTrainer trainer;
    private readonly ReadOnlyMemory<int> validation;
    private readonly TextValidationSchedule schedule;
    private readonly TrainingLog log;
    private readonly IDisposable hold;
    private double lossSum;
    private int lossCount;

    private TextRun(RunFolder folder, TextRunConfig config, TextModel model, TextTrainer trainer, ReadOnlyMemory<int> validation, TrainingLog log, IDisposable hold)
    {
        this.folder = folder;
        this.config = config;
        this.model = model;
        this.trainer = trainer;
        this.log = log;
        this.hold = hold;
        this.validation = validation[..Math.Min(validation.Length, config.ValidationCharacters)];
        schedule = new TextValidationSchedule(config.ValidateEvery, this.validation.Length);
    }

    /// <summary>How many characters the model writes after each validation, to be shown; 0, unless told otherwise, for none. No result depends on it.</summary>
    public int SampleLength { get; set; }

    /// <summary>The step of the best validation so far; 0 where there was none.</summary>
    public int BestStep => trainer.Validations.BestStep;

    /// <summary>The loss of the best validation so far, in nats a character.</summary>
    public double BestLoss => trainer.Validations.BestLoss;

    /// <summary>Whether the run has ended: its last step is done, or validation has not got better for as long as its patience.</summary>
    public bool HasEnded => trainer.Steps == config.Steps || trainer.Validations.IsOver;

    /// <summary>The step of the latest checkpoint.</summary>
    public int CheckpointStep { get; private set; }

    /// <summary>The mean loss of the last part of the run.</summary>
    public double MeanLoss => lossSum / lossCount;

    /// <summary>Begins a run in a folder, whose earlier run is removed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">How the run is made.</param>
    /// <param name="model">The model.</param>
    /// <param name="trainer">Its training.</param>
    /// <param name="validation">The text to be judged by.</param>
    /// <param name="done">What the steps showed that the trainer has already done, in order.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TextRun Begin(
        RunFolder folder, TextRunConfig config, TextModel model, TextTrainer trainer, ReadOnlyMemory<int> validation, IReadOnlyList<TextTrainingProgress>? done = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trainer);
        IDisposable hold = folder.Lock();
        TrainingLog? log = null;
        try
        {
            folder.Clear();
            log = TrainingLog.Open(folder, 0);
            TextRun run = new(folder, config, model, trainer, validation, log, hold);
            foreach (TextTrainingProgress step in done ?? [])
            {
                run.AfterStep(step, charactersPerSecond: null);
            }

            run.SaveCheckpoint();
            config.Write(folder);
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
    /// <param name="config">What the folder's config says.</param>
    /// <param name="model">The model that <see cref="TextModel.Open"/> read from the checkpoint.</param>
    /// <param name="trainer">Its training, at its first step; it is brought to the checkpoint's.</param>
    /// <param name="validation">The text to be judged by.</param>
    /// <exception cref="InvalidFileException">The checkpoint is missing or damaged.</exception>
    /// <exception cref="IOException">The folder cannot be read or written, or another process goes on with the run.</exception>
    public static TextRun Resume(RunFolder folder, TextRunConfig config, TextModel model, TextTrainer trainer, ReadOnlyMemory<int> validation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trainer);
        IDisposable hold = folder.Lock();
        try
        {
            using SafetensorsFile checkpoint = CheckpointFile.Open(folder.Last);
            trainer.ReadFrom(checkpoint);
            double[] mean = checkpoint.ReadDoubles(MeanName);
            if (mean.Length != 2 || trainer.Steps > config.Steps)
            {
                throw new InvalidFileException(folder.Last, "it is no checkpoint of this run; start the run again");
            }

            folder.RemoveUnfinished();
            return new TextRun(folder, config, model, trainer, validation, TrainingLog.Open(folder, trainer.Steps), hold)
            {
                CheckpointStep = trainer.Steps,
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
        ArgumentNullException.ThrowIfNull(folder);
        using SafetensorsFile checkpoint = CheckpointFile.Open(folder.Last);
        return TextTrainer.StepOf(checkpoint);
    }

    /// <summary>Whether the run in a folder has come to its end, early or not.</summary>
    /// <exception cref="InvalidFileException">Its checkpoint is missing or damaged.</exception>
    public static bool HasEndedIn(RunFolder folder, TextRunConfig config)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        using SafetensorsFile checkpoint = CheckpointFile.Open(folder.Last);
        return TextTrainer.StepOf(checkpoint) >= config.Steps || ParameterUpdate.IsOver(checkpoint, config.Training);
    }

    /// <summary>Does steps to the end of the run, which may come early, or until told to stop; either way a checkpoint of the last step done is written.</summary>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Stops the run between two steps.</param>
    /// <returns>Whether the end was reached.</returns>
    /// <exception cref="NonFiniteException">A loss, gradient or value is not finite; the latest checkpoint stays.</exception>
    /// <exception cref="IOException">A file cannot be written; the one before it stays.</exception>
    public bool Run(Action<TextRunProgress>? progress = null, CancellationToken cancellation = default)
    {
        int first = trainer.Steps;
        int? interval = config.CheckpointEvery;
        long timed = 0;
        long before = Stopwatch.GetTimestamp();
        while (!HasEnded && !cancellation.IsCancellationRequested)
        {
            TextTrainingProgress step = trainer.Step(config.Steps);
            double seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
            TextRunProgress after = AfterStep(step, trainer.CharactersPerStep / Math.Max(seconds, 1e-9));
            progress?.Invoke(after);
            int done = trainer.Steps - first;
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

        if (CheckpointStep < trainer.Steps)
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

    private TextRunProgress AfterStep(TextTrainingProgress step, double? charactersPerSecond)
    {
        int part = Math.Max(1, config.Steps / Parts);
        if ((step.Step - 1) % part == 0)
        {
            (lossSum, lossCount) = (0.0, 0);
        }

        lossSum += step.Loss;
        lossCount++;

        // A step that a budget timed is past when it is told of, and none but the last can be due.
        (double? validated, string? sample) = step.Step == trainer.Steps && schedule.IsDue(step.Step, config.Steps) ? Validate() : default;
        Save(folder.LogTable, "the log", _ => log.Write(step.Step, step.Loss, step.GradientNorm, step.LearningRate, validated, charactersPerSecond));
        return new TextRunProgress(step with { Steps = config.Steps }, MeanLoss, validated, sample);
    }

    private (double? Loss, string? Sample) Validate()
    {
        using IDisposable averaged = trainer.UseAverage();
        double loss = TextEvaluation.Of(model, validation, config.ValidationStreams).Loss;
        if (trainer.Validations.IsBetter(loss))
        {
            Save(folder.Best, "the best model so far", model.Save);
        }

        trainer.Note(loss);
        return (loss, SampleLength > 0 ? Sample() : null);
    }

    // Each validation's own, and the same when the run is repeated.
    private string Sample() => string.Concat(new TextGenerator(model)
        .Continue(string.Empty, SampleLength, new TextSampling(), unchecked(config.Training.Seed + (ulong)trainer.Steps)).Select(character => character.ToString()));

    private void SaveCheckpoint()
    {
        trainer.CheckFinite();
        SafetensorsWriter checkpoint = new();
        model.AddTo(checkpoint);
        trainer.AddTo(checkpoint);
        checkpoint.Add(MeanName, [2], new double[] { lossSum, lossCount });
        Save(folder.LogTable, "the log", _ => log.Flush());
        Save(folder.Last, "the checkpoint", path => CheckpointFile.Write(path, checkpoint));
        CheckpointStep = trainer.Steps;
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
                FormattableString.Invariant($"{what} could not be written to '{path}' at step {trainer.Steps} ({problem.Message}); ") + (File.Exists(folder.Config)
                    ? $"the run is kept, and goes on with --resume '{folder.Path}' once there is room"
                    : "nothing of the run is kept; make room, or give it another folder, and begin again"),
                problem);
        }
    }
}
