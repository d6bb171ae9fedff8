using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>What a <see cref="ForecastTrainingRun"/> trains: a forecaster, judged by the rows kept for validation.</summary>
internal sealed class ForecastRunTask(ForecastRunConfig config, Forecaster model, ForecastTrainer trainer) : ITrainingTask
{
    /// <summary>The errors of the latest validation; null before the first.</summary>
    public ForecastScore? Score { get; private set; }

    /// <inheritdoc/>
    public int Steps => trainer.Steps;

    /// <inheritdoc/>
    public int ExamplesPerStep => trainer.WindowsPerStep;

    /// <inheritdoc/>
    public string SpeedName => "windowsPerSecond";

    /// <inheritdoc/>
    public EarlyStopping Validations => trainer.Validations;

    /// <inheritdoc/>
    public TrainingProgress Step(int totalSteps) => trainer.Step(totalSteps);

    /// <inheritdoc/>
    public bool IsValidationDue(int step) => trainer.ValidationWindows > 0 && (step == config.Steps || step % config.ValidateEvery == 0);

    /// <inheritdoc/>
    public double Validate()
    {
        Score = trainer.Validate();
        return Score!.Value.Loss;
    }

    /// <inheritdoc/>
    public void Note(double loss) => trainer.Note(loss);

    /// <inheritdoc/>
    public IDisposable UseAverage() => trainer.UseAverage();

    /// <inheritdoc/>
    public void CheckFinite() => trainer.CheckFinite();

    /// <inheritdoc/>
    public void SaveModel(string path) => model.Save(path);

    /// <inheritdoc/>
    public void WriteConfig(RunFolder folder) => config.Write(folder);

    /// <inheritdoc/>
    public void AddTo(SafetensorsWriter checkpoint)
    {
        ForecasterFile.AddTo(checkpoint, model);
        trainer.AddTo(checkpoint);
    }

    /// <inheritdoc/>
    public void ReadFrom(SafetensorsFile checkpoint) => trainer.ReadFrom(checkpoint);
}
