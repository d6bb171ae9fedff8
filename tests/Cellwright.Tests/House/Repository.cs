using System.Text.RegularExpressions;

namespace Cellwright.Tests.House;

/// <summary>The files of this repository, as the tests of its house rules see them.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = [".git", ".vs", ".idea", "bin", "obj", "node_modules", "TestResults", "artifacts"];

    /// <summary>The folder of <c>Cellwright.slnx</c>, found upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file below a folder of the repository, as paths from the root with <c>/</c>, without what is built or fetched.</summary>
    public static IEnumerable<string> Files(string folder = "", string pattern = "*") =>
        Walk(Path.Combine(Root, folder), pattern)
            .Select(path => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The namespace that a C# file declares; null where it declares none.</summary>
    public static string? Namespace(string text)
    {
        Match match = Regex.Match(text, @"^namespace\s+([\w.]+)", RegexOptions.Multiline);
        return match.Success ? match.Groups[1].Value : null;
    }

    private static IEnumerable<string> Walk(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder)
                .Where(child => !NotOurs.Contains(Path.GetFileName(child)) && new DirectoryInfo(child).LinkTarget is null)
                .SelectMany(child => Walk(child, pattern))
                .Concat(Directory.EnumerateFiles(folder, pattern))
            : [];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cellwright.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has Cellwright.slnx; run the tests from a checkout.");
    }
}
