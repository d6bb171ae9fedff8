using System.Globalization;

namespace Cellwright.Training;

/// <summary>One file of a run's data.</summary>
/// <param name="Path">Where it was.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hash">Their <see cref="ContentHash"/>.</param>
public sealed record RunFile(string Path, long Length, string Hash)
{
    /// <summary>What identifies a file as it is now.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RunFile Of(string path) => new(System.IO.Path.GetFullPath(path), new FileInfo(path).Length, ContentHash.OfFile(path));

    /// <summary>What is wrong where the file is no longer the one it was, as a sentence; null where nothing is.</summary>
    /// <param name="what">What it is called, such as <c>corpus file</c>.</param>
    public string? Problem(string what)
    {
        FileInfo now = new(Path);
        if (!now.Exists)
        {
            return $"the {what} '{Path}' of this run is gone; put it back, or start a new run";
        }

        if (now.Length != Length)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the {what} '{Path}' has changed since this run began: it had {Length} bytes and now has {now.Length}; put it back, or start a new run");
        }

        try
        {
            return ContentHash.OfFile(Path) == Hash ? null : $"the {what} '{Path}' has changed since this run began; put it back, or start a new run";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"'{Path}' cannot be read: {problem.Message}";
        }
    }
}
