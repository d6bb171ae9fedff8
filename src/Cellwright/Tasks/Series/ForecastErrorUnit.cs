namespace Cellwright.Tasks.Series;

/// <summary>In what unit training counts the errors of a window, and so how much each series and window weighs.</summary>
public enum ForecastErrorUnit
{
    /// <summary>What was divided out of the window: every window weighs the same.</summary>
    Window,

    /// <summary>The deviation of the series: windows with larger movements weigh more.</summary>
    Series,

    /// <summary>The mean change of the series over a season, as MASE counts errors: series that repeat themselves well weigh more.</summary>
    Season,
}
