namespace Cellwright.Tasks;

/// <summary>A character, or a byte, that a model wrote, and what it had expected there.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Text">The symbol as <see cref="CharacterVocabulary.Name"/> shows it.</param>
/// <param name="Probability">How likely the model took it to be, before temperature and narrowing.</param>
/// <param name="Drawn">How likely it was to be drawn, after both.</param>
/// <param name="Likeliest">The likeliest symbols there as the model saw it, the likeliest first; of equals the first in the vocabulary.</param>
public sealed record TextChoice(int Symbol, string Text, double Probability, double Drawn, IReadOnlyList<(string Text, double Probability)> Likeliest);
