namespace Cellwright.Kernels;

/// <summary>
/// Reductions over a row: 16 partial results, by the element's index modulo 16, then one fixed tree, whatever the
/// vector width.
/// </summary>
internal static unsafe class LaneReduction
{
    /// <summary>The number of partial results.</summary>
    public const int Partials = 16;

    /// <summary>Adds the partial sums.</summary>
    public static float Sum(float* partials)
    {
        for (int half = Partials / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                partials[i] += partials[i + half];
            }
        }

        return partials[0];
    }

    /// <summary>The largest of the partial results.</summary>
    public static float Largest(float* partials)
    {
        for (int half = Partials / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                partials[i] = LaneMachine.Maximum(partials[i], partials[i + half]);
            }
        }

        return partials[0];
    }

    /// <summary>Begins a row.</summary>
    public static void Begin(float* partials, float value) => new Span<float>(partials, Partials).Fill(value);
}
