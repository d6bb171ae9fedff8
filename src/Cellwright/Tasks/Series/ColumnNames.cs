namespace Cellwright.Tasks.Series;

/// <summary>The names of a series' columns, by kind.</summary>
/// <param name="Targets">What is to be forecast.</param>
/// <param name="Past">What is observed beside it, unknown ahead.</param>
/// <param name="Known">What is known ahead as well.</param>
/// <param name="Constants">What never changes within a series.</param>
public sealed record ColumnNames(
    IReadOnlyList<string> Targets, IReadOnlyList<string> Past, IReadOnlyList<string> Known, IReadOnlyList<string> Constants);
