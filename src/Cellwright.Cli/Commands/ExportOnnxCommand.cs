using System.CommandLine;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Cellwright.Tasks;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Commands;

/// <summary><c>export onnx</c>: a model or a cell as an ONNX file.</summary>
internal static class ExportOnnxCommand
{
    private const int DefaultInput = 32;
    private const int DefaultHidden = 64;

    private static readonly Argument<string> ModelArgument = new("MODEL")
    {
        Description = "Layers that were imported or saved, or a model that 'train text' or 'train series' wrote; or a cell, by its name in the zoo or a path to a .cell, .tex or .txt file.",
    };

    private static readonly Option<string> OutOption = new("--out") { Description = "The ONNX file to write.", HelpName = "file", Required = true };
    private static readonly Option<bool> LengthsOption = new("--lengths") { Description = "Add an input 'lengths' for batches whose sequences end at different steps." };
    private static readonly Option<bool> StatelessOption = new("--no-states") { Description = "No states as inputs and outputs: every sequence begins as the cell says." };
    private static readonly Option<bool> ProbabilitiesOption = new("--probabilities") { Description = "Of a text model, give probabilities instead of scores before the softmax." };
    private static readonly Option<bool> ScanOption = new("--scan") { Description = "Write the equations as a Scan also where the cell is ONNX's own LSTM, GRU or RNN." };
    private static readonly Option<string?> TensorsOption = new("--tensors")
    {
        Description = "Of a cell, the file that 'cell run' takes: the parameters are taken from it. Without it they are drawn.",
        HelpName = "file",
    };

    private static readonly Option<int?> InputOption = Options.OptionalWhole("--input", $"Of a cell whose parameters are drawn, the width of its input; {DefaultInput} unless told otherwise.", 1, 65536);
    private static readonly Option<int?> HiddenOption = Options.OptionalWhole("--hidden", $"Of a cell whose parameters are drawn, the width of its signals; {DefaultHidden} unless told otherwise.", 1, 65536);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<ulong> SeedOption = Options.Seed();

    public static Command Create()
    {
        ExampleCommand command = new("onnx", "Writes a model or a cell as an ONNX file.", "cellwright export onnx model.safetensors --out model.onnx --probabilities")
        {
            ModelArgument, OutOption, LengthsOption, StatelessOption, ProbabilitiesOption, ScanOption, TensorsOption, InputOption, HiddenOption, SizeOption, SeedOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(OutOption)!;
        OutputFile.Check(path, parsed);
        OnnxExportOptions options = new()
        {
            Lengths = parsed.GetValue(LengthsOption),
            States = !parsed.GetValue(StatelessOption),
            Probabilities = parsed.GetValue(ProbabilitiesOption),
            Operators = !parsed.GetValue(ScanOption),
        };
        (OnnxExport export, string what) = Export(parsed, options);
        export.Save(path);

        TextWriter output = parsed.InvocationConfiguration.Output;
        output.WriteLine($"{what}, written to {path} as {string.Join(", ", export.Operators)}");
        OutputTable table = new("", "name, type and shape");
        foreach (string input in export.Inputs)
        {
            table.Add("in", input);
        }

        foreach (string result in export.Outputs)
        {
            table.Add("out", result);
        }

        table.Write(output);
        return CommandLine.Success;
    }

    private static (OnnxExport Export, string What) Export(ParseResult parsed, OnnxExportOptions options)
    {
        string name = parsed.GetValue(ModelArgument)!;
        if (KindOf(name) is not { } kind)
        {
            RefuseProbabilities(options);
            return ExportCell(parsed, name, options);
        }

        if (parsed.GetValue(TensorsOption) is not null || parsed.GetValue(InputOption) is not null || parsed.GetValue(HiddenOption) is not null || parsed.GetValue(SizeOption)!.Count > 0)
        {
            throw new UsageException($"--tensors, --input, --hidden and --size go with a cell; '{name}' is a model, which has its sizes and values");
        }

        switch (kind)
        {
            case "text":
                using (TextModel model = TextModel.Open(name, threads: 1))
                {
                    return (OnnxExport.Of(model, options), $"a text model of {model.ParameterCount} parameters");
                }

            case "series":
                RefuseProbabilities(options);
                if (options.Lengths)
                {
                    throw new UsageException("--lengths goes with text models and cells; all windows of a series model are as long");
                }

                using (Forecaster model = Forecaster.Load(name))
                {
                    return (OnnxExport.Of(model, options), $"a series model of {model.ParameterCount} parameters");
                }

            case "layers":
                RefuseProbabilities(options);
                using (LayerStack layers = LayerStack.Open(name, threads: 1))
                {
                    return (OnnxExport.Of(layers, options), $"layers of {layers.Parameters.Sum(parameter => (long)parameter.Values.Length)} parameters");
                }

            default:
                throw new InvalidFileException(name, "it holds tensors but no model; give layers that were imported or saved, a file that 'train text' or 'train series' wrote, or the name of a cell");
        }
    }

    // What a model's file says it is, empty where it says nothing; null where the word means a cell.
    private static string? KindOf(string name)
    {
        bool isFile = name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || (File.Exists(name) && !CellArgument.IsCellFile(name) && !Cell.Names.Contains(name));
        if (!isFile)
        {
            return null;
        }

        if (!File.Exists(name))
        {
            throw new InvalidFileException(name, Directory.Exists(name) ? "it is a folder; give the file of a model" : "there is no such file; give a model, or the name of a cell");
        }

        using SafetensorsFile file = SafetensorsFile.Open(name);
        return file.Metadata.GetValueOrDefault("cellwright.model", string.Empty);
    }

    private static void RefuseProbabilities(OnnxExportOptions options)
    {
        if (options.Probabilities)
        {
            throw new UsageException("--probabilities goes with text models only");
        }
    }

    private static (OnnxExport Export, string What) ExportCell(ParseResult parsed, string name, OnnxExportOptions options)
    {
        Cell cell = CellArgument.Resolve(name);
        if (parsed.GetValue(TensorsOption) is not { } path)
        {
            int input = parsed.GetValue(InputOption) ?? DefaultInput;
            Dictionary<string, int> others = parsed.GetValue(SizeOption)!;
            int hidden = parsed.GetValue(HiddenOption) ?? CellArgument.FittingHidden(cell, input, DefaultHidden, others);
            using Layer drawn = new(cell, CellArgument.Sizes(cell, input, hidden, others), threads: 1);
            ulong seed = parsed.GetValue(SeedOption);
            drawn.Initialize(seed);
            return (OnnxExport.Of(drawn, options), FormattableString.Invariant($"the cell {cell.Name} with untrained values drawn from seed {seed}"));
        }

        if (parsed.GetValue(InputOption) is not null || parsed.GetValue(HiddenOption) is not null || parsed.GetValue(SizeOption)!.Count > 0)
        {
            throw new UsageException("the tensors say how large everything is; leave --input, --hidden and --size out");
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        CellTensors tensors = CellTensors.Read(cell, file, backward: true);
        using Layer layer = new(cell, tensors.Sizes, threads: 1);
        foreach (Parameter parameter in layer.Parameters)
        {
            tensors[parameter.Name].CopyTo(parameter.Values);
        }

        layer.Load();
        return (OnnxExport.Of(layer, options), $"the cell {cell.Name} with the values of {path}");
    }
}
