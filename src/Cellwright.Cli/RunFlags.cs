using System.CommandLine;
using System.CommandLine.Parsing;
using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>The options of every command that trains: how long, where the run is kept, how it goes on.</summary>
internal sealed class RunFlags
{
    private readonly string command;
    private readonly TimeSpan defaultBudget;
    private readonly Option<int?> stepsOption = Options.OptionalWhole("--steps", "The number of training steps; takes the place of a budget.", 1, int.MaxValue);
    private readonly Option<TimeSpan?> budgetOption;
    private readonly Option<int?> validateOption = Options.OptionalWhole(
        "--validate-every", "Steps between validations during training. [default: about 20 in all, by the number of steps]", 1, int.MaxValue);

    private readonly Option<int?> checkpointOption = Options.OptionalWhole(
        "--checkpoint-every", "Steps between checkpoints; no result depends on it. [default: about 30 s, by the speed of the first steps]", 1, int.MaxValue);

    private readonly Option<string?> runOption;

    private readonly Option<string?> resumeOption;
    private readonly Option<bool> restartOption = new("--restart") { Description = "Begin again where the run's folder holds a run that has not ended." };
    private readonly Option<string> outOption = new("--out")
    {
        Description = "The file to write the model to.",
        HelpName = "file",
        DefaultValueFactory = _ => "model.safetensors",
    };

    private readonly Option[] withResume;

    /// <summary>The options of one command.</summary>
    /// <param name="command">The command, such as <c>train text</c>.</param>
    /// <param name="defaultBudget">The budget where neither it nor steps are given.</param>
    /// <param name="withResume">The options that may go with <c>--resume</c>, beside <c>--threads</c> and <c>--json</c>.</param>
    public RunFlags(string command, TimeSpan defaultBudget, params Option[] withResume)
        : this(command, defaultBudget, "The folder for the run's config, log, checkpoint and best model. [default: named after the model, such as model.run]", withResume)
    {
    }

    /// <summary>The options of one command.</summary>
    /// <param name="command">The command that a run goes on with, such as <c>train text</c>.</param>
    /// <param name="defaultBudget">The budget where neither it nor steps are given.</param>
    /// <param name="folder">What <c>--run</c> names.</param>
    /// <param name="withResume">The options that may go with <c>--resume</c>, beside <c>--threads</c> and <c>--json</c>.</param>
    public RunFlags(string command, TimeSpan defaultBudget, string folder, params Option[] withResume)
    {
        (this.command, this.defaultBudget) = (command, defaultBudget);
        runOption = new Option<string?>("--run") { Description = folder, HelpName = "folder" };
        budgetOption = Options.Duration("--budget", FormattableString.Invariant($"The time for training and validation, turned into a number of steps at the start. [default: {defaultBudget.TotalSeconds:0}s]"));
        resumeOption = new Option<string?>("--resume")
        {
            Description = $"Go on with the run in this folder, as it was begun; only {string.Join(" and ", (string[])["--threads", "--json", .. withResume.Select(option => option.Name)])} go with it.",
            HelpName = "folder",
        };
        this.withResume = [resumeOption, Threads, Json, .. withResume];
    }

    /// <summary>The seed.</summary>
    public Option<ulong> Seed { get; } = Options.Seed();

    /// <summary>The threads.</summary>
    public Option<int> Threads { get; } = Options.Threads();

