using System.Runtime.InteropServices;

namespace Cellwright.Cli;

/// <summary>
/// The limit that a shell or a service manager may set on the length of files (<c>ulimit -f</c>). Unless told otherwise,
/// a process that meets it is killed by a signal, with its temporary files left behind.
/// </summary>
internal static class FileSizeLimit
{
    // SIGXFSZ has this number on Linux, macOS and the BSDs, and no name in .NET.
    private const PosixSignal Exceeded = (PosixSignal)25;

    // Kept to the end of the process: a signal is dealt with by another thread, possibly after the write has failed.
    private static PosixSignalRegistration? registration;

    /// <summary>Makes a write past the limit an error like one on a full disk.</summary>
    public static void MakeError()
    {
        if (!OperatingSystem.IsWindows())
        {
            registration ??= PosixSignalRegistration.Create(Exceeded, context => context.Cancel = true);
        }
    }
}
