namespace Cellwright.Tasks.Series;

/// <summary>How observed rows become series of equal steps.</summary>
public sealed record SeriesPreparationOptions
{
    /// <summary>What becomes of missing values, those of rows that are not there among them. The default is <see cref="MissingRule.Mask"/>.</summary>
    public MissingRule Missing { get; init; }

    /// <summary>What becomes of rows with the same time. The default is <see cref="DuplicateRule.Refuse"/>.</summary>
    public DuplicateRule Duplicates { get; init; }

    /// <summary>
    /// The distance from row to row; null, the default, where the times say it. Given, rows at other times become means
    /// of the steps they fall into.
    /// </summary>
    public TimeStep? Step { get; init; }
}
