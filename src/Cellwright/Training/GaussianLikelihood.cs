using Cellwright.Kernels;
using Cellwright.Randomness;

namespace Cellwright.Training;

/// <summary>
/// The negative log-likelihood of a normal distribution. A target has two outputs: the mean, and a number whose
/// <see cref="PositiveScale"/> is the deviation.
/// </summary>
public sealed class GaussianLikelihood : SequenceLoss
{
    private const double HalfLogTwoPi = 0.91893853320467274;

    /// <summary>The loss.</summary>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    public GaussianLikelihood(int threads = 0)
        : this(WorkerTeam.Default(threads))
    {
    }

    internal GaussianLikelihood(WorkerTeam team)
        : base(team)
    {
    }

    /// <inheritdoc/>
    public override int OutputsPerTarget => 2;

    private protected override int ErrorsPerTarget => 1;

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double scale = PositiveScale.Of(outputs[1], out double scaleSlope);
        double z = (outputs[0] - (double)target) / scale;
        slopes[0] = z / scale;
        slopes[1] = (1.0 - (z * z)) / scale * scaleSlope;
        return double.IsFinite(scale) ? PortableMath.Log(scale) + (0.5 * z * z) + HalfLogTwoPi : double.NaN;
    }
}
