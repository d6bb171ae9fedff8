using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>The absolute error |output − target|; what it is least for is the median. Its slope where both are equal is 0.</summary>
public sealed class AbsoluteError : SequenceLoss
{
    /// <summary>The loss.</summary>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    public AbsoluteError(int threads = 0)
        : this(WorkerTeam.Default(threads))
    {
    }

    internal AbsoluteError(WorkerTeam team)
        : base(team)
    {
    }

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double difference = (double)outputs[0] - target;

        // What is no number stays none.
        slopes[0] = difference > 0.0 ? 1.0 : difference < 0.0 ? -1.0 : difference;
        return Math.Abs(difference);
    }
}
