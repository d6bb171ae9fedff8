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
    /// <summary>Where each row came from, for messages; null where they were made in a program.</summary>
    public RowPlace[]? Places { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Targets[0].Length;

    internal IEnumerable<double[]> Columns => Targets.Concat(Past).Concat(Known);

    /// <summary>A row as a message names it: <c>data.csv: line 17</c>.</summary>
    internal string Place(int row) =>
        Places?[row].ToString() ?? FormattableString.Invariant($"{(Id.Length > 0 ? $"series '{Id}': " : string.Empty)}row {row + 1}");

    /// <summary>A row as a message names it beside another of the same source: <c>line 17</c>.</summary>
    internal string ShortPlace(int row) => Places is null ? FormattableString.Invariant($"row {row + 1}") : FormattableString.Invariant($"line {Places[row].Line}");
}
