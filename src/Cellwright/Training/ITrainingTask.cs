using Cellwright.Files;

namespace Cellwright.Training;

/// <summary>What a <see cref="TrainingRun"/> trains: a model with its data, its training so far, and what it is judged by.</summary>
internal interface ITrainingTask
{
    /// <summary>The number of steps done.</summary>
    int Steps { get; }

    /// <summary>What the speed in the log counts in one step, such as characters.</summary>
    int ExamplesPerStep { get; }

    /// <summary>The speed's name in the log, such as charactersPerSecond.</summary>
    string SpeedName { get; }

    /// <summary>The validations so far, and whether they end the training.</summary>
    EarlyStopping Validations { get; }

    /// <summary>Does one step.</summary>
    /// <param name="totalSteps">The number of steps of the whole run.</param>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the values are those before the step.</exception>
    TrainingProgress Step(int totalSteps);

    /// <summary>Whether the model is validated after a step, counted from 1. It follows from the step, never from a clock.</summary>
    bool IsValidationDue(int step);

    /// <summary>The loss of the model as it is now, on data that training does not see.</summary>
    double Validate();

    /// <summary>Takes note of a validation after the last step.</summary>
    void Note(double loss);

    /// <summary>Lets the model have the values that it is judged by, until what this gives is disposed.</summary>
    IDisposable UseAverage();

    /// <summary>Makes sure that what a checkpoint would hold is good to go on from.</summary>
    /// <exception cref="NonFiniteException">A value or a state is not finite.</exception>
    void CheckFinite();

    /// <summary>Writes the model as it is now, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void SaveModel(string path);

    /// <summary>Writes how the run was begun, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void WriteConfig(RunFolder folder);

    /// <summary>Adds the model, the step as <see cref="TrainingRun.StepName"/>, and all else that the next step depends on.</summary>
    void AddTo(SafetensorsWriter checkpoint);

    /// <summary>Goes to where a checkpoint was written; the model is already the one in it.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is of another training.</exception>
    void ReadFrom(SafetensorsFile checkpoint);
}
