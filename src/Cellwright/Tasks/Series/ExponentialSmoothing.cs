namespace Cellwright.Tasks.Series;

/// <summary>
/// Simple exponential smoothing, ℓₜ = α yₜ + (1 − α) ℓₜ₋₁, with the α and the first level that make the squared errors of
/// the forecasts one step ahead smallest.
/// </summary>
/// <param name="Alpha">The smoothing, 0.0001 to 0.9999.</param>
/// <param name="Level">The level behind the last value: the forecast of every step.</param>
/// <param name="SquaredErrors">The sum of the squared errors one step ahead.</param>
internal readonly record struct ExponentialSmoothing(double Alpha, double Level, double SquaredErrors)
{
    private const double Lowest = 1e-4;
    private const double Highest = 1 - 1e-4;
    private const int Starts = 25;

    // Golden sections: each leaves 0.618 of the interval, so that 24 leave 1e-5 of it.
    private const int Sections = 24;
    private const double Golden = 0.6180339887498949;

    /// <summary>Fits the smoothing to at least one value.</summary>
    public static ExponentialSmoothing Fit(ReadOnlySpan<double> values)
    {
        const double width = (Highest - Lowest) / (Starts - 1);
        ExponentialSmoothing best = At(values, Lowest);
        for (int start = 1; start < Starts; start++)
        {
            best = Better(best, At(values, Lowest + (start * width)));
        }

        double low = Math.Max(Lowest, best.Alpha - width);
        double high = Math.Min(Highest, best.Alpha + width);
        ExponentialSmoothing left = At(values, high - (Golden * (high - low)));
        ExponentialSmoothing right = At(values, low + (Golden * (high - low)));
        for (int section = 0; section < Sections; section++)
        {
            if (left.SquaredErrors <= right.SquaredErrors)
            {
                (high, right) = (right.Alpha, left);
                left = At(values, high - (Golden * (high - low)));
            }
            else
            {
                (low, left) = (left.Alpha, right);
                right = At(values, low + (Golden * (high - low)));
            }
        }

        return Better(best, Better(left, right));
    }

    /// <summary>The smoothing of one α, with its best first level.</summary>
    public static ExponentialSmoothing At(ReadOnlySpan<double> values, double alpha)
    {
        // The errors are linear in the first level: eₜ = aₜ − bₜ ℓ₀ with bₜ = (1 − α)ᵗ⁻¹ and aₜ the errors from ℓ₀ = y₁,
        // so that the best ℓ₀ − y₁ is Σab / Σb².
        double level = values[0];
        double b = 1;
        double aa = 0;
        double ab = 0;
        double bb = 0;
        foreach (double value in values)
        {
            double a = value - level;
            aa += a * a;
            ab += a * b;
            bb += b * b;
            level += alpha * a;
            b *= 1 - alpha;
            if (b < 1e-150)
            {
                b = 0;
            }
        }

        double first = ab / bb;
        return new ExponentialSmoothing(alpha, level + (b * first), aa - (first * ab));
    }

    private static ExponentialSmoothing Better(ExponentialSmoothing a, ExponentialSmoothing b) => b.SquaredErrors < a.SquaredErrors ? b : a;
}
