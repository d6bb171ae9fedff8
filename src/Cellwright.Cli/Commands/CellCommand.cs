using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell</c>: the commands that look at one cell.</summary>
internal static class CellCommand
{
    public static Command Create() => new ExampleCommand("cell", "Shows, checks or runs one cell.", "cellwright cell show lstm")
    {
        CellShowCommand.Create(),
        CellCheckCommand.Create(),
        CellRunCommand.Create(),
    };
}
