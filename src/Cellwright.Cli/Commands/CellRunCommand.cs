using System.CommandLine;
using Cellwright.Files;
using Cellwright.Graphs;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell run</c>: runs a cell on given tensors, for whoever checks it against something else.</summary>
internal static class CellRunCommand
{
    private static readonly Argument<string> CellName = new("CELL")
    {
        Description = "A cell of the zoo ('cellwright cells' lists them), a path to a .cell, .tex or .txt file, or a .safetensors file of layers, whose parameters are its own.",
    };

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
        OutputFile.Check(path, parsed);
        bool backward = parsed.GetValue(BackwardOption);
        string name = parsed.GetValue(CellName)!;
        if (StackRun.IsModel(name))
        {
            RunLayers(parsed, name, backward).Save(path);
            return CommandLine.Success;
        }

        Cell cell = CellArgument.Resolve(name);
        using SafetensorsFile file = SafetensorsFile.Open(parsed.GetValue(TensorsOption)!);
        CellTensors tensors = CellTensors.Read(cell, file, backward);
        CellRun.Run(cell, tensors, backward, parsed.GetValue(TraceOption), parsed.GetValue(ThreadsOption)).Save(path);
        return CommandLine.Success;
    }

    private static SafetensorsWriter RunLayers(ParseResult parsed, string model, bool backward)
    {
        if (parsed.GetValue(TraceOption))
        {
            throw new UsageException("--trace is for a cell; layers of a file are run without it");
        }

        using SafetensorsFile file = SafetensorsFile.Open(parsed.GetValue(TensorsOption)!);
        return StackRun.Run(model, file, backward, parsed.GetValue(ThreadsOption));
    }
}
