using Cellwright.Graphs;

namespace Cellwright.Cli;

/// <summary>A cell's equations as text.</summary>
internal static class CellText
{
    /// <summary>The equations as they were understood.</summary>
    public static string Understood(Cell cell) => cell.Text;
}
