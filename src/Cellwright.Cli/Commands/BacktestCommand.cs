using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Cellwright.Cli.Series;
using Cellwright.Files;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Commands;

/// <summary><c>backtest</c>: a model beside simple methods, on forecasts from several points of the past.</summary>
internal static class BacktestCommand
{
    private static readonly BacktestOptions Defaults = new() { Horizon = 1 };

    private static readonly Argument<string> SourceArgument = new("SOURCE") { Description = "A model that 'train series' wrote, which is judged as it is; or a CSV file, on whose earlier rows a model is trained first." };
    private static readonly Argument<string?> FileArgument = new("FILE") { Description = "With a model, the CSV file with the rows to judge it on, read as in training.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<int?> WindowsOption = Options.OptionalWhole("--windows", "How many windows at the end of each series. [default: 10, or as many as there is room for]", 1, 100_000);
    private static readonly Option<int> StrideOption = Options.Whole("--stride", "The rows from one window to the next; 0 for the horizon, so that no outcome counts twice.", 0, 0, 100_000);
    private static readonly Option<bool> RefitOption = new("--refit") { Description = "Train anew before each window, those that calibrate among them, instead of once before the first." };
    private static readonly Option<IntervalCalibration> IntervalsOption = Options.Choice(
        "--intervals", "Where intervals come from: the method itself, the windows before the first (static), or those and every outcome since (adaptive).", Defaults.Intervals);

    private static readonly Option<int?> CalibrationOption = Options.OptionalWhole(
        "--calibration", "How many windows before the first one judged calibrate intervals. [default: as many as 20 horizons hold; with --refit 20]", 0, 100_000);

    private static readonly Option<bool> SimpleOption = new("--simple") { Description = "Judge the simple methods alone." };
    private static readonly Option<int?> StepsOption = Options.OptionalWhole("--steps", "The steps of each training; takes the place of a budget.", 1, int.MaxValue);
    private static readonly Option<TimeSpan?> BudgetOption = Options.Duration("--budget", "The time for all training together, turned into a number of steps. [default: 60s]");
    private static readonly Option<bool> NoCalendarOption = new("--no-calendar") { Description = "Make no columns of the calendar from the times." };
    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<int> ThreadsOption = Options.Threads();
    private static readonly Option<string?> ReportOption = new("--report") { Description = "Write a page with the result to this file; it needs nothing else.", HelpName = "file.html" };
    private static readonly Option<bool> JsonOption = Options.Json();
    private static readonly SeriesTrainingFlags Training = new();

    public static Command Create()
    {
        ExampleCommand command = new(
            "backtest",
            "Forecasts from several points of the past, and says how a model stands beside naive, seasonal naive, drift, theta and NLinear on the same windows.",
            "cellwright backtest prices.csv --target price --horizon 20 --windows 12 --budget 2m --report backtest.html")
        {
            SourceArgument, FileArgument,
        };
        foreach (Option option in (Option[])[WindowsOption, StrideOption, RefitOption, IntervalsOption, CalibrationOption, SimpleOption, StepsOption, BudgetOption])
        {
            command.Options.Add(option);
        }

        SeriesModelFlags.AddTo(command);
        SeriesFlags.AddTo(command);
        Training.AddTo(command);
        foreach (Option option in (Option[])[NoCalendarOption, SeedOption, ThreadsOption, ReportOption, JsonOption])
        {
            command.Options.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string source = parsed.GetValue(SourceArgument)!;
        if (parsed.GetValue(ReportOption) is { } page)
        {
            OutputFile.Check(page, parsed);
        }

        if (parsed.GetValue(StepsOption) is not null && parsed.GetValue(BudgetOption) is not null)
        {
            throw new UsageException("--steps and --budget both say how long to train; give one of them");
        }

        return IsModel(source) ? OfModel(parsed, source) : OfFile(parsed, source);
    }

    private static bool IsModel(string path)
    {
        if (!File.Exists(path))
        {
            return path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
        }

        // A safetensors file begins with the length of its header in eight bytes, and the header with a brace.
        using FileStream stream = File.OpenRead(path);
        byte[] start = new byte[9];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[8] == '{';
    }

    private static int OfModel(ParseResult parsed, string path)
    {
        Option[] allowed = [WindowsOption, StrideOption, RefitOption, IntervalsOption, CalibrationOption, StepsOption, BudgetOption, SeedOption, ThreadsOption, ReportOption, JsonOption];
        if (parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit && !allowed.Contains(option.Option)) is { } other)
        {
            throw new UsageException($"a model is judged as it was trained, so {other.Option.Name} cannot change; leave it out, or give the CSV file alone to train another");
        }

        string file = parsed.GetValue(FileArgument) ?? throw new UsageException($"say which CSV file to judge '{path}' on, such as the one it was trained on, with newer rows");
        using ForecastingModel opened = ForecastingModel.Open(path, file, future: null);
        Forecaster model = opened.Model;
        int season = Math.Max(1, model.Design.Period);
        bool refit = parsed.GetValue(RefitOption);
        TimeSeries[] series = [.. opened.Set.Series];
        int[] trained = [.. series.Select(each => model.History?.RowsTrained(each) ?? 0)];
        BacktestPlan plan = BacktestPlan.Of(
            opened.Set, refit ? Halves(opened.Set) : [.. trained.Select(rows => Math.Max(1, rows))], model.Design.Horizon, parsed.GetValue(WindowsOption), parsed.GetValue(StrideOption), parsed.GetValue(CalibrationOption), Choices(parsed, model.Design, season, refit));
        SeriesNotes notes = SeriesNotes.From(model.Notes, path);
        using BacktestTraining training = new(
            (_, _) => model.Design,
            (notes.Training ?? new ForecastTrainingOptions()) with { Threads = parsed.GetValue(ThreadsOption) },
            parsed.GetValue(StepsOption) ?? (parsed.GetValue(BudgetOption) is null ? notes.Steps : 0),
            Each(parsed, plan));
        ForecastCandidate candidate = refit ? new ForecastCandidate(model.Name, training.Fit) : ForecastCandidate.Of(model);
        int seen = refit ? 0 : SeenWindows(opened, plan);
        string note = seen == 0 ? string.Empty
            : FormattableString.Invariant($"{seen} of the {plan.Options.Windows} windows lie in rows that chose this model when it was trained, so its error there is a little too small; newer rows, or a model trained with --hold-out, are judged fairly.");
        return Judge(parsed, opened.Set, candidate, plan, file, model.Design, () => refit ? Trained(training, plan) : $"{path}, as it was trained", note);
    }

    private static int OfFile(ParseResult parsed, string file)
    {
        if (parsed.GetValue(FileArgument) is { } second)
        {
            throw new UsageException($"'{file}' is no model, so '{second}' cannot be judged by it; give a CSV file alone, or a model and a CSV file");
        }

        SeriesReadingOptions options = SeriesFlags.Of(parsed);
        SeriesReading reading = SeriesReading.Of(file, options);
        int horizon = SeriesModelFlags.Horizon(parsed);
        SeriesSet set = SeriesNotes.Of(options, reading, !parsed.GetValue(NoCalendarOption), holdOut: 0).SetOf(reading, horizon);
        Season season = SeriesModelFlags.Season(parsed, set);
        bool refit = parsed.GetValue(RefitOption);
        BacktestPlan plan = BacktestPlan.Of(set, Halves(set), horizon, parsed.GetValue(WindowsOption), parsed.GetValue(StrideOption), parsed.GetValue(CalibrationOption), Choices(parsed, design: null, season.Length, refit));
        ForecastTrainingOptions training = Training.Of(parsed, set, horizon, parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption), parsed.GetValue(StepsOption));
        using BacktestTraining fits = new(
            (first, how) => ScalingTrial.Run(
                SeriesModelFlags.Designs(parsed, first, season, SeriesTrainingFlags.TypicalRows(first, how, horizon)), first, how, parsed.GetValue(StepsOption), Each(parsed, plan)).Chosen,
            training,
            parsed.GetValue(StepsOption) ?? 0,
            Each(parsed, plan));
        ForecastCandidate? own = parsed.GetValue(SimpleOption) ? null : new ForecastCandidate(
            string.Join("+", SeriesModelFlags.Designs(parsed, set, season, SeriesTrainingFlags.TypicalRows(set, training, horizon))[0].Cells.Select(cell => cell.Name)), fits.Fit);
        return Judge(parsed, set, own, plan, file, design: null, () => own is null ? "the simple methods alone" : Trained(fits, plan), note: string.Empty);
    }

