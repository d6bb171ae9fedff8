using Cellwright.Files;

namespace Cellwright.Tasks.Series;

/// <summary>How far calibrated intervals reach beyond what a model says, for each step, target and pair of levels, in the unit of <see cref="ConformalScale"/>.</summary>
internal sealed class IntervalWidths
{
    private const string LevelsName = "intervals.levels";
    private const string WidthsName = "intervals.widths";
    private const string SeasonName = "intervals.season";

    private readonly QuantilePairs pairs;
    private readonly double[] widths;
    private readonly int targets;
    private readonly int season;

    /// <summary>Some widths.</summary>
    /// <param name="pairs">The levels.</param>
    /// <param name="widths">The widths, [horizon, targets, pairs].</param>
    /// <param name="targets">The targets.</param>
    /// <param name="season">The rows of a season, for the unit.</param>
    public IntervalWidths(QuantilePairs pairs, double[] widths, int targets, int season) => (this.pairs, this.widths, this.targets, this.season) = (pairs, widths, targets, season);

    /// <summary>The levels of the intervals' ends, ascending.</summary>
    public IReadOnlyList<double> Levels => pairs.Levels;

    /// <summary>Forecasts with a method and widens its quantiles, or its point, to the intervals.</summary>
    /// <param name="method">What was calibrated.</param>
    /// <param name="series">What has been observed.</param>
    /// <param name="horizon">How many steps, no more than were calibrated.</param>
    /// <param name="point">Receives the points, [horizon, targets].</param>
    /// <param name="quantiles">Receives the quantiles, [horizon, targets, levels].</param>
    public void Forecast(IForecastMethod method, TimeSeries series, int horizon, Span<double> point, Span<double> quantiles)
    {
        pairs.Basis(method, series, horizon, point, quantiles);
        double[] scales = ConformalScale.Of(series, season);
        for (int cell = 0; cell < horizon * targets; cell++)
        {
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                pairs.Widen(pair, widths[(cell * pairs.Count) + pair] * scales[cell % targets], quantiles.Slice(cell * pairs.Levels.Length, pairs.Levels.Length));
            }
        }

        pairs.Sort(quantiles);
    }

    /// <summary>Adds the widths to a model's file.</summary>
    public void AddTo(SafetensorsWriter writer)
    {
        writer.Add(LevelsName, [pairs.Levels.Length], pairs.Levels);
        writer.Add(WidthsName, [widths.Length / Math.Max(1, targets * pairs.Count), targets, pairs.Count], widths);
        writer.Add(SeasonName, [], new long[] { season });
    }

    /// <summary>Reads the widths of a model's file; null where it has none.</summary>
    /// <exception cref="InvalidFileException">They are not those of the model.</exception>
    public static IntervalWidths? ReadFrom(SafetensorsFile file, int horizon, int targets)
    {
        if (!file.Contains(LevelsName))
        {
            return null;
        }

        QuantilePairs pairs;
        try
        {
            pairs = new QuantilePairs(file.ReadDoubles(LevelsName));
        }
        catch (ArgumentException problem)
        {
            throw new InvalidFileException(file.Name, $"its '{LevelsName}' are not levels of intervals: {problem.Message}", problem);
        }

        double[] widths = file.ReadDoubles(WidthsName);
        return widths.LongLength == (long)horizon * targets * pairs.Count && !widths.AsSpan().ContainsAny(double.NaN, double.NegativeInfinity) && file.ReadInt64s(SeasonName) is [>= 1 and <= int.MaxValue and long season]
            ? new IntervalWidths(pairs, widths, targets, (int)season)
            : throw new InvalidFileException(file.Name, $"its '{WidthsName}' do not fit its horizon, targets and levels");
    }
}
