using Cellwright.Files;

namespace Cellwright.Training;

/// <summary>
/// Says from which validation on weights are averaged: where the loss is higher than the lowest of those more than
/// <see cref="Patience"/> validations before (non-monotonically triggered averaging: Merity, Keskar and Socher, 2018).
/// </summary>
internal sealed class AverageTrigger
{
    /// <summary>The latest validations that are not looked at.</summary>
    public const int Patience = 5;

    private const string LossesName = "update.trigger";

    private readonly List<double> losses = [];

    /// <summary>Whether weights are averaged now.</summary>
    public bool IsTriggered { get; private set; }

    /// <summary>Takes note of a validation.</summary>
    /// <param name="loss">The loss; one that is no number triggers nothing.</param>
    public void Note(double loss)
    {
        IsTriggered |= losses.Count > Patience && loss > losses.Take(losses.Count - Patience).Min();
        losses.Add(loss);
    }

    /// <summary>Adds what it knows to a checkpoint.</summary>
    public void AddTo(SafetensorsWriter checkpoint)
    {
        double[] known = [IsTriggered ? 1.0 : 0.0, .. losses];
        checkpoint.Add(LossesName, [known.Length], known);
    }

    /// <summary>Goes back to where a checkpoint was written.</summary>
    /// <exception cref="InvalidFileException">The checkpoint has none.</exception>
    public void ReadFrom(SafetensorsFile checkpoint)
    {
        double[] known = checkpoint.ReadDoubles(LossesName);
        if (known.Length == 0)
        {
            throw new InvalidFileException(checkpoint.Name, $"its '{LossesName}' is empty; start the run again");
        }

        IsTriggered = known[0] != 0.0;
        losses.Clear();
        losses.AddRange(known.AsSpan(1));
    }
}
