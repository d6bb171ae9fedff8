using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Files;
using Cellwright.Interchange;
using Cellwright.Onnx.Import;

namespace Cellwright.Cli.Commands;

/// <summary><c>inspect</c>: what is in a file.</summary>
internal static class InspectCommand
{
    private const int StartLength = 16;

    // The first that matches reads the file.
    private static readonly IModelFormat[] Formats = [new TorchFormat(), new OnnxModelFormat(), new SafetensorsFormat()];

    private static readonly Argument<string> FileArgument = new("FILE") { Description = "A model file." };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new("inspect", "Says what is in a file: tensors, shapes, types, metadata, equations.", "cellwright inspect model.safetensors")
        {
            FileArgument, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(FileArgument)!;
        FileContents contents = FormatOf(path).Inspect(path);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    file = path,
                    format = contents.Format,
                    tensors = contents.Tensors.Select(tensor => new { name = tensor.Name, type = tensor.Type, shape = tensor.Shape }),
                    metadata = contents.Metadata,
                    cells = contents.Cells.Select(cell => new { place = cell.Place, name = cell.Name, equations = cell.Equations }),
                    operators = contents.Operators.Select(each => new { name = each.Key, count = each.Value }),
                },
                JsonStyle.Options));
            return CommandLine.Success;
        }

        Write(output, path, contents);
        return CommandLine.Success;
    }

    private static IModelFormat FormatOf(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException(Directory.Exists(path) ? $"'{path}' is a folder; give a model file" : $"there is no file '{path}'; give a model file");
        }

        Span<byte> start = stackalloc byte[StartLength];
        using (FileStream stream = File.OpenRead(path))
        {
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        foreach (IModelFormat format in Formats)
        {
            if (format.Matches(path, start))
            {
                return format;
            }
        }

        throw new InvalidFileException(path, $"it is none of the formats that can be read: {string.Join(", ", Formats.Select(format => format.Name))}");
    }

    private static void Write(TextWriter output, string path, FileContents contents)
    {
        output.WriteLine($"{path}: {contents.Format}");
        if (contents.Tensors.Count > 0)
        {
            output.WriteLine();
            OutputTable table = new("tensor", "type", "shape");
            foreach (StoredTensor tensor in contents.Tensors)
            {
                table.Add(tensor.Name, tensor.Type, $"[{string.Join(", ", tensor.Shape)}]");
            }

            table.Write(output);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contents.Tensors.Count} tensors of {contents.Tensors.Sum(tensor => tensor.Count):N0} numbers together"));
        }

        WriteTable(output, new OutputTable("operator", "nodes"), contents.Operators.Select(each => (each.Key, each.Value.ToString(CultureInfo.InvariantCulture))));
        WriteTable(output, new OutputTable("metadata", "value"), contents.Metadata.Select(pair => (pair.Key, pair.Value.ReplaceLineEndings("⏎"))));
        foreach (StoredCell cell in contents.Cells)
        {
            output.WriteLine();
            output.WriteLine($"{cell.Place}: {cell.Name}");
            foreach (string line in cell.Equations)
            {
                output.WriteLine($"  {line}");
            }
        }
    }

    private static void WriteTable(TextWriter output, OutputTable table, IEnumerable<(string, string)> rows)
    {
        bool isEmpty = true;
        foreach ((string first, string second) in rows)
        {
            table.Add(first, second);
            isEmpty = false;
        }

        if (!isEmpty)
        {
            output.WriteLine();
            table.Write(output);
        }
    }
}
