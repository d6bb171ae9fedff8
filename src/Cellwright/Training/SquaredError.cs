using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>The squared error (output − target)²; what it is least for is the mean.</summary>
public sealed class SquaredError : SequenceLoss
{
    /// <summary>The loss.</summary>
    /// <param name="threads">How many threads share the positions, 0 for one per processor; no result depends on it.</param>
    public SquaredError(int threads = 0)
        : this(WorkerTeam.Default(threads))
    {
    }

    internal SquaredError(WorkerTeam team)
        : base(team)
    {
    }

    /// <inheritdoc/>
    private protected override double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes)
    {
        double difference = (double)outputs[0] - target;
        slopes[0] = 2.0 * difference;
        return difference * difference;
    }
}
