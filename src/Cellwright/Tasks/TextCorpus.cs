using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>
/// A text to learn from or to be judged by. Files are mapped into memory and read where they are, so a corpus may be
/// larger than memory; opening one reads it once, to count its characters and to find out which ones there are.
/// </summary>
/// <remarks>
/// Files are UTF-8, with or without a byte order mark; line ends become <c>\n</c>. Where a file does not end a line, one
/// line end separates it from the next. Read as bytes, files are anything, and stand one after the other as they are. A corpus must stay open, and its files unchanged, as long as its symbols are read.
/// </remarks>
public sealed class TextCorpus : IDisposable
{
    /// <summary>The most characters that <see cref="Default"/> takes.</summary>
    public const int DefaultLimit = 5_000_000;

    private const int ChunkLength = 1 << 20;

    private readonly CorpusFiles contents;
    private readonly CorpusIndex? index;

    private TextCorpus(CorpusFiles contents, IReadOnlyList<string> files, bool asBytes = false)
    {
        long start = Stopwatch.GetTimestamp();
        this.contents = contents;
        Files = files;
        index = asBytes ? null : CorpusIndex.Of(contents);
        Hash = index?.Hash ?? HashOf(contents);
        Vocabulary = index is null ? CharacterVocabulary.Bytes : CharacterVocabulary.Of(string.Concat(index.Kinds.Select(character => character.ToString())));
        ReadingTime = Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The files, in the order in which they were joined.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The number of characters (Unicode scalar values), or of bytes.</summary>
    public long Length => index?.Characters ?? contents.ByteCount;

    /// <summary>The number of bytes in the files.</summary>
    public long ByteCount => contents.ByteCount;

    /// <summary>The characters that are in it.</summary>
    public CharacterVocabulary Vocabulary { get; }

    /// <summary>What tells whether the text is still what it was: the <see cref="ContentHash"/> of its UTF-8 bytes.</summary>
    public string Hash { get; }

    /// <summary>How long it took to read it once.</summary>
    public TimeSpan ReadingTime { get; }

    /// <summary>Opens files in the given order; of a folder all files beneath it, in the ordinal order of their paths.</summary>
    /// <remarks>Hidden files and folders, whose names begin with a dot, are left out of a folder, and links to folders are not followed.</remarks>
    /// <param name="paths">Files and folders.</param>
    /// <param name="asBytes">Whether symbols are the files' bytes, which may be anything, and not characters.</param>
    /// <exception cref="CorpusException">A path is missing, a file cannot be read or is no UTF-8 text, or there is no text.</exception>
    public static TextCorpus Open(IReadOnlyList<string> paths, bool asBytes = false)
    {
        ArgumentNullException.ThrowIfNull(paths);
        IReadOnlyList<string> files = FilesIn(paths);
        List<FileBytes> opened = [];
        try
        {
            foreach (string file in files)
            {
                opened.Add(OpenFile(file));
            }
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }

        CorpusFiles contents = new(opened, asBytes);
        try
        {
            return contents.Count > 0
                ? new TextCorpus(contents, files, asBytes)
                : throw new CorpusException($"there is no text in {Name(paths)}; give a file or folder of {(asBytes ? "a byte or more" : "UTF-8 text")}");
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }

    /// <summary>The files that <see cref="Open"/> joins.</summary>
    /// <exception cref="CorpusException">A path is missing, or a folder cannot be listed.</exception>
    public static IReadOnlyList<string> FilesIn(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. paths.SelectMany(FilesOf)];
    }

    /// <summary>A text that is in memory already.</summary>
    /// <param name="text">The text.</param>
    /// <param name="files">The files that it came from, for whoever reads about it.</param>
    /// <exception cref="CorpusException">There is no text.</exception>
    public static TextCorpus Of(string text, params IReadOnlyList<string> files)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        ArgumentNullException.ThrowIfNull(files);
        return new TextCorpus(new CorpusFiles([FileBytes.FromMemory(Encoding.UTF8.GetBytes(text), files.Count > 0 ? files[0] : "the text")]), files);
    }

