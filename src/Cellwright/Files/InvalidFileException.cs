namespace Cellwright.Files;

/// <summary>A file that is not what it has to be. The message is one sentence that begins with the file's name.</summary>
public sealed class InvalidFileException : IOException
{
    /// <summary>Names the file and what is wrong with it.</summary>
    /// <param name="file">The file's path, or another name a reader knows it by.</param>
    /// <param name="problem">What was wrong, what was expected and, where it helps, what to do.</param>
    /// <param name="cause">The exception that showed it, if any.</param>
    public InvalidFileException(string file, string problem, Exception? cause = null)
        : base($"{file}: {problem}", cause)
    {
        File = file;
        Problem = problem;
    }

    /// <summary>The file's path or name.</summary>
    public string File { get; }

    /// <summary>The message without the file's name.</summary>
    public string Problem { get; }
}
