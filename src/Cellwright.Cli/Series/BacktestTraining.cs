using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Trains a model for a backtest, on the rows before its first window or before each.</summary>
internal sealed class BacktestTraining : IDisposable
{
    // Between these the best values are looked for.
    private const int Validations = 10;

    private readonly Func<SeriesSet, ForecastTrainingOptions, ForecasterDesign> design;
    private readonly ForecastTrainingOptions options;
    private readonly TimeSpan budget;
    private readonly List<Forecaster> models = [];

    /// <summary>Training to come.</summary>
    /// <param name="design">The design for the first series that are trained on.</param>
    /// <param name="options">How to train.</param>
    /// <param name="steps">The steps of each training; 0 where a budget sets them.</param>
    /// <param name="budget">The time of each training.</param>
    public BacktestTraining(Func<SeriesSet, ForecastTrainingOptions, ForecasterDesign> design, ForecastTrainingOptions options, int steps, TimeSpan budget) =>
        (this.design, this.options, Steps, this.budget) = (design, options, steps, budget);

    /// <summary>The design, once the first model is trained.</summary>
    public ForecasterDesign? Design { get; private set; }

    /// <summary>The steps of each training.</summary>
    public int Steps { get; private set; }

    /// <summary>How many models were trained.</summary>
    public int Trained => models.Count;

    /// <summary>Trains a model on series that end where its knowledge does.</summary>
    public Forecaster Fit(SeriesSet set)
    {
        Design ??= design(set, options);
        if (Steps == 0)
        {
            using Forecaster timed = Forecaster.Create(set, Design, options);
            using ForecastTrainer trainer = new(timed, set, options);
            Steps = Math.Max(Validations, trainer.StepsWithin(budget));
        }

        Forecaster model = Forecaster.Train(set, Design, options with { Epochs = Validations, StepsPerEpoch = Math.Max(1, Steps / Validations) });
        models.Add(model);
        return model;
    }

    /// <inheritdoc/>
    public void Dispose() => models.ForEach(model => model.Dispose());
}
