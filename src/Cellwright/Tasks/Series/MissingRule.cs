namespace Cellwright.Tasks.Series;

/// <summary>What becomes of a value that is missing.</summary>
public enum MissingRule
{
    /// <summary>It stays missing: no loss is taken from it, and the model is told that it is not there.</summary>
    Mask,

    /// <summary>The last value before it stands for it; before a column's first value it stays missing.</summary>
    Carry,

    /// <summary>
    /// A straight line from the last value before it to the next behind it; behind a column's last value that is carried,
    /// and before the first it stays missing.
    /// </summary>
    Interpolate,
}
