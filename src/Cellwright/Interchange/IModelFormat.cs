namespace Cellwright.Interchange;

/// <summary>A format of model files that can say what is in one of its files.</summary>
public interface IModelFormat
{
    /// <summary>The format's name.</summary>
    string Name { get; }

    /// <summary>Whether a file is of this format, by its first bytes and the end of its name.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="start">The file's first bytes: 16, or all of a shorter file.</param>
    bool Matches(string path, ReadOnlySpan<byte> start);

    /// <summary>Reads what is in a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Files.InvalidFileException">It is not a valid file of this format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    FileContents Inspect(string path);
}
