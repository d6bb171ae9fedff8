using Cellwright.Inspection;

namespace Cellwright.Studio.Training;

/// <summary>How a signal's values lie: the share of them in each of equal parts of its range.</summary>
/// <param name="Name">The signal.</param>
/// <param name="Least">The lower end of the range.</param>
/// <param name="Most">The upper end.</param>
/// <param name="Shares">The shares.</param>
internal sealed record GateView(string Name, double Least, double Most, IReadOnlyList<double> Shares)
{
    private const int Bins = 24;

    // Gates lie from 0 to 1, what is squashed from −1 to 1; anything wider is cut to the widest value.
    public static GateView Of(SignalTrace signal)
    {
        float least = 0;
        float most = 1;
        foreach (float value in signal.Values.Span)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        double bound = Math.Max(1, Math.Ceiling(Math.Max(-least, most)));
        (double low, double high) = (least < 0 ? -bound : 0, bound);
        double[] shares = new double[Bins];
        foreach (float value in signal.Values.Span)
        {
            int bin = (int)((value - low) / (high - low) * Bins);
            shares[Math.Clamp(bin, 0, Bins - 1)] += 1.0 / signal.Values.Length;
        }

        return new GateView(signal.Name, low, high, [.. shares.Select(share => Math.Round(share, 4))]);
    }
}
