namespace Cellwright.Tasks.Series;

/// <summary>What moved a forecast, and how far back it remembers: the gradient of the forecast's mean by every input in every row.</summary>
/// <param name="Target">The target whose forecast it is.</param>
/// <param name="Steps">How many of its first rows the mean is over.</param>
/// <param name="Rows">How many observed rows were looked at.</param>
/// <param name="Inputs">The inputs, the one of the largest size first.</param>
public sealed record ForecastExplanation(string Target, int Steps, int Rows, IReadOnlyList<InputInfluence> Inputs)
{
    /// <summary>The sizes of all inputs' gradients together in an observed row, [<see cref="Rows"/>]; [0] is the last row.</summary>
    public IReadOnlyList<double> SizeByLag { get; } =
        [.. Enumerable.Range(0, Rows).Select(lag => Inputs.Where(input => input.Kind != InputKind.Ahead).Sum(input => lag < input.Gradients.Count ? Math.Abs(input.Gradients[lag]) : 0.0))];

    /// <summary>The last rows that hold a share of the size of all gradients: how far back the forecast remembers. 0 where nothing moves it.</summary>
    /// <param name="share">The share, above 0 and at most 1.</param>
    public int Memory(double share)
    {
        double total = SizeByLag.Sum();
        double sum = 0.0;
        for (int lag = 0; lag < SizeByLag.Count && total > 0; lag++)
        {
            sum += SizeByLag[lag];
            if (sum >= share * total * (1 - 1e-12))
            {
                return lag + 1;
            }
        }

        return 0;
    }
}
