using System.CommandLine;
using System.CommandLine.Parsing;
using Cellwright.Files;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>A file that a command will write after long work, looked at before the work begins.</summary>
internal static class OutputFile
{
    // Those that name files to read; --cell and --cells may name several.
    private static readonly string[] InputOptions = ["--cell", "--cells", "--tensors", "--future", "--weights", "--statistics"];

    private static readonly StringComparison NameComparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Makes sure that a file of this name can be written, and is none that the command reads: that would be lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="UsageException">It cannot, or is one.</exception>
    public static void Check(string path, ParseResult parsed)
    {
        Check(path);
        if (File.Exists(path) && Read(parsed).Any(word => IsReadAs(word, Real(path))))
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

    private static IEnumerable<string> Read(ParseResult parsed) => parsed.CommandResult.Children.SelectMany(result => result switch
    {
        ArgumentResult argument => argument.Tokens.Select(token => token.Value),
        OptionResult option when InputOptions.Contains(option.Option.Name) => option.Tokens.SelectMany(token => token.Value.Split(',').Prepend(token.Value)),
        _ => [],
    });

    // A folder is read with the files in it.
    private static bool IsReadAs(string word, string real) =>
        (Directory.Exists(word) ? TextCorpus.FilesIn([word]) : File.Exists(word) ? [word] : []).Any(file => string.Equals(Real(file), real, NameComparison));

    // A file is written where a link leads to, its own or a folder's.
    private static string Real(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            FileSystemInfo here = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
            real = here.LinkTarget is null ? real : here.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }
}
