using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>
/// How a state tells the tariff: by the unit that follows it best, of the cell state where there is one, and by all units together in a linear map. Unit and map are
/// those of the markets for choosing; the correlations are those of the markets they are held against.
/// </summary>
internal sealed class TariffMemory
{
    private readonly int unit;
    private readonly double[] map;

    private TariffMemory(string name, int unit, double[] map) => (Unit, this.unit, this.map) = (name, unit, map);

    /// <summary>The unit's name.</summary>
    public string Unit { get; }

    /// <summary>The correlation of the unit with the tariff.</summary>
    public double Correlation { get; private init; }

    /// <summary>The correlation of the linear map of all units with the tariff.</summary>
    public double Readout { get; private init; }

    /// <summary>Finds the unit and fits the map.</summary>
    /// <param name="trace">The states.</param>
    /// <param name="tariffs">The tariff in force behind each, [markets][days].</param>
    public static TariffMemory Of(TariffTrace trace, double[][] tariffs)
    {
        int units = trace.Units.Count;
        double[] flat = [.. tariffs.SelectMany(market => market)];
        float[][] states = [.. trace.States.SelectMany(market => market)];
        int[] memory = [.. Enumerable.Range(0, units).Where(each => trace.Units[each].Contains(".c[", StringComparison.Ordinal))];
        int best = (memory.Length > 0 ? memory : Enumerable.Range(0, units)).MaxBy(each => Math.Abs(Between([.. states.Select(state => (double)state[each])], flat)));

        // Ridge regression with a constant; the penalty only keeps the equations solvable.
        double[][] products = [.. Enumerable.Range(0, units + 1).Select(row => new double[row + 1])];
        double[] map = new double[units + 1];
        for (int day = 0; day < states.Length; day++)
        {
            for (int row = 0; row <= units; row++)
            {
                double value = row == units ? 1 : states[day][row];
                map[row] += value * flat[day];
                for (int column = 0; column <= row; column++)
                {
                    products[row][column] += value * (column == units ? 1 : states[day][column]);
                }
            }
        }

        for (int row = 0; row <= units; row++)
        {
            products[row][row] += 1e-3 * states.Length / units;
        }

        Cholesky.Factor(products)!.Solve(map);
        return new TariffMemory(trace.Units[best], best, map);
    }

    /// <summary>The same unit and map, held against other markets.</summary>
    public TariffMemory On(TariffTrace trace, double[][] tariffs)
    {
        double[] flat = [.. tariffs.SelectMany(market => market)];
        int[] markets = [.. Enumerable.Range(0, tariffs.Length)];
        return new TariffMemory(Unit, unit, map)
        {
            Correlation = Between([.. markets.SelectMany(market => UnitOf(trace, market))], flat),
            Readout = Between([.. markets.SelectMany(market => ReadoutOf(trace, market))], flat),
        };
    }

    /// <summary>The unit's value behind each day of a market.</summary>
    public double[] UnitOf(TariffTrace trace, int market) => UnitOf(trace.States[market]);

    /// <summary>The unit's value in each state.</summary>
    public double[] UnitOf(float[][] states) => [.. states.Select(state => (double)state[unit])];

    /// <summary>What the linear map says of the tariff behind each day of a market.</summary>
    public double[] ReadoutOf(TariffTrace trace, int market) => [.. trace.States[market].Select(state => map[^1] + state.Select((value, i) => map[i] * value).Sum())];

    private static double Between(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double both = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        double scale = Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
        return scale > 0 ? both / scale : 0;
    }
}
