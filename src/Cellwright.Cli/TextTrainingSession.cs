using System.CommandLine;
using System.Diagnostics;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>A run of <c>train text</c> from where it stands, begun or resumed, to its end.</summary>
internal sealed record TextTrainingSession(
    RunFolder Folder, TextRunConfig Config, string Path, TextCorpus Corpus, TextSplit Split, TextModel Model, TextTrainer Trainer, TextRun Run, TextTrainingReport Report)
{
    private const int SampleLength = 400;
    private const double SampleTemperature = 0.7;

    /// <summary>Trains to the end, validates, saves and shows the model; or stops where it is told to, with everything kept.</summary>
    public int Finish(ParseResult parsed, InvocationConfiguration console, long start)
    {
        TextWriter output = console.Output;
        if (!Train())
        {
            console.Error.WriteLine(FormattableString.Invariant(
                $"stopped after step {Trainer.Steps} of {Config.Steps}, and nothing is lost: 'cellwright train text --resume {Folder.Path}' goes on"));
            return CommandLine.Interrupted;
        }

        using IDisposable averaged = Trainer.UseAverage();
        using TextModel? best = Config.Keep == KeptModel.Best && Run.BestStep > 0 ? TextModel.Open(Folder.Best, Model.Layers.Threads) : null;
        TextModel result = best ?? Model;
        TextEvaluation? evaluation = Split.Validation.Length < 2 ? null : TextEvaluation.Of(result, Split.Validation.First(TextValidationSchedule.MostCharactersAtEnd), Config.ValidationStreams);
        Save(result);
        Report.Result(this, evaluation);
        if (parsed.GetResult("--json") is System.CommandLine.Parsing.OptionResult { Implicit: false })
        {
            Report.WriteJson(output, this, evaluation, Stopwatch.GetElapsedTime(start));
        }
        else
        {
            Report.Sample(new TextGenerator(result).Continue(string.Empty, SampleLength, SampleTemperature, Config.Training.Seed), SampleTemperature, Path);
        }

        return CommandLine.Success;
    }

    private void Save(TextModel result)
    {
        try
        {
            result.Save(Path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the model could not be written: {problem.Message}; it is kept in '{Folder.Path}', and 'cellwright train text --resume {Folder.Path}' writes it once there is room", problem);
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
