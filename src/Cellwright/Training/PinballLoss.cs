using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// The pinball loss (Koenker and Bassett, 1978): an output for quantile q costs q for each unit that it lies below the
/// target and 1 − q for each above, and is least for that quantile. A target's outputs stand side by side, one for each
/// quantile. The slope where an output equals its target is 0.
/// </summary>
public sealed class PinballLoss : SequenceLoss
{
    private readonly double[] quantiles;

    /// <summary>The loss for some quantiles.</summary>
    /// <param name="quantiles">The quantiles, each above 0 and below 1, in the order of the outputs.</param>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    /// <exception cref="ArgumentException">There is no quantile, or one is not above 0 and below 1.</exception>
    public PinballLoss(ReadOnlySpan<double> quantiles, int threads = 0)
        : this(quantiles, WorkerTeam.Default(threads))
    {
    }

    /// <summary>The loss for some quantiles.</summary>
    /// <param name="quantiles">The quantiles, each above 0 and below 1, in the order of the outputs.</param>
    /// <param name="team">The workers that share the positions.</param>
    internal PinballLoss(ReadOnlySpan<double> quantiles, WorkerTeam team)
        : base(team)
    {
        if (quantiles.IsEmpty)
        {
            throw new ArgumentException("a pinball loss needs a quantile, such as 0.5", nameof(quantiles));
        }

        foreach (double quantile in quantiles)
        {
            if (!(quantile > 0.0 && quantile < 1.0))
            {
                throw new ArgumentOutOfRangeException(nameof(quantiles), quantile, "a quantile is above 0 and below 1");
            }
        }

        this.quantiles = quantiles.ToArray();
    }

    /// <inheritdoc/>
    public override int OutputsPerTarget => quantiles.Length;

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double sum = 0.0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double missing = (double)target - outputs[i];
            double quantile = quantiles[i];

            // 0, or no number, where neither is the larger.
            slopes[i] = missing > 0.0 ? -quantile : missing < 0.0 ? 1.0 - quantile : missing;
            sum += missing > 0.0 ? quantile * missing : missing < 0.0 ? (quantile - 1.0) * missing : missing;
        }

        return sum;
    }
}
