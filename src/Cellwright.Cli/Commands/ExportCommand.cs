using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>export</c>: writes a model for another program. Each format is a command of its own.</summary>
internal static class ExportCommand
{
    public static Command Create() => new ExampleCommand("export", "Writes a model in the format of another program.", "cellwright export torch model.safetensors --out lstm.pt")
    {
        ExportTorchCommand.Create(),
        ExportOnnxCommand.Create(),
    };
}
