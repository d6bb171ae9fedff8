using Cellwright.Files;

namespace Cellwright.Tasks;

/// <summary>
/// The bytes of a corpus where they are: files mapped into memory, without their byte order marks, one after the other. A
/// file that does not end a line is followed by a line end that stands in no file, if another comes after it.
/// </summary>
internal sealed class CorpusFiles : IDisposable
{
    private readonly FileBytes[] files;
    private readonly long[] starts;
    private readonly bool asBytes;

    /// <summary>The corpus of files; those without text are passed over.</summary>
    /// <param name="files">The files.</param>
    /// <param name="asBytes">Whether they are taken byte by byte: with byte order marks, and with nothing between them.</param>
    public CorpusFiles(IEnumerable<FileBytes> files, bool asBytes = false)
    {
        this.asBytes = asBytes;
        List<FileBytes> kept = [];
        List<long> starts = [];
        foreach (FileBytes file in files)
        {
            long start = !asBytes && file.Length >= 3 && file.View(0, 3) is [0xEF, 0xBB, 0xBF] ? 3 : 0;
            if (file.Length > start)
            {
                kept.Add(file);
                starts.Add(start);
            }
            else
            {
                file.Dispose();
            }
        }

        this.files = [.. kept];
        this.starts = [.. starts];
    }

    /// <summary>How many files have text.</summary>
    public int Count => files.Length;

    /// <summary>How many bytes of text there are in all files.</summary>
    public long ByteCount => files.Zip(starts, (file, start) => file.Length - start).Sum();

    /// <summary>A file.</summary>
    public FileBytes this[int file] => files[file];

    /// <summary>Where a file's text begins.</summary>
    public long Start(int file) => starts[file];

    /// <summary>Whether a line end comes after a file that is in no file.</summary>
    public bool IsSeparated(int file) => !asBytes && file + 1 < files.Length && files[file].View(files[file].Length - 1, 1)[0] != (byte)'\n';

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FileBytes file in files)
        {
            file.Dispose();
        }
    }
}