    /// <summary>Whether figures are printed as JSON.</summary>
    public Option<bool> Json { get; } = Options.Json();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            stepsOption, budgetOption, validateOption, outOption, runOption, restartOption, resumeOption, checkpointOption, Seed, Threads, Json])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Adds to a command those options that runs of several models have in common.</summary>
    public void AddSharedTo(Command command)
    {
        foreach (Option option in (Option[])[stepsOption, budgetOption, validateOption, runOption, restartOption, checkpointOption, Seed, Threads, Json])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The folder that was named for the run; null for the one named after the model.</summary>
    public string? Run(ParseResult parsed) => parsed.GetValue(runOption);

    /// <summary>The number of steps; null where a budget sets it.</summary>
    public int? Steps(ParseResult parsed) => parsed.GetValue(stepsOption);

    /// <summary>The time there is; null where the number of steps was given.</summary>
    public TimeSpan? Budget(ParseResult parsed) => Steps(parsed) is null ? parsed.GetValue(budgetOption) ?? defaultBudget : null;

    /// <summary>The steps between validations; 0 for the default.</summary>
    public int ValidateEvery(ParseResult parsed) => parsed.GetValue(validateOption) ?? 0;

    /// <summary>The steps between checkpoints; null for the default.</summary>
    public int? CheckpointEvery(ParseResult parsed) => parsed.GetValue(checkpointOption);

    /// <summary>The model's file.</summary>
    public string Out(ParseResult parsed) => parsed.GetValue(outOption)!;

    /// <summary>The folder of a run to go on with; null where one is begun.</summary>
    public string? Resumed(ParseResult parsed) => parsed.GetValue(resumeOption);

    /// <summary>Makes sure that the options of a run to be begun go together, and that its files can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="read">Reads the config of an earlier run in the folder.</param>
    /// <param name="hasEnded">Whether such a run has ended.</param>
    /// <returns>The run's folder.</returns>
    /// <exception cref="UsageException">They do not, or there is a run that has not ended.</exception>
    public RunFolder CheckBegin<T>(ParseResult parsed, Func<RunFolder, T> read, Func<RunFolder, T, bool> hasEnded)
        where T : RunConfig
    {
        CheckLength(parsed);
        string path = Out(parsed);
        OutputFile.Check(path, parsed);
        RunFolder folder = new(Run(parsed) ?? Path.ChangeExtension(path, ".run"));
        CheckFolder(parsed, folder, read, hasEnded);
        return folder;
    }

    /// <summary>Makes sure that the options which say how long a run is go together.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public void CheckLength(ParseResult parsed)
    {
        if (Steps(parsed) is not null && parsed.GetValue(budgetOption) is not null)
        {
            throw new UsageException("--steps and --budget both say how long to train; give one of them");
        }

        if (Steps(parsed) is null && parsed.GetValue(validateOption) is < Tasks.TextValidationSchedule.LeastDefaultInterval)
        {
            throw new UsageException($"--validate-every takes {Tasks.TextValidationSchedule.LeastDefaultInterval} or more with a budget, which times the steps before that; give --steps for a shorter one");
        }
    }

    /// <summary>Makes sure that nothing is given that a run to go on with cannot change.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The argument that names the data.</param>
    /// <param name="what">What the data is called.</param>
    /// <exception cref="UsageException">Something is.</exception>
    public void CheckResume(ParseResult parsed, Argument data, string what)
    {
        if (parsed.GetResult(data) is { Tokens.Count: > 0 })
        {
            throw new UsageException($"--resume reads the {what} that the run began with; give no other");
        }

        if (parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit && !withResume.Contains(option.Option)) is { } other)
        {
            throw new UsageException($"--resume goes on with a run as it was begun, so {other.Option.Name} cannot change; leave it out");
        }
    }

    /// <summary>Makes sure that a folder holds no run that has not ended, which is somebody's work.</summary>
    /// <exception cref="UsageException">It does, or is no folder.</exception>
    public void CheckFolder<T>(ParseResult parsed, RunFolder folder, Func<RunFolder, T> read, Func<RunFolder, T, bool> hasEnded)
        where T : RunConfig
    {
        if (File.Exists(folder.Path))
        {
            throw new UsageException($"'{folder.Path}' is a file, and a run needs a folder; give --run another name");
        }

        if (folder.Foreign() is { } foreign && !IsRun(folder, read))
        {
            throw new UsageException($"'{folder.Path}' holds '{foreign}', which no run wrote and a run would replace; give --run another folder");
        }

        if (parsed.GetValue(restartOption) || !File.Exists(folder.Config))
        {
            return;
        }

        try
        {
            T config = read(folder);
            if (!hasEnded(folder, config))
            {
                throw new UsageException(FormattableString.Invariant(
                    $"'{folder.Path}' holds a run that stopped at step {Tasks.TextRun.StepOfCheckpoint(folder)} of {config.Steps}; go on with 'cellwright {command} --resume {ShellWord.Of(folder.Path)}', begin again with --restart, or give --run another folder"));
            }
        }
        catch (InvalidFileException problem)
        {
            throw new UsageException($"{problem.Message.TrimEnd('.')}; begin again with --restart, or give --run another folder", problem);
        }
    }

    private static bool IsRun<T>(RunFolder folder, Func<RunFolder, T> read)
        where T : RunConfig
    {
        try
        {
            _ = read(folder);
            return true;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }
}
