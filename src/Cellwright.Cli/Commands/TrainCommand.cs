using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>train</c>: the commands that train a model.</summary>
internal static class TrainCommand
{
    public static Command Create() => new ExampleCommand("train", "Trains and saves a model.", "cellwright train text --cell gru --budget 2m")
    {
        TrainTextCommand.Create(),
        TrainSeriesCommand.Create(),
    };
}
