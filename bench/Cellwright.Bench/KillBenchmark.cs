using System.Diagnostics;
using System.Globalization;
using Cellwright.Tests.Cli;

namespace Cellwright.Bench;

/// <summary>Kills training at random moments, many times, and checks that it ends with the same bits; the tests do it a few times.</summary>
internal static class KillBenchmark
{
    private const int Steps = 2000;

    /// <summary>Kills and resumes; 0 where every run ended with the bits of one that was left alone.</summary>
    public static int Run(KilledCommand command, int times, int seed)
    {
        if (FindTool() is not { } tool)
        {
            Console.Error.WriteLine("the tool is not built; run 'dotnet build -c Release src/Cellwright.Cli' first");
            return 2;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("cellwright-kills-");
        try
        {
            long start = Stopwatch.GetTimestamp();
            KilledTraining training = new(command, tool, folder.FullName, Steps);
            training.Kill(times, seed, Console.WriteLine);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{times} kills of train {command.Noun}, {training.KillsOfTraining} of them after a checkpoint; {training.Ends} runs came to their end, each with the bits of an undisturbed run; no file was unreadable ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s, seed {seed})"));
            return 0;
        }
        catch (InvalidDataException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? FindTool()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string tool = Path.Combine(folder.FullName, "src", "Cellwright.Cli", "bin", "Release", "net10.0", "Cellwright.Cli.dll");
            if (File.Exists(tool))
            {
                return tool;
            }
        }

        return null;
    }
}
