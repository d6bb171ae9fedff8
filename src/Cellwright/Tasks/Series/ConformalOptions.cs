namespace Cellwright.Tasks.Series;

/// <summary>How <see cref="ConformalMethod"/> calibrates.</summary>
public sealed record ConformalOptions
{
    /// <summary>The steps to forecast, at least 1.</summary>
    public required int Horizon { get; init; }

    /// <summary>The levels of the quantiles: ascending, in pairs around 0.5. Default 0.025, 0.1, 0.5, 0.9, 0.975: intervals of 95 % and 80 %.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [0.025, 0.1, 0.5, 0.9, 0.975];

    /// <summary>How many held-out windows at the end of each series. Default 40; series with fewer give what they have.</summary>
    public int Windows { get; init; } = 40;

    /// <summary>The rows from one window to the next. Default 0: the horizon.</summary>
    public int Stride { get; init; }

    /// <summary>The rows of a season, for the scale in which errors are compared. Default 1.</summary>
    public int Season { get; init; } = 1;
}
