using System.Globalization;
using System.Text.Json;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Cli.Series;

/// <summary>What <c>train series</c> tells: what was read, what is trained, how it goes, and what came of it.</summary>
internal sealed class SeriesTrainingReport
{
    private readonly TextWriter output;
    private readonly TrainingProgressView view;

    /// <summary>The report of one run.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="windowsPerStep">The windows of one training step.</param>
    public SeriesTrainingReport(TextWriter output, int windowsPerStep)
    {
        this.output = output;
        view = new TrainingProgressView(output, windowsPerStep, "windows");
    }

    /// <summary>Says what was read and how it is split.</summary>
    public void Data(SeriesReading reading, SeriesNotes notes, SeriesSet set, ForecastTrainingOptions options, int horizon)
    {
        SeriesReport.Write(reading, notes.Calendar, output);
        int[] trained = [.. set.Series.Select(series => options.TrainedRows(series.Length, horizon))];
        int[] validated = [.. set.Series.Zip(trained, (series, rows) => series.Length - rows)];
        string held = notes.HoldOut > 0 ? Text($", then {notes.HoldOut:N0} held out and never looked at") : string.Empty;
        string border = set.Series.Count == 1 && set.Series[0].Start is { } start && set.Step.Unit != TimeUnit.Row ? $" from {SeriesTime.Text(set.Step.Add(start, trained[0]), set.Step)}" : string.Empty;
        Line("split", $"{(set.Series.Count == 1 ? "rows" : "rows of each series")}: the first {Range(trained)} to train, the next {Range(validated)}{border} to choose the model and calibrate its intervals{held}");
    }

    /// <summary>Says what is trained and how.</summary>
    public void Model(Forecaster model, Season season, ForecastTrainingOptions options)
    {
        Line("model", Text($"{SeriesModelFlags.Describe(model.Design)}: {model.ParameterCount:N0} parameters"));
        string unit = options.ErrorUnit == ForecastErrorUnit.Window ? string.Empty : $"; an error counts in {SeriesTrainingFlags.Describe(options.ErrorUnit)}";
        Line("", $"learns {SeriesModelFlags.DescribeHead(model.Design.Head)}{(model.Design.Logarithm ? " of logarithms" : string.Empty)}{unit}{(model.Design.Baseline == ForecastBaseline.None ? string.Empty : $"; corrects {SeriesModelFlags.Describe(model.Design.Baseline)}")}");
        Line("season", season.Length == 1 ? $"none ({season.Reason})" : Text($"{season.Length} rows ({season.Reason})"));
        Line("training", Text($"batch {options.Batch}, seed {options.Seed}, {options.Threads} {(options.Threads == 1 ? "thread" : "threads")}"));
        Line("", UpdateFlags.Describe(options));
    }

    /// <summary>Says which scaling was chosen, and by what.</summary>
    public void Scaling(ScalingTrial trial) => Line("scaling", SeriesModelFlags.Describe(trial.Chosen.Scaling) + (trial.Errors.Count == 0 ? string.Empty
        : Text($": after {trial.Steps} steps of each, error on the validation rows ") + string.Join(", ", trial.Errors.Select(each => Text($"{Word(each.Scaling)} {each.Error:0.000}")))));

    /// <summary>Says how many steps there will be, and where a budget set them, what repeats the run.</summary>
    public void Steps(int steps, TimeSpan? budget, ScalingTrial? trial)
    {
        string scaling = trial is { Errors.Count: > 0 } ? $" --scaling {Word(trial.Chosen.Scaling)}" : string.Empty;
        Line("steps", budget is { } time ? Text($"{steps:N0} fit in {time.TotalSeconds:0.#} s (--steps {steps}{scaling} repeats this run)") : Text($"{steps:N0}"));
    }

    /// <summary>Says where the run is kept and how often.</summary>
    public void Run(RunFolder folder, ForecastRunConfig config, ForecastTrainer trainer, int done)
    {
        string checkpoints = config.CheckpointEvery is { } every ? Text($"a checkpoint every {every:N0} steps") : "a checkpoint about every 30 s";
        string validations = trainer.ValidationWindows == 0 ? "no validation" : Text($"validation every {config.ValidateEvery:N0} steps on {trainer.ValidationWindows:N0} windows");
        Line("run", $"{folder.Path}: log, {checkpoints}, {validations}");
        if (done > 0)
        {
            Line("", Text($"{done:N0} steps are done"));
        }
    }

    /// <summary>Runs the training and shows how it goes.</summary>
    public void Run(int steps, Action<Action<ForecastRunProgress>> train) => view.Run(
        steps,
        show => train(progress => show(new ShownStep(
            progress.Training.Step,
            Text($"{progress.MeanLoss:0.0000}"),
            progress.Validation is { } score ? Text($"{score.Loss:0.0000} (MAE {score.AbsoluteError:0.000}, MSE {score.SquaredError:0.000} deviations)") : null,
            []))));

