using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// Huber's error (1964): half the squared difference up to a threshold, from there on a straight line, so that outliers pull no
/// harder than what lies at the threshold.
/// </summary>
public sealed class HuberError : SequenceLoss
{
    private readonly double threshold;

    /// <summary>The loss.</summary>
    /// <param name="threshold">The difference at which the line begins; above 0.</param>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not above 0.</exception>
    public HuberError(double threshold = 1.0, int threads = 0)
        : this(threshold, WorkerTeam.Default(threads))
    {
    }

    internal HuberError(double threshold, WorkerTeam team)
        : base(team)
    {
        this.threshold = threshold > 0.0 && double.IsFinite(threshold)
            ? threshold
            : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "the threshold of Huber's error is above 0");
    }

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double difference = (double)outputs[0] - target;
        slopes[0] = Math.Clamp(difference, -threshold, threshold);
        double distance = Math.Abs(difference);
        return distance <= threshold ? 0.5 * difference * difference : threshold * (distance - (0.5 * threshold));
    }
}
