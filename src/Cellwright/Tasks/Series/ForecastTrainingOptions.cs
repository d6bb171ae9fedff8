using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>How a forecaster is trained.</summary>
public sealed record ForecastTrainingOptions : UpdateOptions
{
    /// <summary>The usual choices: Adam from a rate of 0.001, the average of the values, the best of ten epochs.</summary>
    public ForecastTrainingOptions()
    {
        LearningRate = 0.001;
        Average = WeightAveraging.Exponential;
        AverageDecay = 0.99;
    }

    /// <summary>The windows of a step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>How often all windows are gone through; each time ends with a validation, and the best values are kept.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The most steps of an epoch, each of other windows; 0 for all windows.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>The last rows of each series that are kept for validation; null for a fifth, at least the horizon and at most half; 0 for none.</summary>
    public int? ValidationRows { get; init; }

    /// <summary>The rows from one window that is validated to the next.</summary>
    public int ValidationStride { get; init; } = 1;

    /// <summary>Whether the trained model is combined with a linear map that is fitted in closed form (<see cref="LinearCombination"/>).</summary>
    public bool CombinesLinear { get; init; }

    /// <summary>In what unit errors count.</summary>
    public ForecastErrorUnit ErrorUnit { get; init; }

    /// <summary>The seed of first values, of the order of windows and of what is dropped.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many threads work on it; 0 for one per processor. No result depends on it.</summary>
    public int Threads { get; init; }

    /// <summary>How many rows of a series are trained on; those behind them are validated.</summary>
    /// <param name="length">The rows of the series.</param>
    /// <param name="horizon">The rows of a forecast.</param>
    public int TrainedRows(int length, int horizon) => Math.Max(0, length - (ValidationRows ?? Math.Min(Math.Max(horizon, length / 5), length / 2)));

    internal override string? Problem() => this switch
    {
        { Batch: < 1 } => "a step has at least one window",
        { Epochs: < 1 } => "training goes through the windows at least once",
        { StepsPerEpoch: < 0 } => "an epoch has at least one step; 0 stands for all windows",
        { ValidationRows: < 0 } => "the rows kept for validation are 0 or more",
        { ValidationStride: < 1 } => "validation goes on by at least one row",
        _ when !Enum.IsDefined(ErrorUnit) => "a unit of errors is none of those that there are",
        { Threads: < 0 } => "a number of threads is 0, for one per processor, or more",
        _ => base.Problem(),
    };
}
