namespace Cellwright.Inspection;

/// <summary>How closely one unit of a signal follows a pattern.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Correlation">Pearson's coefficient over the steps, from −1 to 1.</param>
public readonly record struct UnitCorrelation(string Signal, int Unit, double Correlation)
{
    /// <summary>The units of a trace that follow a pattern most closely, with either sign, the closest first. Units and patterns that never change follow nothing.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="pattern">A number for each step.</param>
    /// <param name="count">How many units to give at most.</param>
    /// <param name="sequence">The sequence of the batch.</param>
    /// <exception cref="ArgumentException">The pattern has not a number for each step.</exception>
    public static IReadOnlyList<UnitCorrelation> Strongest(Trace trace, IReadOnlyList<double> pattern, int count, int sequence = 0)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Count != trace.Steps)
        {
            throw new ArgumentException($"the pattern has {pattern.Count} numbers where the trace has {trace.Steps} steps", nameof(pattern));
        }

        double mean = pattern.Count == 0 ? 0 : pattern.Average();
        double[] deviations = [.. pattern.Select(value => value - mean)];
        double spread = Math.Sqrt(deviations.Sum(each => each * each));
        List<UnitCorrelation> found = [];
        foreach (SignalTrace signal in trace.Signals)
        {
            for (int unit = 0; unit < signal.Width; unit++)
            {
                found.Add(new UnitCorrelation(signal.Name, unit, Correlate(signal, unit, trace.Batch, sequence, deviations, spread)));
            }
        }

        return [.. found.Where(each => each.Correlation != 0).OrderByDescending(each => Math.Abs(each.Correlation)).Take(count)];
    }

    private static double Correlate(SignalTrace signal, int unit, int batch, int sequence, double[] deviations, double spread)
    {
        ReadOnlySpan<float> values = signal.Values.Span;
        double mean = 0;
        for (int step = 0; step < deviations.Length; step++)
        {
            mean += values[(((step * batch) + sequence) * signal.Width) + unit] / (double)deviations.Length;
        }

        double square = 0;
        double product = 0;
        for (int step = 0; step < deviations.Length; step++)
        {
            double deviation = values[(((step * batch) + sequence) * signal.Width) + unit] - mean;
            square += deviation * deviation;
            product += deviation * deviations[step];
        }

        double scale = Math.Sqrt(square) * spread;
        return scale > 1e-12 ? product / scale : 0;
    }
}
