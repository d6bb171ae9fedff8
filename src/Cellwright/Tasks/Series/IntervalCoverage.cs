namespace Cellwright.Tasks.Series;

/// <summary>What became of intervals.</summary>
/// <param name="Nominal">The share of outcomes that they were to hold.</param>
/// <param name="Actual">The share that they held.</param>
/// <param name="MeanWidth">How wide they were on average, in the units of the targets.</param>
public readonly record struct IntervalCoverage(double Nominal, double Actual, double MeanWidth);
