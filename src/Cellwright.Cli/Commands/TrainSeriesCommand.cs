using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Cellwright.Cli.Series;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Cli.Commands;

/// <summary><c>train series</c>: recurrent layers learn to forecast series.</summary>
internal static class TrainSeriesCommand
{
    private static readonly Option<bool> CheckOption = new("--check") { Description = "Read the file, say what was understood, and stop." };
    private static readonly Option<bool> NoCalendarOption = new("--no-calendar") { Description = "Make no columns of the calendar from the times." };
    private static readonly Option<int> HoldOutOption = Options.Whole("--hold-out", "The last rows of each series that are left out of everything, for a backtest.", 0, 0, int.MaxValue);
    private static readonly SeriesTrainingFlags Training = new();
    private static readonly RunFlags Flags = new("train series", TimeSpan.FromSeconds(60));

    public static Command Create()
    {
        ExampleCommand command = new(
            "series",
            "Trains a model that forecasts series of a CSV file, and says how it stands beside simple methods on rows it was not trained on.",
            "cellwright train series prices.csv --target price --known tariff --horizon 20 --budget 2m --out price.safetensors")
        {
            SeriesFlags.FileArgument,
        };
        SeriesFlags.AddTo(command);
        SeriesModelFlags.AddTo(command);
        Training.AddTo(command);
        foreach (Option option in (Option[])[NoCalendarOption, HoldOutOption, CheckOption])
        {
            command.Options.Add(option);
        }

        Flags.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (Flags.Resumed(parsed) is { } folder)
        {
            return Resume(parsed, folder);
        }

        string file = parsed.GetValue(SeriesFlags.FileArgument) ?? throw new UsageException("say which CSV file to learn from, such as prices.csv");
        SeriesReadingOptions options = SeriesFlags.Of(parsed);
        return parsed.GetValue(CheckOption) ? Check(parsed, SeriesReading.Of(file, options)) : Begin(parsed, file, options);
    }

    private static int Check(ParseResult parsed, SeriesReading reading)
    {
        bool calendar = !parsed.GetValue(NoCalendarOption);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Flags.Json))
        {
            output.WriteLine(JsonSerializer.Serialize(SeriesReport.Json(reading, calendar), JsonStyle.Options));
        }
        else
        {
            SeriesReport.Write(reading, calendar, output);
        }

        return CommandLine.Success;
    }

    private static int Begin(ParseResult parsed, string file, SeriesReadingOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        SeriesReading reading = SeriesReading.Of(file, options);
        int horizon = SeriesModelFlags.Horizon(parsed);
        RunFolder folder = Flags.CheckBegin(parsed, ForecastRunConfig.Read, ForecastTrainingRun.HasEndedIn);
        SeriesNotes notes = SeriesNotes.Of(options, reading, !parsed.GetValue(NoCalendarOption), parsed.GetValue(HoldOutOption));
        SeriesSet set = notes.SetOf(reading, horizon);
        ForecastTrainingOptions training = Training.Of(parsed, set, horizon, parsed.GetValue(Flags.Seed), parsed.GetValue(Flags.Threads), Flags.Steps(parsed));
        SeriesTrainingReport report = new(Output(parsed), training.Batch);
        report.Data(reading, notes, set, training, horizon);

        Season season = SeriesModelFlags.Season(parsed, set);
        ScalingTrial trial = ScalingTrial.Run(
            SeriesModelFlags.Designs(parsed, set, season, SeriesTrainingFlags.TypicalRows(set, training, horizon)), set, training, Flags.Steps(parsed), Flags.Budget(parsed));
        using Forecaster model = Forecaster.Create(set, trial.Chosen, training);
        model.Keep(set, training);
        using ForecastTrainer trainer = new(model, set, training);
        report.Model(model, season, training);
        report.Scaling(trial);

        List<TrainingProgress> done = [];
        TimeSpan? budget = Flags.Budget(parsed);
        int steps = budget is { } time
            ? trainer.StepsWithin(time - Stopwatch.GetElapsedTime(start), Flags.ValidateEvery(parsed), done.Add)
            : Flags.Steps(parsed)!.Value;
        notes = notes with { Training = training, Steps = steps };
        model.Notes = notes.ToNotes();
        ForecastRunConfig config = new()
        {
            CommandLine = [.. parsed.Tokens.Select(token => token.Value)],
            Cells = [.. trial.Chosen.Cells.Select(cell => cell.Name)],
            Training = training,
            Steps = steps,
            BudgetSeconds = budget?.TotalSeconds,
            ValidateEvery = trainer.ValidateEvery(steps, Flags.ValidateEvery(parsed)),
            CheckpointEvery = Flags.CheckpointEvery(parsed),
            Files = [.. new[] { file, options.Future }.OfType<string>().Select(RunFile.Of)],
            Model = Path.GetFullPath(Flags.Out(parsed)),
            Keep = Training.Keep(parsed),
            Notes = notes.ToNotes(),
        };
        report.Steps(steps, budget, trial);
        report.Run(folder, config, trainer, done.Count);
        using ForecastTrainingRun run = ForecastTrainingRun.Begin(folder, config, model, trainer, done);
        return new SeriesTrainingSession(folder, config, Flags.Out(parsed), set, model, trainer, run, report).Finish(parsed, parsed.GetValue(Flags.Json), start);
    }

    private static int Resume(ParseResult parsed, string path)
    {
        long start = Stopwatch.GetTimestamp();
        Flags.CheckResume(parsed, SeriesFlags.FileArgument, "file");
        RunFolder folder = new(path);
        ForecastRunConfig config = ForecastRunConfig.Read(folder);
        ForecastTrainingRun.StepOfCheckpoint(folder);
        OutputFile.Check(config.Model);
        config.CheckFiles();
        SeriesNotes notes = SeriesNotes.From(config.Notes, folder.Config);
        SeriesReading reading = SeriesReading.Of(config.Files[0].Path, notes.Reading);
        ForecastTrainingOptions training = config.Training with { Threads = parsed.GetValue(Flags.Threads) };
        using Forecaster model = Forecaster.Load(folder.Last, training.Threads, training.Seed);
        SeriesSet set = notes.SetOf(reading, model.Design.Horizon);
        using ForecastTrainer trainer = new(model, set, training);
        using ForecastTrainingRun run = ForecastTrainingRun.Resume(folder, config, model, trainer);

        SeriesTrainingReport report = new(Output(parsed), training.Batch);
        report.Data(reading, notes, set, training, model.Design.Horizon);
        report.Model(model, new Season(Math.Max(1, model.Design.Period), "as the run was begun"), training);
        report.Steps(config.Steps, budget: null, trial: null);
        report.Run(folder, config, trainer, trainer.Steps);
        return new SeriesTrainingSession(folder, config, config.Model, set, model, trainer, run, report).Finish(parsed, parsed.GetValue(Flags.Json), start);
    }

    private static TextWriter Output(ParseResult parsed) => parsed.GetValue(Flags.Json) ? TextWriter.Null : parsed.InvocationConfiguration.Output;
}
