namespace Cellwright.Tasks.Series;

/// <summary>How <see cref="NLinearMethod"/> is fitted.</summary>
public sealed record NLinearOptions
{
    /// <summary>The rows of a window, at least 2. Default 336.</summary>
    public int Window { get; init; } = 336;

    /// <summary>The steps to forecast, at least 1.</summary>
    public required int Horizon { get; init; }

    /// <summary>The share of each series' rows, the last ones, that choose the ridge. Default 0.2.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Whether the map is fitted again with the windows of validation once they have chosen. Default true.</summary>
    public bool FitAgain { get; init; } = true;
}
