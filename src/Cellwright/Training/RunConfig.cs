using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cellwright.Files;

namespace Cellwright.Training;

/// <summary>How a run was begun, whatever is trained: what its result follows from, beside the model that its checkpoint holds.</summary>
public abstract record RunConfig
{
    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The words that began the run, for whoever reads the file.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>The name of each layer's cell, the lowest first.</summary>
    public required IReadOnlyList<string> Cells { get; init; }

    /// <summary>The number of steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>The seconds that became the number of steps; null where steps were given.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>The steps between validations.</summary>
    public required int ValidateEvery { get; init; }

    /// <summary>The steps between checkpoints; null for as many as take about half a minute, which no result depends on.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>The files of the data.</summary>
    public required IReadOnlyList<RunFile> Files { get; init; }

    /// <summary>The file that the model is written to at the end.</summary>
    public required string Model { get; init; }

    /// <summary>Which model that is.</summary>
    public KeptModel Keep { get; init; } = KeptModel.Best;

    /// <summary>Writes the config, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.WriteText(folder.Config, JsonSerializer.Serialize(this, GetType(), Style) + "\n");
    }

    /// <summary>Whether what every config has is there and may be; a file that was read may lack anything.</summary>
    private protected bool IsWhole(UpdateOptions? training) =>
        Steps > 0 && ValidateEvery > 0 && CheckpointEvery is null or > 0 && Files is not null && Model is not null && Cells is not null && training is not null && training.Problem() is null;

    /// <summary>Reads the config of a run.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isCurrent">Whether a config is one of this version and whole.</param>
    /// <param name="version">The version.</param>
    /// <exception cref="InvalidFileException">It is missing or not what <see cref="Write"/> wrote.</exception>
    private protected static T Read<T>(RunFolder folder, Func<T, bool> isCurrent, int version)
        where T : RunConfig
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

        T config;
        try
        {
            config = JsonSerializer.Deserialize<T>(File.ReadAllText(folder.Config), Style) ?? throw new JsonException("it is null");
        }
        catch (JsonException problem)
        {
            throw new InvalidFileException(folder.Config, "it is not the config of a run; start the run again", problem);
        }

        return isCurrent(config)
            ? config
            : throw new InvalidFileException(folder.Config, $"it is not the config of a run of version {version}; start the run again");
    }
}