    // Half of the rows at least are there to learn from.
    private static int[] Halves(SeriesSet set) => [.. set.Series.Select(series => Math.Max(1, series.Length / 2))];

    private static BacktestOptions Choices(ParseResult parsed, ForecasterDesign? design, int season, bool refit) => Defaults with
    {
        Season = season,
        Refit = refit,
        Intervals = parsed.GetValue(IntervalsOption),
        Levels = design is null ? ForecastHead.UsualLevels : SeriesValidation.Levels(design),
    };

    private static TimeSpan Each(ParseResult parsed, BacktestPlan plan) =>
        (parsed.GetValue(BudgetOption) ?? TimeSpan.FromSeconds(60)) / (plan.Options.Refit ? plan.Options.Windows + plan.Options.CalibrationWindows : 1);

    private static int SeenWindows(ForecastingModel opened, BacktestPlan plan)
    {
        if (opened.Model.History is not { } history)
        {
            return 0;
        }

        TimeSeries series = opened.Set.Series.MaxBy(series => history.RowsSeen(series) - series.Length)!;
        int first = series.Length - plan.Options.Horizon - ((plan.Options.Windows - 1) * plan.Options.Stride);
        return Enumerable.Range(0, plan.Options.Windows).Count(window => first + (window * plan.Options.Stride) < history.RowsSeen(series));
    }

