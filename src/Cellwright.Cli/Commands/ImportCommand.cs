using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>import</c>: makes a model of ours from a file of another program. Each format is a command of its own.</summary>
internal static class ImportCommand
{
    public static Command Create() => new ExampleCommand("import", "Makes a model from a file of another program.", "cellwright import torch weights.pt --cell lstm --out model.safetensors")
    {
        ImportTorchCommand.Create(),
        ImportOnnxCommand.Create(),
    };
}
