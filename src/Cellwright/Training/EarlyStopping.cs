namespace Cellwright.Training;

/// <summary>Remembers the best validation, and ends training where it is too long ago (Prechelt, 1998).</summary>
/// <param name="patience">After how many validations in a row that were no better training ends; 0 for never.</param>
internal sealed class EarlyStopping(int patience)
{
    /// <summary>The lowest loss so far.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The step of the lowest loss; 0 before the first validation.</summary>
    public int BestStep { get; private set; }

    /// <summary>The validations since then.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether training ends.</summary>
    public bool IsOver => patience > 0 && Waited >= patience;

    /// <summary>Whether a loss is lower than all before; one that is no number is not.</summary>
    public bool IsBetter(double loss) => loss < BestLoss;

    /// <summary>Takes note of a validation.</summary>
    public void Note(int step, double loss)
    {
        if (IsBetter(loss))
        {
            (BestLoss, BestStep, Waited) = (loss, step, 0);
        }
        else
        {
            Waited++;
        }
    }

    /// <summary>All it knows, for checkpoints.</summary>
    public double[] Save() => [BestLoss, BestStep, Waited];

    /// <summary>Goes on from what <see cref="Save"/> gave.</summary>
    public void Resume(ReadOnlySpan<double> saved) => (BestLoss, BestStep, Waited) = (saved[0], (int)saved[1], (int)saved[2]);
}
