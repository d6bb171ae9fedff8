using Cellwright.Graphs;

namespace Cellwright.Cli;

/// <summary>The name that any spelling of it means.</summary>
internal static class CanonicalName
{
    /// <summary>The canonical form of a name, or the name itself where the cell does not know it.</summary>
    public static string Of(Cell cell, string name) => name;
}
