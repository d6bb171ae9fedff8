using System.CommandLine;
using Cellwright.Files;
using Cellwright.Graphs;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell run</c>: runs a cell on given tensors, for whoever checks it against something else.</summary>
internal static class CellRunCommand
{
    private static readonly Argument<string> CellName = CellArgument.Create();
    private static readonly Option<string> TensorsOption = new("--tensors")
    {
        Description = "A safetensors file: inputs [T, B, width] and parameters under their names, and where wanted state.NAME [B, width], lengths [B], and with --backward dy and dstate.NAME.",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The file to write: y, state.NAME, with --trace trace.NAME, with --backward grad.NAME and grad.state.NAME.",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<bool> BackwardOption = new("--backward") { Description = "Also run backward." };
    private static readonly Option<bool> TraceOption = new("--trace") { Description = "Also write every signal of every step." };
    private static readonly Option<int> ThreadsOption = Options.Threads();

    public static Command Create()
    {
        ExampleCommand command = new(
            "run", "Runs a cell on given tensors, forward and backward.", "cellwright cell run gru --tensors in.safetensors --out out.safetensors --backward --trace")
        {
            CellName, TensorsOption, OutOption, BackwardOption, TraceOption, ThreadsOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path);
        Cell cell = CellArgument.Resolve(parsed.GetValue(CellName)!);
        bool backward = parsed.GetValue(BackwardOption);
        using SafetensorsFile file = SafetensorsFile.Open(parsed.GetValue(TensorsOption)!);
        CellTensors tensors = CellTensors.Read(cell, file, backward);
        CellRun.Run(cell, tensors, backward, parsed.GetValue(TraceOption), parsed.GetValue(ThreadsOption)).Save(path);
        return CommandLine.Success;
    }
}
