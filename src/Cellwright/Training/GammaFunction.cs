using Cellwright.Randomness;

namespace Cellwright.Training;

/// <summary>The logarithm of the gamma function by Stirling's series, from operations that give the same bits on every machine.</summary>
internal static class GammaFunction
{
    private const double HalfLogTwoPi = 0.91893853320467274;
    private const double Far = 10.0;

    /// <summary>log Γ(x) and its derivative (the digamma function) for x above 0; errors below 1e-13 of max(1, the value).</summary>
    public static (double Value, double Slope) Log(double x)
    {
        // Γ(x) = Γ(x + 1)/x, until the series converges.
        double product = 1.0;
        double slope = 0.0;
        for (; x < Far; x++)
        {
            product *= x;
            slope -= 1.0 / x;
        }

        double inverse = 1.0 / x;
        double square = inverse * inverse;
        double log = PortableMath.Log(x);
        double series = inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square * (1.0 / 1188)))))))));
        double slopeSeries = square * ((1.0 / 12) - (square * ((1.0 / 120) - (square * ((1.0 / 252) - (square * ((1.0 / 240) - (square / 132))))))));
        return (((x - 0.5) * log) - x + HalfLogTwoPi + series - PortableMath.Log(product), slope + log - (0.5 * inverse) - slopeSeries);
    }
}
