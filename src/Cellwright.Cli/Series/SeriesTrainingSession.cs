using System.CommandLine;
using System.Diagnostics;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Cli.Series;

/// <summary>A run of <c>train series</c> from where it stands, begun or resumed, to its end.</summary>
internal sealed record SeriesTrainingSession(
    RunFolder Folder, ForecastRunConfig Config, string Path, SeriesSet Set, Forecaster Model, ForecastTrainer Trainer, ForecastTrainingRun Run, SeriesTrainingReport Report)
{
    /// <summary>Trains to the end, judges, calibrates and saves the model; or stops where it is told to, with everything kept.</summary>
    public int Finish(ParseResult parsed, bool json, long start)
    {
        FolderTraining training = new("train series", Folder);
        if (!training.Run(Train, () => Run.CheckpointStep))
        {
            return training.Stopped(Trainer.Steps, Config.Steps, parsed.InvocationConfiguration.Error);
        }

        using IDisposable averaged = Trainer.UseAverage();
        using Forecaster? best = Config.Keep == KeptModel.Best && Run.BestStep > 0 ? Forecaster.Load(Folder.Best) : null;
        LinearCombination? combination = Config.Training.CombinesLinear ? LinearCombination.Of(best ?? Model, Set, Config.Training) : null;
        using Forecaster? combined = combination?.Model;
        Forecaster result = combined ?? best ?? Model;
        SeriesValidation? validation = SeriesValidation.Of(result, Set, Config.Training);
        training.Save(() => result.Save(Path));
        Report.Result(this, result, validation, combination);
        if (json)
        {
            Report.WriteJson(parsed.InvocationConfiguration.Output, this, result, validation, combination, Stopwatch.GetElapsedTime(start));
        }

        return CommandLine.Success;
    }

    private bool Train(CancellationToken stop)
    {
        bool ended = false;
        Report.Run(Config.Steps, progress => ended = Run.Run(progress, stop));
        return ended;
    }
}
