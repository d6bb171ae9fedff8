using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>The squared error (output − target)²; what it is least for is the mean.</summary>
/// <param name="team">The workers that share the positions.</param>
internal sealed class SquaredError(WorkerTeam team) : SequenceLoss(team)
{
    /// <inheritdoc/>
    protected override double Error(float output, float target, int place, out double slope)
    {
        double difference = (double)output - target;
        slope = 2.0 * difference;
        return difference * difference;
    }
}
