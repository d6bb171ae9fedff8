using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>How a command goes through a training that is kept in a folder: what is said where it is stopped, diverges or cannot save.</summary>
/// <param name="Command">The command, such as <c>train text</c>.</param>
/// <param name="Folder">The folder.</param>
internal sealed record FolderTraining(string Command, RunFolder Folder)
{
    private string Resume => $"'cellwright {Command} --resume {ShellWord.Of(Folder.Path)}'";

    /// <summary>Trains until the end or a signal to stop.</summary>
    /// <param name="run">Trains, and says whether the end was reached.</param>
    /// <param name="checkpoint">The step of the latest checkpoint.</param>
    /// <exception cref="NonFiniteException">The training diverged; what is kept is said.</exception>
    public bool Run(Func<CancellationToken, bool> run, Func<int> checkpoint)
    {
        using StopSignals stop = new();
        try
        {
            return run(stop.Token);
        }
        catch (NonFiniteException problem)
        {
            throw new NonFiniteException(problem, FormattableString.Invariant($"the checkpoint of step {checkpoint()} is kept in '{Folder.Path}'"));
        }
    }

    /// <summary>Says that the training was stopped, and how it goes on.</summary>
    /// <returns>The exit code.</returns>
    public int Stopped(int step, int steps, TextWriter error)
    {
        error.WriteLine(FormattableString.Invariant($"stopped after step {step} of {steps}, and nothing is lost: {Resume} goes on"));
        return CommandLine.Interrupted;
    }

    /// <summary>Saves the model that came of it.</summary>
    /// <exception cref="IOException">It cannot be written; where it is kept is said.</exception>
    public void Save(Action save)
    {
        try
        {
            save();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the model could not be written: {problem.Message}; it is kept in '{Folder.Path}', and {Resume} writes it once there is room", problem);
        }
    }
}
