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
        if (!Train())
        {
            parsed.InvocationConfiguration.Error.WriteLine(FormattableString.Invariant(
                $"stopped after step {Trainer.Steps} of {Config.Steps}, and nothing is lost: 'cellwright train series --resume {Folder.Path}' goes on"));
            return CommandLine.Interrupted;
        }

        using IDisposable averaged = Trainer.UseAverage();
        using Forecaster? best = Config.Keep == KeptModel.Best && Run.BestStep > 0 ? Forecaster.Load(Folder.Best) : null;
        LinearCombination? combination = Config.Training.CombinesLinear ? LinearCombination.Of(best ?? Model, Set, Config.Training) : null;
        using Forecaster? combined = combination?.Model;
        Forecaster result = combined ?? best ?? Model;
        SeriesValidation? validation = SeriesValidation.Of(result, Set, Config.Training);
        Save(result);
        Report.Result(this, result, validation, combination);
        if (json)
        {
            Report.WriteJson(parsed.InvocationConfiguration.Output, this, result, validation, combination, Stopwatch.GetElapsedTime(start));
        }

        return CommandLine.Success;
    }

    private void Save(Forecaster result)
    {
        try
        {
            result.Save(Path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the model could not be written: {problem.Message}; it is kept in '{Folder.Path}', and 'cellwright train series --resume {Folder.Path}' writes it once there is room", problem);
        }
    }

    private bool Train()
    {
        using StopSignals stop = new();
        bool ended = false;
        try
        {
            Report.Run(Config.Steps, progress => ended = Run.Run(progress, stop.Token));
        }
        catch (NonFiniteException problem)
        {
            throw new NonFiniteException(problem, FormattableString.Invariant($"the checkpoint of step {Run.CheckpointStep} is kept in '{Folder.Path}'"));
        }

        return ended;
    }
}
