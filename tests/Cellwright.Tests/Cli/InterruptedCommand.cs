using System.Diagnostics;
using System.Globalization;
using Cellwright.Cli;

namespace Cellwright.Tests.Cli;

/// <summary>The tool in a process of its own, stopped by Ctrl-C once it trains.</summary>
internal static class InterruptedCommand
{
    /// <summary>Runs a command until it prints a line with a step, stops it, and waits for its end.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code, what was printed after that line, and what went to the error stream.</returns>
    public static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource tooLong = new(TimeSpan.FromMinutes(2));
        try
        {
            // A pipe that nobody reads would hold the process up.
            Task<string> errors = process.StandardError.ReadToEndAsync(tooLong.Token);

            // The line is printed when the run can be stopped.
            string? line = await process.StandardOutput.ReadLineAsync(tooLong.Token);
            while (line?.Contains("step ", StringComparison.Ordinal) == false)
            {
                line = await process.StandardOutput.ReadLineAsync(tooLong.Token);
            }

            Task<string> rest = process.StandardOutput.ReadToEndAsync(tooLong.Token);
            string name = ChildrenIgnoreInterrupts() ? "-TERM" : "-INT";
            using (Process signal = Process.Start("kill", [name, process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await signal.WaitForExitAsync(tooLong.Token);
            }

            string output = await rest;
            await process.WaitForExitAsync(tooLong.Token);
            return (process.ExitCode, output, await errors);
        }
        finally
        {
            process.Kill();
        }
    }

    // A shell without job control starts what it runs in the background so that Ctrl-C does not reach it, nor its children; a request to end does, and takes the same path.
    private static bool ChildrenIgnoreInterrupts()
    {
        const ulong Interrupt = 1 << 1;
        string ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }
}
