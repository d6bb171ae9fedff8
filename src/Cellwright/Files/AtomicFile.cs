using System.Text;

namespace Cellwright.Files;

/// <summary>
/// Writes a file whole or not at all: to a temporary name in the same folder, flushed to the disk, then renamed.
/// Whoever reads the path sees the old contents or the new, never a part.
/// </summary>
public static class AtomicFile
{
    /// <summary>Replaces the file at <paramref name="path"/>, or makes it; its folder has to exist. A symbolic link is followed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the contents. When it throws, the temporary file is removed and the old file stays as it was.</param>
    /// <exception cref="IOException">The folder does not exist, the path is a folder or a device, the disk is full, or the file becomes longer than is allowed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = new FileInfo(path).LinkTarget is null
            ? Path.GetFullPath(path)
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (Directory.Exists(target))
        {
            throw new IOException($"{path} is a folder; a file's name was expected.");
        }

        if (IsDevice(target))
        {
            throw new IOException($"{path} is a device; a file's name was expected.");
        }

        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, OptionsFor(target)))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (ArgumentOutOfRangeException problem) when (IsTooLong(problem))
        {
            Discard(temporary);
            throw new IOException($"{path} is longer than its file system, or the limit of this process (ulimit -f), allows", problem);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Replaces or makes a text file in UTF-8 without a byte order mark; otherwise as <see cref="Write"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The contents.</param>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Whether a path names a device such as <c>/dev/null</c>, which a rename by a privileged user would replace by a file.</summary>
    /// <param name="path">The path.</param>
    public static bool IsDevice(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string whole = Path.GetFullPath(path);
        return !OperatingSystem.IsWindows() && whole.StartsWith("/dev/", StringComparison.Ordinal) && !whole.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }

    private static FileStreamOptions OptionsFor(string target)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            // The new file is as private as the one it replaces.
            options.UnixCreateMode = File.GetUnixFileMode(target);
        }

        return options;
    }

    // What .NET makes of the error EFBIG of a write: a file of 4 GB on a FAT disk, or of more than "ulimit -f" allows.
    private static bool IsTooLong(ArgumentOutOfRangeException problem) => problem is { ParamName: "value", ActualValue: null };

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }
}
