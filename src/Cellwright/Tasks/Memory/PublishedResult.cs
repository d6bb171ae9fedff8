namespace Cellwright.Tasks.Memory;

/// <summary>What a paper says about a memory task.</summary>
/// <param name="Source">Who and when, such as <c>Hochreiter and Schmidhuber, 1997</c>.</param>
/// <param name="Setup">What was trained, on what.</param>
/// <param name="Result">The figure, in words.</param>
/// <param name="KnownFrom">Where the figure was found; <see cref="Recalled"/> where nothing but memory served.</param>
public sealed record PublishedResult(string Source, string Setup, string Result, string KnownFrom)
{
    /// <summary>What <see cref="KnownFrom"/> is of a figure that was written from memory: hold it against the paper before citing it.</summary>
    public const string Recalled = "recalled, not looked up";
}
