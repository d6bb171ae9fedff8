using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>What was said about a CSV file; whatever was not is found in it.</summary>
internal sealed record SeriesReadingOptions
{
    /// <summary>The column of times; found where null.</summary>
    public string? Time { get; init; }

    /// <summary>The column that tells series apart; found where null.</summary>
    public string? Id { get; init; }

    /// <summary>The targets; every column of numbers without another part where empty.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The past covariates; <c>rest</c> stands for every column of numbers without another part.</summary>
    public IReadOnlyList<string> Past { get; init; } = [];

    /// <summary>The covariates that are known ahead.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>The static columns.</summary>
    public IReadOnlyList<string> Static { get; init; } = [];

    /// <summary>Whether each column of numbers is a series of its own.</summary>
    public bool Wide { get; init; }

    /// <summary>Whether each row is a series: its name, then its values.</summary>
    public bool Rows { get; init; }

    /// <summary>A file with known columns of rows behind those of the first; null where there is none.</summary>
    public string? Future { get; init; }

    /// <summary>The separator; found where null.</summary>
    public char? Separator { get; init; }

    /// <summary>The decimal mark; found where null.</summary>
    public char? Mark { get; init; }

    /// <summary>How a day and a month that may be either stand; decided by the file where null.</summary>
    public DateOrder? Order { get; init; }

    /// <summary>How rows become series of equal steps.</summary>
    public SeriesPreparationOptions Preparation { get; init; } = new();
}
