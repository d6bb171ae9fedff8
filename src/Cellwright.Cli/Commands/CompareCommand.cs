using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>compare</c>: the commands that train several models under one budget.</summary>
internal static class CompareCommand
{
    public static Command Create() => new ExampleCommand("compare", "Trains several models under one budget, and says which learnt most.", "cellwright compare text --cells lstm,gru --budget 1m")
    {
        CompareTextCommand.Create(),
    };
}
