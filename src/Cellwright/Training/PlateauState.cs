namespace Cellwright.Training;

/// <summary>What a <see cref="LearningRatePlateau"/> carries from one validation to the next.</summary>
/// <param name="Best">The lowest loss so far.</param>
/// <param name="Waited">How many validations since then, or since the rate was last lowered, were no better.</param>
/// <param name="Share">What the learning rate is multiplied by.</param>
internal readonly record struct PlateauState(double Best, int Waited, double Share)
{
    /// <summary>Before the first validation.</summary>
    public static PlateauState Initial { get; } = new(double.PositiveInfinity, 0, 1.0);
}
