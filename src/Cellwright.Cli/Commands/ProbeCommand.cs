using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>probe</c>: the laboratory of memory and gradients.</summary>
internal static class ProbeCommand
{
    public static Command Create() => new ExampleCommand("probe", "Measures memory and gradients of cells.", "cellwright probe gradients --cells elman,lstm --length 200")
    {
        ProbeGradientsCommand.Create(),
        ProbeMemoryCommand.Create(),
    };
}
