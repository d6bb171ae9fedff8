using System.CommandLine;
using System.Globalization;
using Cellwright.Interchange;

namespace Cellwright.Cli.Commands;

/// <summary><c>import torch</c>: layers from the state_dict of PyTorch's recurrent modules.</summary>
internal static class ImportTorchCommand
{
    private const int MostListed = 8;

    private static readonly Argument<string> FileArgument = new("FILE") { Description = "A state_dict: a .pt or .pth file that torch.save wrote, or a safetensors file." };
    private static readonly Option<string> CellOption = new("--cell")
    {
        Description = "What the weights are of, which the file does not say: lstm, gru, elman (RNN with tanh) or elman-relu (RNN with relu).",
        HelpName = "cell",
        Required = true,
    };

    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The safetensors file of layers to write.",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string?> PrefixOption = new("--prefix")
    {
        Description = "What stands before the module's names, such as encoder.rnn; needed where the file has several. [default: found]",
        HelpName = "name",
    };

    public static Command Create()
    {
        ExampleCommand command = new(
            "torch", "Makes layers from the weights of torch.nn.LSTM, GRU or RNN.", "cellwright import torch weights.pt --cell lstm --out model.safetensors")
        {
            FileArgument, CellOption, OutOption, PrefixOption,
        };
        CellOption.AcceptOnlyFromAmong([.. TorchImport.Cells]);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path, parsed);
        TorchImport import = TorchImport.Read(parsed.GetValue(FileArgument)!, parsed.GetValue(CellOption)!, parsed.GetValue(PrefixOption));
        using (import.Stack)
        {
            import.Stack.Save(path);
            TextWriter output = parsed.InvocationConfiguration.Output;
            string prefix = import.Prefix.Length == 0 ? string.Empty : $", under the prefix '{import.Prefix}'";
            output.WriteLine($"read      {import.Module}{prefix}");
            if (import.LeftOut.Count > 0)
            {
                output.WriteLine($"left out  {string.Join(", ", import.LeftOut.Take(MostListed))}{(import.LeftOut.Count > MostListed ? string.Create(CultureInfo.InvariantCulture, $" and {import.LeftOut.Count - MostListed} more") : string.Empty)}");
            }

            int parameters = import.Stack.Parameters.Sum(parameter => parameter.Values.Length);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote     {path}: input {import.Stack.InputWidth}, output {import.Stack.OutputWidth}, {parameters:N0} parameters"));
        }

        return CommandLine.Success;
    }
}
