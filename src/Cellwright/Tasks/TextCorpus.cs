using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cellwright.Files;

namespace Cellwright.Tasks;

/// <summary>
/// A text to learn from or to be judged by. Files are mapped into memory and read where they are, so a corpus may be
/// larger than memory; opening one reads it once, to count its characters and to find out which ones there are.
/// </summary>
/// <remarks>
/// Files are UTF-8, with or without a byte order mark; line ends become <c>\n</c>. Where a file does not end a line, one
/// line end separates it from the next. A corpus must stay open, and its files unchanged, as long as its symbols are read.
/// </remarks>
public sealed class TextCorpus : IDisposable
{
    /// <summary>The most characters that <see cref="Default"/> takes.</summary>
    public const int DefaultLimit = 5_000_000;

    private readonly CorpusFiles contents;
    private readonly CorpusIndex index;

    private TextCorpus(CorpusFiles contents, IReadOnlyList<string> files)
    {
        long start = Stopwatch.GetTimestamp();
        this.contents = contents;
        Files = files;
        index = CorpusIndex.Of(contents);
        Vocabulary = CharacterVocabulary.Of(string.Concat(index.Kinds.Select(character => character.ToString())));
        ReadingTime = Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The files, in the order in which they were joined.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The number of characters (Unicode scalar values).</summary>
    public long Length => index.Characters;

    /// <summary>The number of bytes in the files.</summary>
    public long ByteCount => contents.ByteCount;

    /// <summary>The characters that are in it.</summary>
    public CharacterVocabulary Vocabulary { get; }

    /// <summary>What tells whether the text is still what it was: the <see cref="Training.ContentHash"/> of its UTF-8 bytes.</summary>
    public string Hash => index.Hash;

    /// <summary>How long it took to read it once.</summary>
    public TimeSpan ReadingTime { get; }

    /// <summary>Opens files in the given order; of a folder all files beneath it, in the ordinal order of their paths.</summary>
    /// <remarks>Hidden files and folders, whose names begin with a dot, are left out of a folder.</remarks>
    /// <exception cref="CorpusException">A path is missing, a file cannot be read or is no UTF-8 text, or there is no text.</exception>
    public static TextCorpus Open(IReadOnlyList<string> paths)
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

        CorpusFiles contents = new(opened);
        try
        {
            return contents.Count > 0
                ? new TextCorpus(contents, files)
                : throw new CorpusException($"there is no text in {Name(paths)}; give a file or folder of UTF-8 text");
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

    /// <summary>The text as the symbols of its own characters.</summary>
    public SymbolText Encode() => new MappedText(contents, index, Vocabulary.Symbols);

    /// <summary>The text as symbols.</summary>
    /// <param name="vocabulary">The characters that have symbols.</param>
    /// <param name="unknown">Each character that was left out because it has none, in the order of code points, and how often it is there.</param>
    public SymbolText EncodeKnown(CharacterVocabulary vocabulary, out IReadOnlyDictionary<Rune, long> unknown)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
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
        _ => string.Create(CultureInfo.InvariantCulture, $"{Files.Count} files, {Files[0]} to {Path.GetFileName(Files[^1])}"),
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
            return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
                .Order(StringComparer.Ordinal)
                .ToList();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"the folder '{path}' cannot be listed: {problem.Message}", problem);
        }
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
