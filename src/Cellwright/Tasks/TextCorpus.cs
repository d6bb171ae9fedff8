using System.Globalization;
using System.Text;

namespace Cellwright.Tasks;

/// <summary>A text to learn from, and the files it came from.</summary>
/// <param name="Text">The text; line ends are <c>\n</c>.</param>
/// <param name="Files">The files, in the order in which they were joined.</param>
public sealed record TextCorpus(string Text, IReadOnlyList<string> Files)
{
    /// <summary>The most characters that <see cref="Default"/> takes.</summary>
    public const int DefaultLimit = 5_000_000;

    /// <summary>The number of characters (Unicode scalar values).</summary>
    public int Length { get; } = Text.EnumerateRunes().Count();

    /// <summary>Reads files in the given order; of a folder all files beneath it, in the ordinal order of their paths.</summary>
    /// <remarks>
    /// Files are UTF-8, with or without a byte order mark. Where a file does not end a line, one line end separates it
    /// from the next. Hidden files and folders, whose names begin with a dot, are left out of a folder.
    /// </remarks>
    /// <exception cref="CorpusException">A path is missing, a file cannot be read or is no UTF-8 text, or there is no text.</exception>
    public static TextCorpus Read(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<string> files = [.. paths.SelectMany(FilesOf)];
        StringBuilder text = new();
        foreach (string file in files)
        {
            if (text.Length > 0 && text[^1] != '\n')
            {
                text.Append('\n');
            }

            text.Append(ReadText(file));
        }

        return text.Length > 0
            ? new TextCorpus(text.ToString(), files)
            : throw new CorpusException($"there is no text in {Name(paths)}; give a file or folder of UTF-8 text");
    }

    /// <summary>
    /// English that is on every machine which can build a .NET program: the prose of the reference packs' XML
    /// documentation, at most <see cref="DefaultLimit"/> characters of it; without reference packs, this project's own documents.
    /// </summary>
    /// <exception cref="CorpusException">Neither was found.</exception>
    public static TextCorpus Default()
    {
        IReadOnlyList<string> documentation = ReferencePacks.DocumentationFiles();
        if (documentation.Count > 0)
        {
            TextCorpus prose = DocumentationProse.Read(documentation, DefaultLimit);
            if (prose.Text.Length > 0)
            {
                return prose;
            }
        }

        string home = AppContext.BaseDirectory;
        string[] documents = [Path.Combine(home, "docs"), Path.Combine(home, "README.md")];
        string[] present = [.. documents.Where(Path.Exists)];
        return present.Length > 0
            ? Read(present)
            : throw new CorpusException("no text was given, and neither .NET reference packs nor this tool's own documents were found; name a file or folder of UTF-8 text");
    }

    /// <summary>The files as one short phrase: their number, and the first and the last.</summary>
    public string Describe() => Files.Count switch
    {
        1 => Files[0],
        2 => $"{Files[0]} and {Files[1]}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Files.Count} files, {Files[0]} to {Path.GetFileName(Files[^1])}"),
    };

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

    private static string ReadText(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"'{file}' cannot be read: {problem.Message}", problem);
        }

        int zero = bytes.AsSpan().IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new CorpusException(string.Create(
                CultureInfo.InvariantCulture, $"'{file}' is not text: it has a zero byte at offset {zero}; leave it out, or convert it to UTF-8"));
        }

        int start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(start));
            return text.Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException problem)
        {
            throw new CorpusException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{file}' is not UTF-8 text: the bytes at offset {start + Math.Max(problem.Index, 0)} are no character; convert it to UTF-8, for example with iconv"),
                problem);
        }
    }

    private static string Name(IReadOnlyList<string> paths) => paths.Count == 0 ? "no files" : string.Join(", ", paths.Select(path => $"'{path}'"));
}
