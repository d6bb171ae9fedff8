namespace Cellwright.Tasks.Series;

/// <summary>Levels of quantiles that come in pairs around one half, each pair a central interval; one half itself may be among them.</summary>
internal sealed class QuantilePairs
{
    private const double Tolerance = 1e-9;

    public QuantilePairs(IReadOnlyList<double> levels)
    {
        Levels = [.. levels];
        Forecast.CheckLevels(Levels);
        int count = Levels.Length;
        for (int i = 0; i < count; i++)
        {
            if (Math.Abs(Levels[i] + Levels[count - 1 - i] - 1) > Tolerance)
            {
                throw new ArgumentException("the levels of intervals come in pairs around 0.5, such as 0.1 and 0.9", nameof(levels));
            }
        }

        Count = count / 2;
    }

    /// <summary>The levels, ascending.</summary>
    public double[] Levels { get; }

    /// <summary>How many pairs there are; pair 0 is the widest.</summary>
    public int Count { get; }

    /// <summary>The place of a pair's upper level; its lower one is at the pair's number.</summary>
    public int Upper(int pair) => Levels.Length - 1 - pair;

    /// <summary>The nominal coverage of a pair.</summary>
    public double Coverage(int pair) => Levels[Upper(pair)] - Levels[pair];

    /// <summary>How far an outcome lies outside a pair's quantiles, in units of the scale; negative inside.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="outcome">What came.</param>
    /// <param name="quantiles">The quantiles of one step and target, [levels].</param>
    /// <param name="scale">The scale.</param>
    public double Score(int pair, double outcome, ReadOnlySpan<double> quantiles, double scale) =>
        Math.Max(quantiles[pair] - outcome, outcome - quantiles[Upper(pair)]) / scale;

    /// <summary>Moves both ends of a pair outwards.</summary>
    public void Widen(int pair, double distance, Span<double> quantiles)
    {
        quantiles[pair] -= distance;
        quantiles[Upper(pair)] += distance;
    }

    /// <summary>What a method says of every level: its own quantiles where it has all of these levels, otherwise its point for each.</summary>
    /// <param name="method">The method.</param>
    /// <param name="series">What has been observed.</param>
    /// <param name="horizon">How many steps.</param>
    /// <param name="point">Receives the points, [horizon, targets].</param>
    /// <param name="quantiles">Receives the quantiles, [horizon, targets, levels].</param>
    public void Basis(IForecastMethod method, TimeSeries series, int horizon, Span<double> point, Span<double> quantiles)
    {
        int levels = Levels.Length;
        int[] places = method is IIntervalForecastMethod own ? [.. Levels.Select(level => Place(own.Levels, level))] : [-1];
        if (places.Contains(-1))
        {
            method.Forecast(series, horizon, point);
            for (int i = 0; i < point.Length; i++)
            {
                quantiles.Slice(i * levels, levels).Fill(point[i]);
            }

            return;
        }

        var sure = (IIntervalForecastMethod)method;
        double[] all = new double[point.Length * sure.Levels.Count];
        sure.Forecast(series, horizon, point, all);
        for (int i = 0; i < point.Length; i++)
        {
            for (int level = 0; level < levels; level++)
            {
                quantiles[(i * levels) + level] = all[(i * sure.Levels.Count) + places[level]];
            }
        }
    }

    /// <summary>Puts the quantiles of every step and target in ascending order.</summary>
    public void Sort(Span<double> quantiles)
    {
        for (int i = 0; i < quantiles.Length; i += Levels.Length)
        {
            quantiles.Slice(i, Levels.Length).Sort();
        }
    }

    private static int Place(IReadOnlyList<double> levels, double level)
    {
        for (int i = 0; i < levels.Count; i++)
        {
            if (Math.Abs(levels[i] - level) < Tolerance)
            {
                return i;
            }
        }

        return -1;
    }
}
