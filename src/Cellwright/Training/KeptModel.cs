namespace Cellwright.Training;

/// <summary>Which of the models that a run passes through is its result.</summary>
public enum KeptModel
{
    /// <summary>The one at the lowest validation loss; the last where there was no validation.</summary>
    Best,

    /// <summary>The one after the last step.</summary>
    Last,
}
