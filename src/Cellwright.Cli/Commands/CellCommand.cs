using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell</c>: the commands that look at one cell.</summary>
internal static class CellCommand
{
    public static Command Create() => new ExampleCommand("cell", "Shows, checks, runs or compares cells.", "cellwright cell show lstm")
    {
        CellShowCommand.Create(),
        CellCheckCommand.Create(),
        CellRunCommand.Create(),
        CellCompareCommand.Create(),
    };
}
