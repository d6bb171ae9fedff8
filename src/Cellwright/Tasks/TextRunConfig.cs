using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How a run was begun: everything that its result follows from, beside the equations that its checkpoint holds.</summary>
public sealed record TextRunConfig
{
    /// <summary>The version of the file.</summary>
    public const int CurrentVersion = 2;

    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The version of the file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The words that began the run, for whoever reads the file.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>The name of each layer's cell, the lowest first.</summary>
    public required IReadOnlyList<string> Cells { get; init; }

    /// <summary>The sizes of the model.</summary>
    public required IReadOnlyDictionary<string, int> Sizes { get; init; }

    /// <summary>How it is trained, the seed included.</summary>
    public required TextTrainingOptions Training { get; init; }

    /// <summary>The number of steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>The seconds that became the number of steps; null where steps were given.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>The steps between validations.</summary>
    public required int ValidateEvery { get; init; }

    /// <summary>The characters of one validation during the run.</summary>
    public required int ValidationCharacters { get; init; }

    /// <summary>Into how many parts validation text is cut; 0 for as many as its length suggests.</summary>
    public int ValidationStreams { get; init; }

    /// <summary>The steps between checkpoints; null for as many as take about half a minute, which no result depends on.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>Whether no corpus was given, and the text is what <see cref="TextCorpus.Default"/> finds.</summary>
    public bool IsDefaultCorpus { get; init; }

    /// <summary>The corpus.</summary>
    public required IReadOnlyList<TextRunFile> Files { get; init; }

    /// <summary>The <see cref="ContentHash"/> of the text that was made of the files.</summary>
    public required string TextHash { get; init; }

    /// <summary>The file that the model is written to at the end.</summary>
    public required string Model { get; init; }

    /// <summary>Which model that is.</summary>
    public KeptModel Keep { get; init; } = KeptModel.Best;

    /// <summary>What identifies the files of a corpus.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<TextRunFile> FilesOf(TextCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return [.. corpus.Files.Select(file => new TextRunFile(Path.GetFullPath(file), new FileInfo(file).Length, ContentHash.OfFile(file)))];
    }

    /// <summary>Reads the config of a run.</summary>
    /// <exception cref="InvalidFileException">It is missing or not what <see cref="Write"/> wrote.</exception>
    public static TextRunConfig Read(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.Config))
        {
            throw new InvalidFileException(
                folder.Path,
                File.Exists(folder.Path) ? "it is a file; the folder of a run was expected"
                : Directory.Exists(folder.Path) ? "there is no run to resume in this folder: it has no config.json, which is written once the number of steps is known"
                : "there is no such folder; a run that can be resumed was expected");
        }

        TextRunConfig config;
        try
        {
            config = JsonSerializer.Deserialize<TextRunConfig>(File.ReadAllText(folder.Config), Style) ?? throw new JsonException("it is null");
        }
        catch (JsonException problem)
        {
            throw new InvalidFileException(folder.Config, "it is not the config of a run; start the run again", problem);
        }

        bool isWhole = config is { Steps: > 0, ValidateEvery: > 0, ValidationCharacters: >= 0, CheckpointEvery: null or > 0, Training: not null, Files: not null, Model: not null }
            && config.Training.Problem() is null;
        return config.Version == CurrentVersion && isWhole
            ? config
            : throw new InvalidFileException(folder.Config, $"it is not the config of a run of version {CurrentVersion}; start the run again");
    }

    /// <summary>Writes the config, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.WriteText(folder.Config, JsonSerializer.Serialize(this, Style) + "\n");
    }

    /// <summary>Reads the corpus again, and makes sure that it is the one the run began with.</summary>
    /// <exception cref="CorpusException">It is missing, or another.</exception>
    public TextCorpus ReadCorpus()
    {
        foreach (TextRunFile file in Files)
        {
            FileInfo now = new(file.Path);
            if (!now.Exists)
            {
                throw new CorpusException($"the corpus file '{file.Path}' of this run is gone; put it back, or start a new run");
            }

            if (now.Length != file.Length)
            {
                throw new CorpusException(FormattableString.Invariant(
                    $"the corpus file '{file.Path}' has changed since this run began: it had {file.Length} bytes and now has {now.Length}; put it back, or start a new run"));
            }

            if (Hash(file.Path) != file.Hash)
            {
                throw new CorpusException($"the corpus file '{file.Path}' has changed since this run began; put it back, or start a new run");
            }
        }

        TextCorpus corpus = IsDefaultCorpus ? TextCorpus.Default() : TextCorpus.Open([.. Files.Select(file => file.Path)]);
        if (corpus.Hash == TextHash)
        {
            return corpus;
        }

        corpus.Dispose();
        throw new CorpusException("the text of this run's corpus is not the one it began with; start a new run");
    }

    private static string Hash(string path)
    {
        try
        {
            return ContentHash.OfFile(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"'{path}' cannot be read: {problem.Message}", problem);
        }
    }
}
