using Cellwright.Kernels;
using Cellwright.Randomness;

namespace Cellwright.Training;

/// <summary>
/// The negative log-likelihood of Student's t distribution, whose tails are heavier than the normal one's. A target has
/// three outputs: the location, and two numbers whose <see cref="PositiveScale"/> is the scale and, above 2, the degrees
/// of freedom, so that the variance is finite.
/// </summary>
public sealed class StudentLikelihood : SequenceLoss
{
    /// <summary>What the degrees of freedom are above.</summary>
    public const double LeastFreedom = 2.0;

    private const double HalfLogPi = 0.57236494292470009;

    /// <summary>The loss.</summary>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    public StudentLikelihood(int threads = 0)
        : this(WorkerTeam.Default(threads))
    {
    }

    internal StudentLikelihood(WorkerTeam team)
        : base(team)
    {
    }

    /// <inheritdoc/>
    public override int OutputsPerTarget => 3;

    private protected override int ErrorsPerTarget => 1;

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double scale = PositiveScale.Of(outputs[1], out double scaleSlope);
        double freedom = LeastFreedom + PositiveScale.Of(outputs[2], out double freedomSlope);
        double z = (outputs[0] - (double)target) / scale;
        double square = z * z / freedom;
        if (!double.IsFinite(square) || !double.IsFinite(freedom))
        {
            slopes.Fill(double.NaN);
            return double.NaN;
        }

        double half = 0.5 * (freedom + 1.0);
        double log = PortableMath.Log(1.0 + square);
        double pull = 2.0 * half * z / (freedom * (1.0 + square));
        slopes[0] = pull / scale;
        slopes[1] = (1.0 - (pull * z)) / scale * scaleSlope;
        (double above, double slopeAbove) = GammaFunction.Log(half);
        (double below, double slopeBelow) = GammaFunction.Log(0.5 * freedom);
        slopes[2] = freedomSlope * ((0.5 * (slopeBelow - slopeAbove + log + (1.0 / freedom))) - (half * square / (freedom * (1.0 + square))));
        return below - above + HalfLogPi + (0.5 * PortableMath.Log(freedom)) + PortableMath.Log(scale) + (half * log);
    }
}
