using System.CommandLine;
using System.CommandLine.Parsing;
using Cellwright.Files;

namespace Cellwright.Cli;

/// <summary>A file that a command will write after long work, looked at before the work begins.</summary>
internal static class OutputFile
{
    /// <summary>Makes sure that a file of this name can be written, and is none that the command reads: that would be lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="UsageException">It cannot, or is one.</exception>
    public static void Check(string path, ParseResult parsed)
    {
        Check(path);
        if (File.Exists(path) && parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens).Any(word => IsReadAs(word.Value, path)))
        {
            throw new UsageException($"'{path}' is read by this command and would be lost; give the file to write another name");
        }
    }

    /// <summary>Makes sure that a file of this name can be written.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static void Check(string path)
    {
        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new UsageException($"'{path}' is a folder; give the name of the file to write");
        }

        if (AtomicFile.IsDevice(path))
        {
            throw new UsageException($"'{path}' is a device; give the name of the file to write");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"there is no folder '{folder}' to write '{Path.GetFileName(path)}' to; make it first");
        }

        try
        {
            string probe = Path.Combine(folder, $".{Path.GetRandomFileName()}");
            using FileStream stream = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"nothing can be written to the folder '{folder}': {problem.Message}", problem);
        }
    }

    // A folder that is read is read with all that is in it, but for what is hidden.
    private static bool IsReadAs(string word, string path) => Directory.Exists(word)
        ? Path.GetRelativePath(Target(word), Target(path)) is var inside && !Path.IsPathRooted(inside) && !inside.Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.'))
        : IsSame(word, path);

    private static bool IsSame(string one, string other) =>
        one.Length > 0 && string.Equals(Target(one), Target(other), OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    // A file is written where a link leads to.
    private static string Target(string path) =>
        new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
}
