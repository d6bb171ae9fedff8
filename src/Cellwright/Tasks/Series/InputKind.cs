namespace Cellwright.Tasks.Series;

/// <summary>What an input of a forecast is.</summary>
public enum InputKind
{
    /// <summary>A target's own past.</summary>
    Target,

    /// <summary>A past covariate.</summary>
    Past,

    /// <summary>A covariate known ahead, in the rows that were observed.</summary>
    Known,

    /// <summary>A covariate known ahead, in the rows that are forecast.</summary>
    Ahead,
}