    /// <summary>Says how it went.</summary>
    public void Result(SeriesTrainingSession session, Forecaster model, SeriesValidation? validation, LinearCombination? combination)
    {
        if (session.Trainer.Steps < session.Config.Steps)
        {
            Line("ended", Text($"early, after step {session.Trainer.Steps:N0}: {session.Config.Training.Patience} validations in a row were no better than that of step {session.Run.BestStep:N0}"));
        }

        if (view.Speed is { } speed)
        {
            Line("speed", Text($"{speed:N0} windows/s in training"));
        }

        if (session.Run.BestStep > 0)
        {
            Line("best", Text($"step {session.Run.BestStep:N0} of {session.Trainer.Steps:N0}, loss {session.Run.BestLoss:0.0000}"));
        }

        if (combination is { } with)
        {
            string errors = double.IsNaN(with.Error) ? ", one half as nothing was validated" : Text($": squared error on the validation rows {with.ErrorBefore:0.000} and {with.ErrorOfMap:0.000} apart, {with.Error:0.000} together");
            Line("combined", Text($"{BacktestTable.Percent(with.Share, 1)} of the way toward a linear map of the last {with.Rows} rows{errors}"));
        }

        if (validation is null)
        {
            Line("validation", "no series has rows for one window behind those it was trained on, so nothing can be said of the error");
        }
        else
        {
            Compare(model, validation);
        }

        Line("saved", $"{session.Path}; 'cellwright forecast {ShellWord.Of(session.Path)}' goes on from the last row");
    }

    /// <summary>Writes the run's figures as JSON.</summary>
    public void WriteJson(TextWriter json, SeriesTrainingSession session, Forecaster model, SeriesValidation? validation, LinearCombination? combination, TimeSpan elapsed) => json.WriteLine(JsonSerializer.Serialize(
        new
        {
            cells = session.Config.Cells,
            hidden = model.Design.Hidden,
            window = model.Design.Window,
            segment = model.Design.Segment,
            horizon = model.Design.Horizon,
            season = Math.Max(1, model.Design.Period),
            scaling = Word(model.Design.Scaling),
            parameters = model.ParameterCount,
            series = session.Set.Series.Count,
            seed = session.Config.Training.Seed,
            steps = session.Trainer.Steps,
            trainLoss = session.Run.MeanLoss,
            best = session.Run.BestStep > 0 ? new { step = session.Run.BestStep, loss = session.Run.BestLoss, model = session.Folder.Best } : null,
            combined = combination is null ? null : new { share = combination.Share, rows = combination.Rows, ridge = combination.Ridge },
            validation = validation is null ? null : new
            {
                windows = validation.Windows,
                stride = validation.Stride,
                methods = BacktestTable.Json(validation.Scores),
                verdict = validation.Scores.VerdictOn(model.Name),
                coverage = BacktestTable.Json(validation.Coverage),
            },
            windowsPerSecond = Math.Round(view.Speed ?? 0.0),
            seconds = Math.Round(elapsed.TotalSeconds, 1),
            model = session.Path,
            run = session.Folder.Path,
        },
        JsonStyle.Options));

    private void Compare(Forecaster model, SeriesValidation validation)
    {
        Line("validation", Text($"{validation.Windows:N0} {(validation.Windows == 1 ? "window" : "windows")}{(validation.Scores.Series == 1 ? string.Empty : Text($" of each of {validation.Scores.Series:N0} series"))}, each {model.Design.Horizon} rows ahead; these rows chose the model, so its own errors are a little too small"));
        output.WriteLine();
        BacktestTable.Write(validation.Scores, output, withIntervals: false);
        output.WriteLine();
        Line("verdict", validation.Scores.VerdictOn(model.Name));
        Line("intervals", validation.Coverage.Count == 0
            ? "calibrated on the validation windows, which are too few to check them on others"
            : $"{string.Join(", ", validation.Coverage.Select(each => $"{BacktestTable.Percent(each.Nominal, 0)} held {BacktestTable.Percent(each.Actual, 1)}"))} of the second half of the validation windows, calibrated on the first; saved as calibrated on all");
    }

    private static string Word(WindowScaling scaling) => scaling switch { WindowScaling.LastValue => "last", WindowScaling.MeanDeviation => "window", _ => "none" };

    private static string Range(int[] rows) => rows.Min() == rows.Max() ? Text($"{rows[0]:N0}") : Text($"{rows.Min():N0} to {rows.Max():N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(string label, string text) => view.Line(label, text);
}
