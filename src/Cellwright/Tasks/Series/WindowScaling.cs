namespace Cellwright.Tasks.Series;

/// <summary>What is taken out of the targets of a window before it is read, and put back into its forecast.</summary>
public enum WindowScaling
{
    /// <summary>Nothing: the scale of the series is enough.</summary>
    None,

    /// <summary>The last value is subtracted (Zeng et al., NLinear, 2023).</summary>
    LastValue,

    /// <summary>The mean is subtracted, and the rest divided by the deviation (Kim et al., RevIN, 2022, without its trained part).</summary>
    MeanDeviation,
}
