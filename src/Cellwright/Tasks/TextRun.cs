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
    public const int Parts = TrainingRun.Parts;

    private readonly TextRunTask task;
    private readonly TrainingRun run;

    private TextRun(TextRunTask task, TrainingRun run)
    {
        this.task = task;
        this.run = run;
    }

    /// <summary>How many characters the model writes after each validation, to be shown; 0, unless told otherwise, for none. No result depends on it.</summary>
    public int SampleLength
    {
        get => task.SampleLength;
        set => task.SampleLength = value;
    }

    /// <summary>The step of the best validation so far; 0 where there was none.</summary>
    public int BestStep => task.Validations.BestStep;

    /// <summary>The loss of the best validation so far, in nats a character.</summary>
    public double BestLoss => task.Validations.BestLoss;

    /// <summary>Whether the run has ended: its last step is done, or validation has not got better for as long as its patience.</summary>
    public bool HasEnded => run.HasEnded;

    /// <summary>The step of the latest checkpoint.</summary>
    public int CheckpointStep => run.CheckpointStep;

    /// <summary>The mean loss of the last part of the run.</summary>
    public double MeanLoss => run.MeanLoss;

    /// <summary>Begins a run in a folder, whose earlier run is removed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">How the run is made.</param>
    /// <param name="model">The model.</param>
    /// <param name="trainer">Its training.</param>
    /// <param name="validation">The text to be judged by.</param>
    /// <param name="done">What the steps showed that the trainer has already done, in order.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TextRun Begin(
        RunFolder folder, TextRunConfig config, TextModel model, TextTrainer trainer, SymbolText validation, IReadOnlyList<TrainingProgress>? done = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trainer);
        TextRunTask task = new(config, model, trainer, validation);
        return new TextRun(task, TrainingRun.Begin(folder, task, config.Steps, config.CheckpointEvery, done));
    }

    /// <summary>Goes on with a run from its latest checkpoint.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">What the folder's config says.</param>
    /// <param name="model">The model that <see cref="TextModel.Open"/> read from the checkpoint.</param>
    /// <param name="trainer">Its training, at its first step; it is brought to the checkpoint's.</param>
    /// <param name="validation">The text to be judged by.</param>
    /// <exception cref="InvalidFileException">The checkpoint is missing or damaged.</exception>
    /// <exception cref="IOException">The folder cannot be read or written, or another process goes on with the run.</exception>
    public static TextRun Resume(RunFolder folder, TextRunConfig config, TextModel model, TextTrainer trainer, SymbolText validation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trainer);
        TextRunTask task = new(config, model, trainer, validation);
        return new TextRun(task, TrainingRun.Resume(folder, task, config.Steps, config.CheckpointEvery));
    }

    /// <summary>The step of a folder's latest checkpoint.</summary>
    /// <exception cref="InvalidFileException">It is missing or damaged.</exception>
    public static int StepOfCheckpoint(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return TrainingRun.StepOfCheckpoint(folder);
    }

    /// <summary>Whether the run in a folder has come to its end, early or not.</summary>
    /// <exception cref="InvalidFileException">Its checkpoint is missing or damaged.</exception>
    public static bool HasEndedIn(RunFolder folder, TextRunConfig config)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        return TrainingRun.HasEndedIn(folder, config.Steps, config.Training);
    }

    /// <summary>Does steps to the end of the run, which may come early, or until told to stop; either way a checkpoint of the last step done is written.</summary>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Stops the run between two steps.</param>
    /// <returns>Whether the end was reached.</returns>
    /// <exception cref="NonFiniteException">A loss, gradient or value is not finite; the latest checkpoint stays.</exception>
    /// <exception cref="IOException">A file cannot be written; the one before it stays.</exception>
    public bool Run(Action<TextRunProgress>? progress = null, CancellationToken cancellation = default) => run.Run(
        step => progress?.Invoke(new TextRunProgress(step.Training, step.MeanLoss, step.Validation, step.Validation is null ? null : task.Sample)),
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();
}
