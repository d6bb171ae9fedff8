using System.CommandLine;
using System.Diagnostics;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>What runs of text models begin with, whatever the model.</summary>
/// <param name="Parsed">The command line.</param>
/// <param name="Flags">The options that say how long a run is.</param>
/// <param name="Corpus">The corpus.</param>
/// <param name="IsDefaultCorpus">Whether none was given.</param>
/// <param name="Split">The corpus in symbols.</param>
/// <param name="Keep">Which model is a run's result.</param>
/// <param name="ValidationStreams">Into how many parts validation text is cut; 0 for as many as its length suggests.</param>
internal sealed record TextRunStart(
    ParseResult Parsed, RunFlags Flags, TextCorpus Corpus, bool IsDefaultCorpus, TextSplit Split, KeptModel Keep, int ValidationStreams)
{
    private const int TimedSteps = 8;

    /// <summary>How long a step takes, where some were timed to say how long the run will.</summary>
    public TimeSpan? StepTime { get; private set; }

    /// <summary>Says how a run goes; where there is a budget, does some first steps by the clock.</summary>
    /// <param name="model">The model.</param>
    /// <param name="trainer">Its training, at its first step.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="path">The file that the model is written to at the end.</param>
    /// <param name="spent">How much of the budget is spent.</param>
    /// <param name="done">Receives what the first steps showed.</param>
    public TextRunConfig Config(TextModel model, TextTrainer trainer, TextTrainingOptions options, string path, TimeSpan spent, ICollection<TrainingProgress> done)
    {
        TimeSpan? budget = Flags.Budget(Parsed);
        int validateEvery = Flags.ValidateEvery(Parsed);
        int steps = budget is { } time
            ? trainer.StepsWithin(time - spent, Split.Validation.Length, validateEvery, done.Add)
            : Flags.Steps(Parsed)!.Value;
        if (budget is null && TextPlan.HasPreset(Parsed))
        {
            TimeSome(trainer, steps, validateEvery, done);
        }

        TextValidationSchedule schedule = TextValidationSchedule.Of(steps, trainer.CharactersPerStep, Split.Validation.Length, validateEvery);
        return new TextRunConfig
        {
            CommandLine = [.. Parsed.Tokens.Select(token => token.Value)],
            Cells = [.. model.Design.Cells.Select(cell => cell.Name)],
            Sizes = model.Sizes,
            Training = options,
            Steps = steps,
            BudgetSeconds = budget?.TotalSeconds,
            ValidateEvery = schedule.Every,
            ValidationCharacters = schedule.Characters,
            ValidationStreams = ValidationStreams,
            CheckpointEvery = Flags.CheckpointEvery(Parsed),
            IsDefaultCorpus = IsDefaultCorpus,
            AsBytes = Corpus.Vocabulary.IsBytes,
            Files = TextRunConfig.FilesOf(Corpus),
            TextHash = Corpus.Hash,
            Model = Path.GetFullPath(path),
            Keep = Keep,
        };
    }

    // The run's own first steps, before its first validation, to say how long it will take.
    private void TimeSome(TextTrainer trainer, int steps, int validateEvery, ICollection<TrainingProgress> done)
    {
        int most = Math.Min(TimedSteps, Math.Min(validateEvery > 0 ? validateEvery : TextValidationSchedule.LeastDefaultInterval, steps) - 1);
        long start = 0;
        while (trainer.Steps < most)
        {
            done.Add(trainer.Step(steps));
            if (trainer.Steps == 1)
            {
                // The first step compiles and takes memory.
                start = Stopwatch.GetTimestamp();
            }
        }

        StepTime = most > 1 ? Stopwatch.GetElapsedTime(start) / (most - 1) : null;
    }
}
