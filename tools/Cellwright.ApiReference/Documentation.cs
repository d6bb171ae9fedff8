namespace Cellwright.ApiReference;

/// <summary>What is said of a type or member, as Markdown.</summary>
/// <param name="Summary">The summary; empty where there is none.</param>
/// <param name="Parameters">Each parameter that is described.</param>
/// <param name="Rest">Returns, errors, remarks and examples, a paragraph each.</param>
internal sealed record Documentation(string Summary, IReadOnlyList<(string Name, string Text)> Parameters, IReadOnlyList<string> Rest);
