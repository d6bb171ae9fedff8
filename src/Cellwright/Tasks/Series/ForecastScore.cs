namespace Cellwright.Tasks.Series;

/// <summary>Errors of forecasts, in deviations of each series, over all windows, steps and targets that were not missing.</summary>
/// <param name="SquaredError">The mean squared error of the points.</param>
/// <param name="AbsoluteError">The mean absolute error of the points.</param>
/// <param name="Loss">The loss that was trained for where decoding is parallel; otherwise the squared or the absolute error.</param>
/// <param name="Count">How many values the means are over.</param>
public readonly record struct ForecastScore(double SquaredError, double AbsoluteError, double Loss, long Count);
