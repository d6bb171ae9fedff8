using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cellwright.Training;

namespace Cellwright.Tests.Cli;

/// <summary>
/// Trains by the command line in a process of its own, kills it at random moments, resumes, and compares the end with
/// that of a run left alone. It uses nothing that is internal, so that the measurements can do the same for longer.
/// </summary>
/// <param name="command">What is trained.</param>
/// <param name="tool">The tool's assembly.</param>
/// <param name="folder">A folder for everything.</param>
/// <param name="steps">The steps of the run.</param>
public sealed class KilledTraining(KilledCommand command, string tool, string folder, int steps)
{
    private readonly RunFolder run = new(Path.Combine(folder, "killed.run"));
    private byte[] undisturbed = [];
    private TimeSpan duration;

    /// <summary>How many runs came to their end, each with the right bits.</summary>
    public int Ends { get; private set; }

    /// <summary>Kills that hit training, after the run could be resumed.</summary>
    public int KillsOfTraining { get; private set; }

    /// <summary>Kills a number of times and brings the last run to its end.</summary>
    /// <exception cref="InvalidDataException">The bits differ, or a file was not readable.</exception>
    public void Kill(int times, int seed, Action<string>? report = null)
    {
        File.WriteAllText(DataPath, command.Data);
        string model = Path.Combine(folder, "undisturbed.safetensors");
        long start = Stopwatch.GetTimestamp();
        Finish(Begin(model));
        duration = Stopwatch.GetElapsedTime(start);
        undisturbed = File.ReadAllBytes(model);
        Random random = new(seed);
        for (int kill = 1; kill <= times; kill++)
        {
            using Process process = Start(Next());
            TimeSpan moment = duration * random.NextDouble();
            if (process.WaitForExit(moment))
            {
                // It came to its end first: nothing was killed, and another run begins.
                Finish(process);
                CheckEnd();
                kill--;
                continue;
            }

            process.Kill();
            process.WaitForExit();
            int step = CheckReadable();
            KillsOfTraining += step > 0 ? 1 : 0;
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"kill {kill} after {moment.TotalSeconds:0.00} s, checkpoint of step {step}"));
        }

        Finish(Next());
        CheckEnd();
    }

    private string DataPath => Path.Combine(folder, "data.txt");

    private string[] Begin(string model) =>
    [
        "train", command.Noun, DataPath, .. command.Options,
        "--steps", steps.ToString(CultureInfo.InvariantCulture), "--validate-every", "50", "--checkpoint-every", "15", "--threads", "1", "--out", model,
    ];

    private string[] Next() => File.Exists(run.Config) ? ["train", command.Noun, "--resume", run.Path, "--threads", "1"] : Begin(Path.Combine(folder, "killed.safetensors"));

    private Process Start(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private void Finish(string[] arguments)
    {
        using Process process = Start(arguments);
        Finish(process);
    }

    private static void Finish(Process process)
    {
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidDataException($"training ended with exit code {process.ExitCode}: {error}");
        }
    }

    private void CheckEnd()
    {
        CheckReadable();
        string model = Path.Combine(folder, "killed.safetensors");
        if (!File.ReadAllBytes(model).AsSpan().SequenceEqual(undisturbed))
        {
            throw new InvalidDataException("the model of the killed run has other bits than that of the undisturbed run");
        }

        RunFolder whole = new(Path.Combine(folder, "undisturbed.run"));
        if (!File.ReadAllBytes(run.Best).AsSpan().SequenceEqual(File.ReadAllBytes(whole.Best)) || !Repeating(run).SequenceEqual(Repeating(whole)))
        {
            throw new InvalidDataException("the best model or the log of the killed run differs from that of the undisturbed run");
        }

        Ends++;
        Directory.Delete(run.Path, recursive: true);
        File.Delete(model);
    }

    // Every file that is there has to be whole, whenever the process died.
    private int CheckReadable()
    {
        int step = 0;
        if (File.Exists(run.Config))
        {
            step = command.StepOf(run);
        }

        foreach (string model in ((string[])[run.Last, run.Best]).Where(File.Exists))
        {
            command.Open(model);
        }

        if (File.Exists(run.LogTable) && File.ReadLines(run.LogTable).Any(line => line.Count(character => character == ',') != 5))
        {
            throw new InvalidDataException("a line of the table is not whole");
        }

        if (File.Exists(run.LogLines))
        {
            foreach (string line in File.ReadLines(run.LogLines))
            {
                JsonDocument.Parse(line).Dispose();
            }
        }

        return step;
    }

    private static IEnumerable<string> Repeating(RunFolder folder) => File.ReadLines(folder.LogTable).Select(line => line[..line.LastIndexOf(',')]);
}
