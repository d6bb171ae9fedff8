using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Cellwright.Cli.Benchmarks;

/// <summary>A peer's driver that is running: it is told on its input what to do, and answers each line with one.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly PeerProgram program;
    private readonly Process process;
    private TimeSpan spent;
    private TimeSpan taken;
    private TimeSpan wall;

    internal Peer(PeerProgram program, Process process)
    {
        this.program = program;
        this.process = process;
        // Nobody reads the errors; but a full pipe would stop the peer.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string? first = Read();
        if (first is not null && first.StartsWith("peer ", StringComparison.Ordinal))
        {
            Name = first["peer ".Length..];
        }
        else
        {
            Greeting = first is null ? "its driver ended at once" : first.StartsWith("missing ", StringComparison.Ordinal) ? first["missing ".Length..] : first;
        }
    }

    /// <summary>The library and its version.</summary>
    public string Name { get; } = string.Empty;

    /// <summary>Why the library cannot be used; null where it can.</summary>
    public string? Greeting { get; }

    /// <summary>Whether it can be measured at a mode.</summary>
    public bool Knows(BenchmarkMode mode) => program.Modes.Contains(mode);

    /// <summary>How many processors the runs of the case took, on average.</summary>
    public double Processors => wall > TimeSpan.Zero ? taken / wall : 0;

    /// <summary>Lets the peer read a case, run it once and find its best setting.</summary>
    /// <param name="what">The case; the exchange has written its data.</param>
    /// <param name="known">What peers call the cell.</param>
    /// <param name="setting">Its best setting, or what went wrong.</param>
    /// <returns>Whether it can be timed.</returns>
    public bool Prepare(BenchmarkCase what, PeerCell known, out string setting)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"case {what.Mode.ToString().ToLowerInvariant()} {known.Kind} {what.Batch} {what.Input} {what.Hidden} {what.Steps} {what.Threads}");
        string answer = Ask(line) ?? "no its driver ended";
        (taken, wall) = (TimeSpan.Zero, TimeSpan.Zero);
        bool ready = answer.StartsWith("ready ", StringComparison.Ordinal);
        setting = answer[(answer.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return ready;
    }

    /// <summary>Times the case for some seconds, at least once.</summary>
    /// <param name="warmUp">For how many seconds it runs before without being counted, at least once.</param>
    /// <param name="seconds">For how many seconds it is counted.</param>
    /// <returns>Milliseconds; empty where the peer failed.</returns>
    public double[] Run(double warmUp, double seconds)
    {
        TimeSpan before = ProcessorTime();
        long began = Stopwatch.GetTimestamp();
        string? answer = Ask(string.Create(CultureInfo.InvariantCulture, $"run {warmUp} {seconds}"));
        wall += Stopwatch.GetElapsedTime(began);
        taken += ProcessorTime() - before;
        return answer is not null && answer.StartsWith("times ", StringComparison.Ordinal)
            ? [.. answer.Split(' ').Skip(1).Select(word => double.Parse(word, CultureInfo.InvariantCulture))]
            : [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(2000))
            {
                process.Kill();
                process.WaitForExit();
            }
        }
        catch (IOException)
        {
            // It has ended already.
        }

        process.Dispose();
    }

    // The last that is known, where it has ended.
    private TimeSpan ProcessorTime()
    {
        try
        {
            process.Refresh();
            spent = process.HasExited ? spent : process.TotalProcessorTime;
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            // It ended in between.
        }

        return spent;
    }

    private string? Ask(string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
            return Read();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string? Read()
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            return process.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return null;
        }
    }
}
