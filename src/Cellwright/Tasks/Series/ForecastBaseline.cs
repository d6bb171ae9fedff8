namespace Cellwright.Tasks.Series;

/// <summary>The simple forecast that a model corrects; the model is trained on what is left.</summary>
public enum ForecastBaseline
{
    /// <summary>None: the model forecasts the values.</summary>
    None,

    /// <summary>The last value that was observed.</summary>
    LastValue,

    /// <summary>The last value that was observed at the same place of the season.</summary>
    SeasonalNaive,
}