    private static string Trained(BacktestTraining training, BacktestPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{SeriesModelFlags.Describe(training.Design!)}; trained in {training.Steps:N0} steps {(plan.Options.Refit ? $"before each window, {training.Trained} times" : "on the rows before the windows")}");

    private static int Judge(
        ParseResult parsed, SeriesSet set, ForecastCandidate? own, BacktestPlan plan, string file, ForecasterDesign? design, Func<string> model, string note)
    {
        BacktestOptions options = plan.Options;
        int rows = set.Series.Max(series => series.Length) - options.Horizon - ((options.Windows + options.CalibrationWindows) * options.Stride);
        ForecastCandidate? linear = SeriesValidation.NLinear(rows, design?.Window ?? Math.Max(2 * options.Season, 3 * options.Horizon), options.Horizon);
        ForecastCandidate[] candidates = [.. own is null ? (ForecastCandidate[])[] : [own], .. ForecastCandidate.Simple(options.Season), .. linear is null ? (ForecastCandidate[])[] : [linear]];
        BacktestResult result = Backtest.Run(set, candidates, options);
        BacktestSummary summary = new(result, options, set, file, model(), own is null ? result.Verdict : result.VerdictOn(own.Name), note, own?.Name);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(ReportOption) is { } page)
        {
            AtomicFile.WriteText(page, BacktestPage.Html(summary));
        }

        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(summary.Json(), JsonStyle.Options));
            return CommandLine.Success;
        }

        summary.Write(output);
        if (parsed.GetValue(ReportOption) is { } written)
        {
            output.WriteLine($"{"written",-11} {written}");
        }

        return CommandLine.Success;
    }
}
