using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>How the training of a forecaster was begun: what its result follows from, beside the design and the scales that its checkpoint holds.</summary>
public sealed record ForecastRunConfig : RunConfig
{
    /// <summary>The version of the file.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>How it is trained, the seed included.</summary>
    public required ForecastTrainingOptions Training { get; init; }

    /// <summary>What the program that began the run needs to read its data again, by name.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads the config of a run.</summary>
    /// <exception cref="InvalidFileException">It is missing or not what <see cref="RunConfig.Write"/> wrote.</exception>
    public static ForecastRunConfig Read(RunFolder folder) => Read<ForecastRunConfig>(
        folder, config => config.Version == CurrentVersion && config.Notes is not null && config.IsWhole(config.Training), CurrentVersion);

    /// <summary>Makes sure that the files are those that the run began with.</summary>
    /// <exception cref="SeriesException">One is missing, or another.</exception>
    public void CheckFiles()
    {
        if (Files.Select(file => file.Problem("file")).FirstOrDefault(problem => problem is not null) is { } problem)
        {
            throw new SeriesException(problem);
        }
    }
}
