using System.CommandLine;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Cli.Series;

/// <summary>The options that say how a forecaster is trained.</summary>
internal sealed class SeriesTrainingFlags
{
    // More windows than these hardly change what a validation says.
    private const int MostValidationWindows = 2048;

    private static readonly ForecastTrainingOptions Defaults = new();

    private readonly Option<int> batchOption = Options.Whole("--batch", "Windows side by side in a step.", Defaults.Batch, 1, 65536);
    private readonly Option<int?> validationOption = Options.OptionalWhole(
        "--validation", "The last rows of each series that choose the model and calibrate its intervals. [default: a fifth, at least the horizon and at most half]", 0, int.MaxValue);

    private readonly Option<ForecastErrorUnit> unitOption = Options.Choice(
        "--error-unit", "In what an error counts: in what was taken out of its window, in deviations of its series, or in its series' mean change over a season.", Defaults.ErrorUnit);

    private readonly UpdateFlags update = new(Defaults);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(batchOption);
        command.Options.Add(validationOption);
        command.Options.Add(unitOption);
        update.AddTo(command);
    }

    /// <summary>Which model a run's result is.</summary>
    public KeptModel Keep(ParseResult parsed) => update.Keep(parsed);

    /// <summary>The options that were asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="set">The series.</param>
    /// <param name="horizon">The rows of a forecast.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">The threads.</param>
    /// <param name="steps">The number of steps; null where a budget decides it.</param>
    /// <exception cref="UsageException">Two options do not go together.</exception>
    public ForecastTrainingOptions Of(ParseResult parsed, SeriesSet set, int horizon, ulong seed, int threads, int? steps)
    {
        ForecastTrainingOptions options = update.Applied(
            new ForecastTrainingOptions
            {
                Batch = parsed.GetValue(batchOption),
                ValidationRows = parsed.GetValue(validationOption),
                ErrorUnit = parsed.GetValue(unitOption),
                CombinesLinear = SeriesModelFlags.Combines(parsed),
                Seed = seed,
                Threads = threads,
            },
            parsed,
            steps);
        long windows = set.Series.Sum(series => Math.Max(0L, series.Length - options.TrainedRows(series.Length, horizon) - horizon + 1) * series.Columns.Targets);
        return options with { ValidationStride = (int)Math.Max(1, windows / MostValidationWindows) };
    }

    /// <summary>The unit of errors in words.</summary>
    public static string Describe(ForecastErrorUnit unit) => unit switch
    {
        ForecastErrorUnit.Series => "deviations of the series",
        ForecastErrorUnit.Season => "mean changes of the series over a season",
        _ => "the unit of its window",
    };

    /// <summary>The rows that are trained on of a series of middle length.</summary>
    public static int TypicalRows(SeriesSet set, ForecastTrainingOptions options, int horizon)
    {
        int[] rows = [.. set.Series.Select(series => options.TrainedRows(series.Length, horizon)).Order()];
        return rows[rows.Length / 2];
    }
}
