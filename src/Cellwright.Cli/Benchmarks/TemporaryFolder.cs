using System.Runtime.InteropServices;

namespace Cellwright.Cli.Benchmarks;

/// <summary>A folder that is gone when its command ends, be it at the end of its work, by Ctrl-C or by a request to end.</summary>
/// <remarks>Passes that are timed and peers that are waited for look at no token, so a signal ends the process here.</remarks>
internal sealed class TemporaryFolder : IDisposable
{
    private const int Attempts = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Lock gate = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    /// <summary>Makes the folder.</summary>
    /// <param name="prefix">What its name begins with.</param>
    public TemporaryFolder(string prefix)
    {
        FullName = Directory.CreateTempSubdirectory(prefix).FullName;
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Stop());
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Stop());
    }

    /// <summary>Where it is.</summary>
    public string FullName { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            Remove();
        }

        interrupt.Dispose();
        terminate.Dispose();
    }

    private void Stop()
    {
        // Held until the process ends: work that fails for want of its folder gets no further than to Dispose.
        lock (gate)
        {
            try
            {
                Remove();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"the folder '{FullName}' could not be removed: {problem.Message}");
            }

            Environment.Exit(CommandLine.Interrupted);
        }
    }

    private void Remove()
    {
        for (int attempt = 1; Directory.Exists(FullName); attempt++)
        {
            try
            {
                Directory.Delete(FullName, recursive: true);
            }
            catch (IOException) when (attempt < Attempts)
            {
                // A peer that still runs may write while its folder goes.
                Thread.Sleep(Pause);
            }
        }
    }
}
