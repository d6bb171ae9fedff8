namespace Cellwright.Tasks.Series;

/// <summary>How <see cref="AdaptiveConformal"/> follows what comes.</summary>
public sealed record AdaptiveConformalOptions
{
    /// <summary>γ: how far one outcome moves the working level. Default 0.005, the paper's.</summary>
    public double Rate { get; init; } = 0.005;

    /// <summary>How many of the latest outcomes of a step and target count. Default 1000.</summary>
    public int Memory { get; init; } = 1000;
}
