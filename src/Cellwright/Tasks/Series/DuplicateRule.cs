namespace Cellwright.Tasks.Series;

/// <summary>What becomes of rows of one series that have the same time and differ.</summary>
public enum DuplicateRule
{
    /// <summary>They are an error. Rows that are the same in every column count once.</summary>
    Refuse,

    /// <summary>The first counts.</summary>
    First,

    /// <summary>The last counts.</summary>
    Last,

    /// <summary>Each column has the mean of its values.</summary>
    Mean,
}
