using System.CommandLine;
using System.Globalization;
using Cellwright.Files;
using Cellwright.Interchange;
using Cellwright.Onnx.Import;

namespace Cellwright.Cli.Commands;

/// <summary><c>import onnx</c>: layers from the recurrent nodes of an ONNX file.</summary>
internal static class ImportOnnxCommand
{
    private static readonly Argument<string> FileArgument = new("FILE") { Description = "An ONNX file: RNN, GRU or LSTM nodes one upon the other, with or without an embedding before and a head behind them." };
    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The safetensors file of layers to write.",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string?> WeightsOption = new("--weights")
    {
        Description = "A safetensors file with values for inputs of the graph that are weights, under their names, where the ONNX file leaves them open.",
        HelpName = "file",
    };

    public static Command Create()
    {
        ExampleCommand command = new("onnx", "Makes layers from the recurrent nodes of an ONNX file.", "cellwright import onnx lstm.onnx --out model.safetensors")
        {
            FileArgument, OutOption, WeightsOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string file = parsed.GetValue(FileArgument)!;
        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path, parsed);
        using OnnxModel model = OnnxModel.Load(file, weights: parsed.GetValue(WeightsOption) is { } weights ? ReadWeights(weights) : null);
        try
        {
            model.Save(path);
        }
        catch (NotSupportedException problem)
        {
            throw new UsageException($"{file}: {problem.Message}");
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        foreach (StoredCell cell in model.Cells)
        {
            output.WriteLine($"{cell.Place}: {cell.Name}");
            foreach (string line in cell.Equations)
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }

        if (model.Embedding is { } embedding)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"embedding: {embedding.Rows:N0} symbols, {embedding.Columns} wide"));
        }

        foreach (string left in model.LeftOut)
        {
            output.WriteLine($"left out  {left}");
        }

        int parameters = model.Layers.Parameters.Sum(parameter => parameter.Values.Length) + (model.Embedding?.Values.Length ?? 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote     {path}: input {model.Layers.InputWidth}, output {model.Layers.OutputWidth}, {parameters:N0} parameters"));
        return CommandLine.Success;
    }

    private static Dictionary<string, OnnxValue> ReadWeights(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Tensors.ToDictionary(tensor => tensor.Name, tensor => OnnxValue.Of(file.ReadSingles(tensor.Name), [.. tensor.Shape]));
    }
}
