namespace Cellwright.Inspection;

/// <summary>A character that may come next.</summary>
/// <param name="Character">The character.</param>
/// <param name="Probability">What the model gives it, from 0 to 1.</param>
public readonly record struct TextGuess(string Character, double Probability);
