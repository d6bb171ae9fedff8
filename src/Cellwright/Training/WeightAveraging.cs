namespace Cellwright.Training;

/// <summary>Which average of the values that training passes through is validated, sampled and saved.</summary>
public enum WeightAveraging
{
    /// <summary>None: the values after the last step.</summary>
    None,

    /// <summary>An average in which each step's values count for a little, and those before ever less.</summary>
    Exponential,

    /// <summary>The plain mean over the last quarter of the run (Polyak and Juditsky, 1992).</summary>
    Tail,

    /// <summary>
    /// The plain mean from the validation on at which the loss is higher than the lowest of those more than five
    /// validations before (Merity, Keskar and Socher, 2018).
    /// </summary>
    Triggered,
}
