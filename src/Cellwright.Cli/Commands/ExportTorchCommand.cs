using System.CommandLine;

namespace Cellwright.Cli.Commands;

/// <summary><c>export torch</c>: a state_dict that PyTorch's recurrent modules load.</summary>
internal static class ExportTorchCommand
{
    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "A model: layers that were imported or saved, or what 'train text' or 'train series' wrote." };
    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The safetensors file to write, with the names of torch.nn.LSTM, GRU or RNN.",
        HelpName = "file",
        Required = true,
    };

    public static Command Create()
    {
        ExampleCommand command = new(
            "torch", "Writes weights that torch.nn.LSTM, GRU or RNN loads.", "cellwright export torch model.safetensors --out lstm.safetensors")
        {
            ModelArgument, OutOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        OutputFile.Check(parsed.GetValue(OutOption)!);
        throw new UsageException($"'{parsed.GetValue(ModelArgument)}' cannot be exported yet");
    }
}
