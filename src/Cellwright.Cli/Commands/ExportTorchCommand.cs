using System.CommandLine;
using Cellwright.Files;
using Cellwright.Interchange;

namespace Cellwright.Cli.Commands;

/// <summary><c>export torch</c>: a state_dict that PyTorch's recurrent modules load.</summary>
internal static class ExportTorchCommand
{
    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "A model: layers that were imported or saved, or what 'train text' or 'train series' wrote." };
    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The file to write: .pt and .pth are for torch.load, anything else is safetensors.",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string> TypeOption = new("--type")
    {
        Description = "How numbers are stored: as they are, wider, or rounded to the nearest.",
        HelpName = "type",
        DefaultValueFactory = _ => "float32",
    };

    public static Command Create()
    {
        ExampleCommand command = new(
            "torch", "Writes weights that torch.nn.LSTM, GRU or RNN loads.", "cellwright export torch model.safetensors --out lstm.pt")
        {
            ModelArgument, OutOption, TypeOption,
        };
        TypeOption.AcceptOnlyFromAmong("float32", "float64", "float16", "bfloat16");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path, parsed);
        TorchExport export = Read(parsed.GetValue(ModelArgument)!);
        export.Save(path, parsed.GetValue(TypeOption) switch
        {
            "float64" => SafetensorsType.Float64,
            "float16" => SafetensorsType.Float16,
            "bfloat16" => SafetensorsType.BFloat16,
            _ => SafetensorsType.Float32,
        });
        TextWriter output = parsed.InvocationConfiguration.Output;
        output.WriteLine($"# Wrote {path}: {export.Module}.{(export.Note is null ? string.Empty : " " + export.Note)} To load it:");
        foreach (string line in export.Python(path))
        {
            output.WriteLine(line);
        }

        return CommandLine.Success;
    }

    private static TorchExport Read(string model)
    {
        try
        {
            return TorchExport.Open(model);
        }
        catch (NotSupportedException problem)
        {
            throw new UsageException($"{model} cannot be exported to PyTorch: {problem.Message}", problem);
        }
    }
}
