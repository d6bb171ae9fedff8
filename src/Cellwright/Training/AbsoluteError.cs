using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>The absolute error |output − target|; what it is least for is the median. Its slope where both are equal is 0.</summary>
/// <param name="team">The workers that share the positions.</param>
internal sealed class AbsoluteError(WorkerTeam team) : SequenceLoss(team)
{
    /// <inheritdoc/>
    protected override double Error(float output, float target, int place, out double slope)
    {
        double difference = (double)output - target;

        // What is no number stays none.
        slope = difference > 0.0 ? 1.0 : difference < 0.0 ? -1.0 : difference;
        return Math.Abs(difference);
    }
}
