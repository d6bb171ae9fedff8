using System.Text.Json;
using System.Text.Json.Serialization;
using Cellwright.Files;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>How a model's file was read and its series were made, kept in the model so that another file is read the same way.</summary>
/// <param name="Reading">What was said and what was found: every column's part, the rules.</param>
/// <param name="Calendar">Whether columns of the calendar were made.</param>
/// <param name="HoldOut">The last rows that the model has not seen.</param>
internal sealed record SeriesNotes(SeriesReadingOptions Reading, bool Calendar, int HoldOut)
{
    private const string Name = "series";

    /// <summary>How the model was trained; null while that is not known.</summary>
    public ForecastTrainingOptions? Training { get; init; }

    /// <summary>In how many steps; 0 while that is not known.</summary>
    public int Steps { get; init; }

    private static readonly JsonSerializerOptions Style = new() { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The notes of a file that was read: what was found is said the next time.</summary>
    public static SeriesNotes Of(SeriesReadingOptions options, SeriesReading reading, bool calendar, int holdOut)
    {
        SeriesSet set = reading.Prepared.Set;
        return new SeriesNotes(
            options.Rows ? options : options with
            {
                Time = reading.Time?.Name,
                Id = reading.Id,
                Targets = options.Wide ? [.. set.Series.Select(series => series.Id)] : set.TargetNames,
                Past = set.PastNames,
                Known = set.KnownNames,
                Static = set.ConstantNames,
            },
            calendar,
            holdOut);
    }

    /// <summary>As notes of a model or a run.</summary>
    public IReadOnlyDictionary<string, string> ToNotes() => new Dictionary<string, string> { [Name] = JsonSerializer.Serialize(this, Style) };

    /// <summary>Reads them.</summary>
    /// <param name="notes">The notes of a model or a run.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <exception cref="InvalidFileException">There are none, or they cannot be read.</exception>
    public static SeriesNotes From(IReadOnlyDictionary<string, string> notes, string path)
    {
        if (!notes.TryGetValue(Name, out string? text))
        {
            throw new InvalidFileException(path, "it does not say how its data was read, because a program wrote it; use it in one, or train a model with 'train series'");
        }

        try
        {
            return JsonSerializer.Deserialize<SeriesNotes>(text, Style) ?? throw new JsonException("it is null");
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw new InvalidFileException(path, "what it says of how its data was read cannot be understood", problem);
        }
    }

    /// <summary>The series of a file as a model reads them: prepared, with the calendar.</summary>
    /// <param name="path">The file.</param>
    /// <param name="future">A second file with known columns; null where there is none.</param>
    /// <param name="columns">The columns that the model reads.</param>
    /// <param name="horizon">The rows of a forecast.</param>
    /// <exception cref="SeriesException">The file cannot be read so, or has another step.</exception>
    public SeriesSet Read(string path, string? future, SeriesColumns columns, int horizon)
    {
        SeriesReading reading = SeriesReading.Of(path, Reading with { Future = future });
        TimeStep step = reading.Prepared.Set.Step;
        if (step != columns.Step)
        {
            throw new SeriesException($"{path}: rows come every {step} where the model was trained on rows that come every {columns.Step}; give it such rows, or train a model on these");
        }

        return WithCalendar(reading.Prepared.Set, horizon);
    }

    /// <summary>The series of a file that was read so, to train on: without what is held out, with the calendar.</summary>
    /// <exception cref="SeriesException">A series has no more rows than are held out.</exception>
    public SeriesSet SetOf(SeriesReading reading, int horizon) => WithCalendar(WithoutHeldOut(reading.Prepared.Set), horizon);

    /// <summary>Series with the calendar's columns where they have a part.</summary>
    private SeriesSet WithCalendar(SeriesSet set, int horizon) => Calendar ? CalendarFeatures.AddTo(set, horizon) : set;

    /// <summary>Series without the last rows that are held out; known columns stay.</summary>
    /// <exception cref="SeriesException">A series has no more rows than those.</exception>
    private SeriesSet WithoutHeldOut(SeriesSet set)
    {
        if (HoldOut == 0)
        {
            return set;
        }

        if (set.Series.FirstOrDefault(series => series.Length <= HoldOut) is { } shortest)
        {
            throw new SeriesException(FormattableString.Invariant($"series '{shortest.Id}' has {shortest.Length} rows and --hold-out would leave out {HoldOut}; hold out fewer"));
        }

        return new SeriesSet(
            [.. set.Series.Select(series => series.Until(series.Length - HoldOut, series.KnownLength))], set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames);
    }
}
