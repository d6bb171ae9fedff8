using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>import torch</c>: layers from the state_dict of PyTorch's recurrent modules.</summary>
internal static class ImportTorchCommand
{
    private static readonly Argument<string> FileArgument = new("FILE") { Description = "A state_dict: a .pt or .pth file that torch.save wrote, or a safetensors file." };
    private static readonly Option<string> CellOption = new("--cell")
    {
        Description = "What the weights are of: lstm (torch.nn.LSTM), gru (torch.nn.GRU) or elman (torch.nn.RNN).",
        HelpName = "cell",
        Required = true,
    };

    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The safetensors file of layers to write.",
        HelpName = "file",
        Required = true,
    };

    public static Command Create()
    {
        ExampleCommand command = new(
            "torch", "Makes layers from the weights of torch.nn.LSTM, GRU or RNN.", "cellwright import torch weights.pt --cell lstm --out model.safetensors")
        {
            FileArgument, CellOption, OutOption,
        };
        CellOption.AcceptOnlyFromAmong("lstm", "gru", "elman");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        OutputFile.Check(parsed.GetValue(OutOption)!);
        throw new UsageException($"'{parsed.GetValue(FileArgument)}' cannot be imported yet");
    }
}
