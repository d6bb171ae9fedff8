using Cellwright.Kernels;
using Cellwright.Randomness;

namespace Cellwright.Training;

/// <summary>
/// The cross-entropy, in nats, of one choice of two: an output is a score whose logistic function is the probability of
/// the target 1. Several outputs beside each other may be right at once, unlike in a softmax.
/// </summary>
public sealed class LogisticError : SequenceLoss
{
    /// <summary>The loss.</summary>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    public LogisticError(int threads = 0)
        : this(WorkerTeam.Default(threads))
    {
    }

    internal LogisticError(WorkerTeam team)
        : base(team)
    {
    }

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double score = outputs[0];
        double small = PortableMath.Exp(-Math.Abs(score));
        double probability = (score < 0 ? small : 1.0) / (1.0 + small);
        slopes[0] = probability - target;

        // log(1 + e^score) − target · score, with the exponential of a number that is not positive.
        return Math.Max(score, 0.0) - (target * score) + PortableMath.Log(1.0 + small);
    }
}
