namespace Cellwright.Cli.Charts;

/// <summary>The part of an axis that a chart shows, with round numbers to mark.</summary>
/// <param name="Least">Where it begins.</param>
/// <param name="Most">Where it ends.</param>
/// <param name="Step">The distance between marks.</param>
internal readonly record struct ChartRange(double Least, double Most, double Step)
{
    private static readonly double[] Rounds = [1, 2, 5, 10];

    /// <summary>The marks, from the least to the most.</summary>
    public IEnumerable<double> Marks
    {
        get
        {
            (double least, double most, double step) = this;

            // As round as the step is: 3 × 0.2 is not written 0.6000000000000001.
            int decimals = (int)Math.Clamp(Math.Ceiling(-Math.Log10(step)), 0, 15);
            return Enumerable.Range(0, (int)Math.Round((most - least) / step) + 1).Select(i => Math.Round(least + (i * step), decimals));
        }
    }

    /// <summary>A range from mark to mark around given values.</summary>
    /// <param name="values">The values; those that are not finite do not count.</param>
    /// <param name="marks">About how many steps it should have.</param>
    public static ChartRange Around(IEnumerable<double> values, int marks)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double least = finite.DefaultIfEmpty(0).Min();
        double most = finite.DefaultIfEmpty(1).Max();
        double rough = Math.Max(most - least, 1e-12) / marks;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = unit * Rounds.First(round => round * unit >= rough * 0.999);
        return new ChartRange(Math.Floor(least / step) * step, Math.Max(Math.Ceiling(most / step), Math.Floor(least / step) + 1) * step, step);
    }

    /// <summary>Where a value stands between the ends, 0 to 1.</summary>
    public double Share(double value) => (value - Least) / (Most - Least);
}
