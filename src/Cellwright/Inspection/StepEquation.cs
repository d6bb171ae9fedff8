namespace Cellwright.Inspection;

/// <summary>One equation at one step, for one unit, with its numbers filled in.</summary>
/// <param name="Name">The signal it computes.</param>
/// <param name="Value">Its value, with the bits of the layer's run.</param>
/// <param name="Mathml">
/// The right side as a <c>math</c> element: names are their values, matrix products theirs, to six digits.
/// </param>
/// <param name="Text">The same as text.</param>
public sealed record StepEquation(string Name, float Value, string Mathml, string Text);
