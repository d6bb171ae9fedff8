namespace Cellwright.Tasks.Series;

/// <summary>The errors of one method, averaged over all series, windows and targets; NaN where one is not defined.</summary>
public sealed record BacktestRow
{
    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Mean absolute error, in the units of the targets.</summary>
    public required double Mae { get; init; }

    /// <summary>Mean squared error.</summary>
    public required double Mse { get; init; }

    /// <summary>The root of <see cref="Mse"/>.</summary>
    public double Rmse => Math.Sqrt(Mse);

    /// <summary>Symmetric percentage error, 0 to 200, as the M4 competition defines it.</summary>
    public required double Smape { get; init; }

    /// <summary>Mean absolute error over that of the seasonal naive method within the rows before each window.</summary>
    public required double Mase { get; init; }

    /// <summary>The mean of sMAPE and MASE, each over that of Naive2 on the same windows.</summary>
    public required double Owa { get; init; }

    /// <summary>The mean pinball loss of all levels; NaN without quantiles.</summary>
    public required double Pinball { get; init; }

    /// <summary>The scaled interval score of the widest interval; NaN without quantiles.</summary>
    public required double Msis { get; init; }

    /// <summary>The coverage of each interval, the widest first; empty without quantiles.</summary>
    public required IReadOnlyList<IntervalCoverage> Coverage { get; init; }
}
