using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>What a <see cref="TextRun"/> trains: a text model, judged by the first characters of the validation text.</summary>
internal sealed class TextRunTask : ITrainingTask
{
    private readonly TextRunConfig config;
    private readonly TextModel model;
    private readonly TextTrainer trainer;
    private readonly SymbolText validation;
    private readonly TextValidationSchedule schedule;

    public TextRunTask(TextRunConfig config, TextModel model, TextTrainer trainer, SymbolText validation)
    {
        this.config = config;
        this.model = model;
        this.trainer = trainer;
        this.validation = validation.First(config.ValidationCharacters);
        schedule = new TextValidationSchedule(config.ValidateEvery, (int)this.validation.Length);
    }

    /// <summary>How many characters the model writes after each validation; 0 for none.</summary>
    public int SampleLength { get; set; }

    /// <summary>What the model wrote after the latest validation; null where it was not asked to.</summary>
    public string? Sample { get; private set; }

    /// <inheritdoc/>
    public int Steps => trainer.Steps;

    /// <inheritdoc/>
    public int ExamplesPerStep => trainer.CharactersPerStep;

    /// <inheritdoc/>
    public string SpeedName => "charactersPerSecond";

    /// <inheritdoc/>
    public EarlyStopping Validations => trainer.Validations;

    /// <inheritdoc/>
    public TrainingProgress Step(int totalSteps) => trainer.Step(totalSteps);

    /// <inheritdoc/>
    public bool IsValidationDue(int step) => schedule.IsDue(step, config.Steps);

    /// <inheritdoc/>
    public double Validate()
    {
        double loss = TextEvaluation.Of(model, validation, config.ValidationStreams).Loss;
        Sample = SampleLength > 0 ? Write() : null;
        return loss;
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
        model.AddTo(checkpoint);
        trainer.AddTo(checkpoint);
    }

    /// <inheritdoc/>
    public void ReadFrom(SafetensorsFile checkpoint) => trainer.ReadFrom(checkpoint);

    // Each validation's own, and the same when the run is repeated.
    private string Write() => string.Concat(new TextGenerator(model)
        .Continue(string.Empty, SampleLength, new TextSampling(), unchecked(config.Training.Seed + (ulong)trainer.Steps)).Select(character => character.ToString()));
}
