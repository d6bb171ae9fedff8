namespace Cellwright.Graphs;

/// <summary>Stub.</summary>
public sealed class Cell
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "cell";

    /// <summary>Graph.</summary>
    public required CellGraph Graph { get; init; }
}
