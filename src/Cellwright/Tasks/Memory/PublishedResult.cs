namespace Cellwright.Tasks.Memory;

/// <summary>What a paper says about a memory task.</summary>
/// <param name="Source">Who and when, such as <c>Hochreiter and Schmidhuber, 1997</c>.</param>
/// <param name="Setup">What was trained, on what.</param>
/// <param name="Result">The figure, in words.</param>
public sealed record PublishedResult(string Source, string Setup, string Result);
