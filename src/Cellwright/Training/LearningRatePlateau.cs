namespace Cellwright.Training;

/// <summary>
/// Lowers the learning rate where validation no longer gets better. Its <see cref="State"/> goes on from one validation
/// to the next; the rate of a step is that of a <see cref="LearningRateSchedule"/> times the state's share.
/// </summary>
internal sealed class LearningRatePlateau
{
    /// <summary>What the share is multiplied by where validation stands still; above 0 and below 1.</summary>
    public double Factor { get; init; } = 0.5;

    /// <summary>How many validations in a row may be no better before the next such one lowers the rate.</summary>
    public int Patience { get; init; } = 2;

    /// <summary>By what share of the best loss the next has to be lower to be better.</summary>
    public double Threshold { get; init; } = 1e-3;

    /// <summary>The lowest share.</summary>
    public double Floor { get; init; } = 1e-3;

    /// <summary>What it knows; to be written to a checkpoint and set from it.</summary>
    public PlateauState State { get; set; } = PlateauState.Initial;

    /// <summary>Takes note of a validation loss.</summary>
    /// <param name="loss">The loss; one that is no number is no better than any.</param>
    /// <returns>Whether the rate is lower from now on.</returns>
    public bool Note(double loss)
    {
        // Of a loss below 0 a share of its size, too, is what it has to get lower by.
        bool better = double.IsPositiveInfinity(State.Best) ? loss < State.Best : loss < State.Best - (Threshold * Math.Abs(State.Best));
        if (better)
        {
            State = State with { Best = loss, Waited = 0 };
            return false;
        }

        if (State.Waited < Patience)
        {
            State = State with { Waited = State.Waited + 1 };
            return false;
        }

        double share = Math.Max(Floor, State.Share * Factor);
        bool lower = share < State.Share;
        State = State with { Waited = 0, Share = share };
        return lower;
    }
}
