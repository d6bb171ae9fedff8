namespace Cellwright.Tasks.Series;

/// <summary>What a method says of the steps behind a series' last row: a point each, quantiles where the method has them, and the times.</summary>
public sealed class Forecast
{
    // Levels made by arithmetic, such as (1 - 0.8) / 2, are the same level as the one written.
    private const double LevelTolerance = 1e-9;

    private readonly double[] point;
    private readonly double[] levels;
    private readonly double[] quantiles;

    /// <summary>A forecast from its values, which are not copied. Quantiles that cross are put in ascending order, in place (Chernozhukov et al., 2010).</summary>
    /// <param name="id">The name of the series; empty for a single one.</param>
    /// <param name="targets">The names of the targets, at least one.</param>
    /// <param name="point">The points, [horizon, targets], at least one step.</param>
    /// <param name="levels">The levels of the quantiles, ascending, each above 0 and below 1; null for none.</param>
    /// <param name="quantiles">The quantiles, [horizon, targets, levels]; null for none.</param>
    /// <param name="times">The times of the steps, [horizon]; null where rows are only counted.</param>
    /// <exception cref="ArgumentException">The sizes do not agree, or the levels are not as said.</exception>
    public Forecast(
        string id,
        IReadOnlyList<string> targets,
        double[] point,
        double[]? levels = null,
        double[]? quantiles = null,
        IReadOnlyList<DateTime>? times = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(point);
        (Id, TargetNames, Times, this.point, this.levels, this.quantiles) = (id, targets, times, point, levels ?? [], quantiles ?? []);
        if (targets.Count == 0 || point.Length == 0 || point.Length % targets.Count != 0)
        {
            throw new ArgumentException("the points are not [horizon, targets] with at least one of each", nameof(point));
        }

        Horizon = point.Length / targets.Count;
        CheckLevels(this.levels);
        if (this.quantiles.Length != point.Length * this.levels.Length)
        {
            throw new ArgumentException("the quantiles are not [horizon, targets, levels]", nameof(quantiles));
        }

        if (times is not null && times.Count != Horizon)
        {
            throw new ArgumentException("there is not one time for each step", nameof(times));
        }

        for (int i = 0; i < this.quantiles.Length; i += this.levels.Length)
        {
            Array.Sort(this.quantiles, i, this.levels.Length);
        }
    }

    /// <summary>The name of the series; empty for a single one.</summary>
    public string Id { get; }

    /// <summary>The names of the targets.</summary>
    public IReadOnlyList<string> TargetNames { get; }

    /// <summary>How many steps are forecast.</summary>
    public int Horizon { get; }

    /// <summary>The times of the steps, [<see cref="Horizon"/>]; null where rows are only counted.</summary>
    public IReadOnlyList<DateTime>? Times { get; }

    /// <summary>The points, [<see cref="Horizon"/>, targets].</summary>
    public ReadOnlySpan<double> Points => point;

    /// <summary>The levels of the quantiles, ascending; empty where there are none.</summary>
    public ReadOnlySpan<double> Levels => levels;

    /// <summary>The quantiles, [<see cref="Horizon"/>, targets, levels], ascending along the levels.</summary>
    public ReadOnlySpan<double> Quantiles => quantiles;

    /// <summary>Forecasts behind a series' last row, with the quantiles of a method that has them and the times that the step gives.</summary>
    /// <param name="method">The method.</param>
    /// <param name="series">What has been observed.</param>
    /// <param name="horizon">How many steps, at least 1.</param>
    /// <param name="step">The distance from row to row.</param>
    /// <param name="targets">The names of the targets.</param>
    /// <exception cref="SeriesException">The series is too short for the method, or has too much missing.</exception>
    public static Forecast Of(IForecastMethod method, TimeSeries series, int horizon, TimeStep step, IReadOnlyList<string> targets)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        double[] point = new double[horizon * series.Columns.Targets];
        DateTime[]? times = series.Start is { } start && step.Unit != TimeUnit.Row
            ? [.. Enumerable.Range(series.Length, horizon).Select(row => step.Add(start, row))]
            : null;
        if (method is not IIntervalForecastMethod sure)
        {
            method.Forecast(series, horizon, point);
            return new Forecast(series.Id, targets, point, times: times);
        }

        double[] quantiles = new double[point.Length * sure.Levels.Count];
        sure.Forecast(series, horizon, point, quantiles);
        return new Forecast(series.Id, targets, point, [.. sure.Levels], quantiles, times);
    }

    /// <summary>The point of a step and a target.</summary>
    /// <param name="step">The step, 0 for the first behind the last row.</param>
    /// <param name="target">The target.</param>
    public double Point(int step, int target = 0) => point[Index(step, target)];

    /// <summary>The quantile of a level that the forecast has.</summary>
    /// <param name="step">The step, 0 for the first behind the last row.</param>
    /// <param name="target">The target.</param>
    /// <param name="level">The level, one of <see cref="Levels"/>.</param>
    /// <exception cref="ArgumentException">The forecast has no quantile of this level.</exception>
    public double Quantile(int step, int target, double level)
    {
        int at = Array.FindIndex(levels, each => Math.Abs(each - level) < LevelTolerance);
        return at >= 0
            ? quantiles[(Index(step, target) * levels.Length) + at]
            : throw new ArgumentException(FormattableString.Invariant($"the forecast has no quantile of level {level}; it has {string.Join(", ", levels)}"), nameof(level));
    }

    /// <summary>The central interval of a coverage, such as 0.8 for what lies between the quantiles 0.1 and 0.9.</summary>
    /// <param name="step">The step, 0 for the first behind the last row.</param>
    /// <param name="target">The target.</param>
    /// <param name="coverage">The nominal coverage.</param>
    /// <exception cref="ArgumentException">The forecast lacks one of the two quantiles.</exception>
    public (double Lower, double Upper) Interval(int step, int target, double coverage)
        => (Quantile(step, target, (1 - coverage) / 2), Quantile(step, target, (1 + coverage) / 2));

    internal static void CheckLevels(ReadOnlySpan<double> levels)
    {
        for (int i = 0; i < levels.Length; i++)
        {
            if (!(levels[i] > (i == 0 ? 0 : levels[i - 1]) && levels[i] < 1))
            {
                throw new ArgumentException("the levels of quantiles ascend, each above 0 and below 1", nameof(levels));
            }
        }
    }

    private int Index(int step, int target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Horizon);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, TargetNames.Count);
        return (step * TargetNames.Count) + target;
    }
}
