using Cellwright.Files;

namespace Cellwright.Cli;

/// <summary>A file that a command will write after long work, looked at before the work begins.</summary>
internal static class OutputFile
{
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
}
