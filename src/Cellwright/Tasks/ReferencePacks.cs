using System.Runtime.InteropServices;

namespace Cellwright.Tasks;

/// <summary>The reference packs of the .NET installation that runs this program.</summary>
internal static class ReferencePacks
{
    /// <summary>
    /// The XML documentation files <c>packs/*.Ref/*/ref/*/*.xml</c> in the ordinal order of their paths; none where no
    /// pack is installed.
    /// </summary>
    public static IReadOnlyList<string> DocumentationFiles() => Roots().Select(DocumentationFiles).FirstOrDefault(files => files.Count > 0) ?? [];

    /// <summary>The documentation files of one installation.</summary>
    /// <param name="root">The folder that holds <c>packs</c>.</param>
    public static IReadOnlyList<string> DocumentationFiles(string root)
    {
        string packs = Path.Combine(root, "packs");
        if (!Directory.Exists(packs))
        {
            return [];
        }

        try
        {
            return [.. Directory.EnumerateDirectories(packs, "*.Ref")
                .SelectMany(Directory.EnumerateDirectories)
                .Select(version => Path.Combine(version, "ref"))
                .Where(Directory.Exists)
                .SelectMany(Directory.EnumerateDirectories)
                .SelectMany(framework => Directory.EnumerateFiles(framework, "*.xml"))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } variable)
        {
            yield return variable;
        }

        // The runtime is in shared/Microsoft.NETCore.App/VERSION of the installation.
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Path.GetDirectoryName(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")) is { Length: > 0 } host)
        {
            yield return host;
        }
    }
}
