using System.CommandLine;
using Cellwright.Files;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>A model and the series that a command asks it about: those of a file, or what the model keeps.</summary>
/// <param name="Model">The model.</param>
/// <param name="Path">Its file.</param>
/// <param name="Set">The series.</param>
/// <param name="Source">Where they are from, in words.</param>
internal sealed record ForecastingModel(Forecaster Model, string Path, SeriesSet Set, string Source) : IDisposable
{
    private const string Kept = "the rows that the model keeps";

    /// <summary>Where the series are from, and where that one of them ends.</summary>
    public string SourceOf(TimeSeries series)
    {
        // Of rows that are only counted the model keeps the last, and not how many were before them.
        string? last = series.Start is { } start && Set.Step.Unit != TimeUnit.Row ? SeriesTime.Text(Set.Step.Add(start, series.Length - 1), Set.Step)
            : Source == Kept ? null
            : FormattableString.Invariant($"row {series.Length:N0}");
        return last is null ? Source : $"{Source}, up to {last}";
    }

    /// <summary>The argument that names the model.</summary>
    public static Argument<string> ModelArgument() => new("MODEL") { Description = "A model that 'train series' wrote." };

    /// <summary>The argument that names a file with newer or other rows.</summary>
    public static Argument<string?> FileArgument() => new("FILE")
    {
        Description = "A CSV file with the columns that the model was trained on, read the same way. [default: the rows that the model keeps]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Opens a model with a file's series, or those it keeps.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="file">The CSV file; null for what the model keeps.</param>
    /// <param name="future">A second CSV file with known columns; null where there is none.</param>
    /// <exception cref="InvalidFileException">It is no such model.</exception>
    /// <exception cref="SeriesException">The CSV file does not go with it.</exception>
    public static ForecastingModel Open(string path, string? file, string? future)
    {
        Forecaster model = Forecaster.Load(path);
        try
        {
            if (file is null)
            {
                if (future is not null)
                {
                    throw new UsageException("--future goes with a FILE whose rows it continues; give both, or neither");
                }

                TrainingHistory history = model.History ?? throw new InvalidFileException(path, "it keeps no rows to go on from; give a FILE");
                return new ForecastingModel(model, path, history.Recent, Kept);
            }

            SeriesNotes notes = SeriesNotes.From(model.Notes, path);
            SeriesSet set = notes.Read(file, future, model.Columns, model.Design.Horizon);
            Check(model, set, file);
            return new ForecastingModel(model, path, set, file);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that what is known ahead reaches as far as a forecast.</summary>
    /// <exception cref="SeriesException">It does not.</exception>
    public void CheckKnown(int horizon)
    {
        string[] own = [.. Model.Columns.Known.Except(CalendarFeatures.Names(Model.Columns.Step))];
        if (own.Length > 0 && Set.Series.FirstOrDefault(series => series.KnownLength - series.Length < horizon) is { } series)
        {
            string which = series.Id.Length > 0 ? $" of series '{series.Id}'" : string.Empty;
            throw new SeriesException(FormattableString.Invariant(
                $"the columns that are known ahead ({NameList.Of(own)}) reach {series.KnownLength - series.Length} rows behind the last one{which}, and a forecast of {horizon} needs as many; add rows with them, in the file or with --future"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static void Check(Forecaster model, SeriesSet set, string file)
    {
        SeriesColumns columns = model.Columns;
        foreach ((string what, IReadOnlyList<string> expected, IReadOnlyList<string> found) in new[]
        {
            ("targets", columns.Targets, set.TargetNames), ("past columns", columns.Past, set.PastNames), ("known columns", columns.Known, set.KnownNames), ("static columns", columns.Constants, set.ConstantNames),
        })
        {
            if (!expected.SequenceEqual(found))
            {
                throw new SeriesException($"{file}: the model reads the {what} {NameList.Of(expected)}, and the file gives {(found.Count == 0 ? "none" : NameList.Of(found))}; give it the columns it was trained on");
            }
        }
    }
}
