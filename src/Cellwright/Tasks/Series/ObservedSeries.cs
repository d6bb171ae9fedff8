using System.Globalization;

namespace Cellwright.Tasks.Series;

/// <summary>
/// One series as it was observed, before <see cref="SeriesPreparation"/>: rows in any order, with gaps. Each column has
/// a value for every row, NaN where it is missing.
/// </summary>
/// <param name="Id">The name among others; empty for a single series.</param>
/// <param name="Times">The time of each row; null where rows are only counted.</param>
/// <param name="Targets">The columns to be forecast, at least one.</param>
/// <param name="Past">The columns that are unknown ahead.</param>
/// <param name="Known">The columns that are known ahead: rows that have values only in these may follow the others.</param>
/// <param name="Constants">One value for each static column.</param>
public sealed record ObservedSeries(string Id, DateTime[]? Times, double[][] Targets, double[][] Past, double[][] Known, double[] Constants)
{
    /// <summary>Where the rows came from, for messages; null where they were made in a program.</summary>
    public string? Source { get; init; }

    /// <summary>The line of the source that each row came from, for messages; null where they are only counted.</summary>
    public int[]? Lines { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Targets[0].Length;

    internal IEnumerable<double[]> Columns => Targets.Concat(Past).Concat(Known);

    /// <summary>A row as a message names it: <c>data.csv: line 17</c>.</summary>
    internal string Place(int row)
    {
        string place = Lines is null
            ? string.Create(CultureInfo.InvariantCulture, $"row {row + 1}")
            : string.Create(CultureInfo.InvariantCulture, $"line {Lines[row]}");
        return Source is not null ? $"{Source}: {place}" : Id.Length > 0 ? $"series '{Id}': {place}" : place;
    }

    /// <summary>A row as a message names it beside another of the same source: <c>line 17</c>.</summary>
    internal string ShortPlace(int row) => string.Create(CultureInfo.InvariantCulture, $"{(Lines is null ? "row" : "line")} {Lines?[row] ?? row + 1}");
}
