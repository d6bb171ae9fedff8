namespace Cellwright.Tasks.Series;

/// <summary>Series of equal steps, and what was done to come to them.</summary>
/// <param name="Set">The series.</param>
public sealed record PreparedSeries(SeriesSet Set)
{
    /// <summary>The rows that were given.</summary>
    public long RowsGiven { get; init; }

    /// <summary>How many series had rows out of order, which were sorted by time.</summary>
    public int SeriesSorted { get; init; }

    /// <summary>How many rows had the time of another and were left out or joined with it.</summary>
    public long DuplicateRows { get; init; }

    /// <summary>How many rows fell into a step with another and became a mean with it; only with a given step.</summary>
    public long AveragedRows { get; init; }

    /// <summary>How many rows the times left out; all their values are missing.</summary>
    public long GapRows { get; init; }

    /// <summary>How many rows before the first target value were left out.</summary>
    public long LeadingRows { get; init; }

    /// <summary>The series without any target value, which were left out.</summary>
    public IReadOnlyList<string> EmptySeries { get; init; } = [];

    /// <summary>How many values of the series were missing before the rule was applied, those of gaps included.</summary>
    public long MissingValues { get; init; }

    /// <summary>The most rows in sequence for which one column had no value.</summary>
    public int LongestMissing { get; init; }

    /// <summary>The columns that have one and the same value in all rows of all series.</summary>
    public IReadOnlyList<string> ConstantColumns { get; init; } = [];

    /// <summary>Whether days within months differ, so that only months count and each row stands at the first day of its month.</summary>
    public bool OnlyMonths { get; init; }

    /// <summary>The rule that was applied to missing values.</summary>
    public MissingRule Missing { get; init; }
}
