namespace Cellwright.Tasks.Series;

/// <summary>What a model has seen of one series.</summary>
/// <param name="Id">The name of the series.</param>
/// <param name="Start">The time of its first row; null where rows are only counted.</param>
/// <param name="Trained">The rows from there on that it was trained on.</param>
/// <param name="Seen">The rows from there on that it has seen: those of validation chose it and calibrated its intervals.</param>
public sealed record SeriesExtent(string Id, DateTime? Start, int Trained, int Seen);