    /// <summary>
    /// English that is on every machine which can build a .NET program: the prose of the reference packs' XML
    /// documentation, at most <see cref="DefaultLimit"/> characters of it; without reference packs, this project's own documents.
    /// </summary>
    /// <exception cref="CorpusException">Neither was found.</exception>
    public static TextCorpus Default()
    {
        IReadOnlyList<string> documentation = ReferencePacks.DocumentationFiles();
        if (documentation.Count > 0 && DocumentationProse.Read(documentation, DefaultLimit) is { } prose)
        {
            return prose;
        }

        string home = AppContext.BaseDirectory;
        string[] documents = [Path.Combine(home, "docs"), Path.Combine(home, "README.md")];
        string[] present = [.. documents.Where(Path.Exists)];
        return present.Length > 0
            ? Open(present)
            : throw new CorpusException("no text was given, and neither .NET reference packs nor this tool's own documents were found; name a file or folder of UTF-8 text");
    }

    /// <summary>The text as the symbols of its own vocabulary.</summary>
    public SymbolText Encode() => index is null ? new MappedBytes(contents) : new MappedText(contents, index, Vocabulary.Symbols);

    /// <summary>The text as symbols.</summary>
    /// <param name="vocabulary">The characters that have symbols.</param>
    /// <param name="unknown">Each character that was left out because it has none, in the order of code points, and how often it is there.</param>
    /// <exception cref="ArgumentException">The vocabulary is of bytes and the corpus of characters, or the other way round.</exception>
    public SymbolText EncodeKnown(CharacterVocabulary vocabulary, out IReadOnlyDictionary<Rune, long> unknown)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (vocabulary.IsBytes != Vocabulary.IsBytes)
        {
            throw new ArgumentException($"the corpus was opened by {Vocabulary.Unit}s, and the vocabulary is of {vocabulary.Unit}s", nameof(vocabulary));
        }

        if (index is null)
        {
            unknown = new Dictionary<Rune, long>();
            return new MappedBytes(contents);
        }

        bool isWhole = vocabulary.Text == Vocabulary.Text || index.Kinds.All(vocabulary.Contains);
        CorpusIndex known = isWhole ? index : CorpusIndex.Of(contents, vocabulary.Symbols);
        unknown = known.Unknown;
        return new MappedText(contents, known, vocabulary.Symbols);
    }

    /// <summary>The files as one short phrase: their number, and the first and the last.</summary>
    public string Describe() => Files.Count switch
    {
        0 => "a text",
        1 => Files[0],
        2 => $"{Files[0]} and {Files[1]}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Files.Count} files, {Files[0]} to {(Path.GetDirectoryName(Files[0]) == Path.GetDirectoryName(Files[^1]) ? Path.GetFileName(Files[^1]) : Files[^1])}"),
    };

    /// <inheritdoc/>
    public void Dispose() => contents.Dispose();

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new CorpusException($"there is no file or folder '{path}'");
        }

        try
        {
            return new FileSystemEnumerable<string>(
                path,
                (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsHidden(ref entry),
                ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsHidden(ref entry) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            }
                .Order(StringComparer.Ordinal)
                .ToList();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"the folder '{path}' cannot be listed: {problem.Message}", problem);
        }
    }

    private static bool IsHidden(ref FileSystemEntry entry) => entry.FileName is ['.', ..];

    private static string HashOf(CorpusFiles contents)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int file = 0; file < contents.Count; file++)
        {
            FileBytes bytes = contents[file];
            for (long start = 0; start < bytes.Length; start += ChunkLength)
            {
                hash.AppendData(bytes.View(start, (int)Math.Min(ChunkLength, bytes.Length - start)));
            }
        }

        return ContentHash.Shortened(hash.GetHashAndReset());
    }

    private static FileBytes OpenFile(string file)
    {
        try
        {
            return FileBytes.Open(file, "a file of text", map: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidFileException)
        {
            throw new CorpusException($"'{file}' cannot be read: {problem.Message}", problem);
        }
    }

    private static string Name(IReadOnlyList<string> paths) => paths.Count == 0 ? "no files" : string.Join(", ", paths.Select(path => $"'{path}'"));
}
