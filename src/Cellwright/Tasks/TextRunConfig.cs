using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How a run was begun: everything that its result follows from, beside the equations that its checkpoint holds.</summary>
public sealed record TextRunConfig : RunConfig
{
    /// <summary>The version of the file.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The version of the file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The sizes of the model.</summary>
    public required IReadOnlyDictionary<string, int> Sizes { get; init; }

    /// <summary>How it is trained, the seed included.</summary>
    public required TextTrainingOptions Training { get; init; }

    /// <summary>The characters of one validation during the run.</summary>
    public required int ValidationCharacters { get; init; }

    /// <summary>Into how many parts validation text is cut; 0 for as many as its length suggests.</summary>
    public int ValidationStreams { get; init; }

    /// <summary>Whether no corpus was given, and the text is what <see cref="TextCorpus.Default"/> finds.</summary>
    public bool IsDefaultCorpus { get; init; }

    /// <summary>Whether the files are read as bytes.</summary>
    public bool AsBytes { get; init; }

    /// <summary>The <see cref="ContentHash"/> of the text that was made of the files.</summary>
    public required string TextHash { get; init; }

    /// <summary>What identifies the files of a corpus.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<RunFile> FilesOf(TextCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return [.. corpus.Files.Select(RunFile.Of)];
    }

    /// <summary>Reads the config of a run.</summary>
    /// <exception cref="InvalidFileException">It is missing or not what <see cref="RunConfig.Write"/> wrote.</exception>
    public static TextRunConfig Read(RunFolder folder) => Read<TextRunConfig>(
        folder, config => config.Version == CurrentVersion && config.ValidationCharacters >= 0 && config.IsWhole(config.Training), CurrentVersion);

    /// <summary>Reads the corpus again, and makes sure that it is the one the run began with.</summary>
    /// <exception cref="CorpusException">It is missing, or another.</exception>
    public TextCorpus ReadCorpus()
    {
        if (Files.Select(file => file.Problem("corpus file")).FirstOrDefault(problem => problem is not null) is { } problem)
        {
            throw new CorpusException(problem);
        }

        TextCorpus corpus = IsDefaultCorpus ? TextCorpus.Default() : TextCorpus.Open([.. Files.Select(file => file.Path)], AsBytes);
        if (corpus.Hash == TextHash)
        {
            return corpus;
        }

        corpus.Dispose();
        throw new CorpusException("the text of this run's corpus is not the one it began with; start a new run");
    }
}
