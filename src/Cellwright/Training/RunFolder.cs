namespace Cellwright.Training;

/// <summary>The folder of a training run, and the names of the files in it.</summary>
/// <param name="path">The folder; it need not exist yet.</param>
public sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>How the run was begun. Written last, so that where it is there is a checkpoint too.</summary>
    public string Config => In("config.json");

    /// <summary>The latest checkpoint.</summary>
    public string Last => In("last.safetensors");

    /// <summary>The model at the best validation so far.</summary>
    public string Best => In("best.safetensors");

    /// <summary>The log as comma-separated values with a heading.</summary>
    public string LogTable => In("log.csv");

    /// <summary>The log as one JSON object a line.</summary>
    public string LogLines => In("log.jsonl");

    /// <summary>The name of a file in the folder that a run would replace, though none has been there; null where there is no such file.</summary>
    public string? Foreign() => File.Exists(LockFile)
        ? null
        : new[] { Config, Best, Last, LogTable, LogLines }.Where(File.Exists).Select(System.IO.Path.GetFileName).FirstOrDefault();

    /// <summary>Keeps every other process from writing to the run until disposed of, or until this process ends in whatever way.</summary>
    /// <exception cref="IOException">Another process is writing, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(path);
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException problem)
        {
            throw new IOException($"the run in '{path}' is being trained by another process, or its folder cannot be written ({problem.Message.TrimEnd('.')})", problem);
        }
    }

    /// <summary>Makes the folder where it is missing, and removes what an earlier run left in it.</summary>
    /// <exception cref="IOException">The folder cannot be made or changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made or changed.</exception>
    public void Clear()
    {
        Directory.CreateDirectory(path);
        foreach (string file in (string[])[Config, Best, Last, LogTable, LogLines])
        {
            File.Delete(file);
        }

        RemoveUnfinished();
    }

    /// <summary>Removes files that were being written when a process was killed.</summary>
    public void RemoveUnfinished()
    {
        foreach (string file in (string[])[Config, Best, Last])
        {
            foreach (string unfinished in Directory.EnumerateFiles(path, $".{System.IO.Path.GetFileName(file)}.*.tmp"))
            {
                File.Delete(unfinished);
            }
        }
    }

    private string LockFile => In(".lock");

    private string In(string file) => System.IO.Path.Combine(path, file);
}
