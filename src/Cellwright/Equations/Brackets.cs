namespace Cellwright.Equations;

/// <summary>How many brackets printed equations have.</summary>
public enum Brackets
{
    /// <summary>Those that a reader needs.</summary>
    Few,

    /// <summary>One around every operation inside another, so that nothing is left to rules.</summary>
    All,
}
