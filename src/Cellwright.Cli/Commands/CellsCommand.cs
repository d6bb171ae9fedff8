using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Graphs;
using Spectre.Console;

namespace Cellwright.Cli.Commands;

/// <summary><c>cells</c>: lists the zoo.</summary>
internal static class CellsCommand
{
    private static readonly Option<int> InputOption = Options.Whole("--input", "The width of the input, for counting parameters.", 64, 1, 1 << 20);
    private static readonly Option<int> HiddenOption = Options.Whole("--hidden", "The width of the signals, for counting parameters.", 256, 1, 1 << 20);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "cells", "Lists the cells of the zoo: name, title, states, parameters for given sizes, source.", "cellwright cells --input 64 --hidden 512")
        {
            InputOption, HiddenOption, SizeOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Dictionary<string, int> sizes = new(parsed.GetValue(SizeOption)!)
        {
            ["input"] = parsed.GetValue(InputOption),
            ["hidden"] = parsed.GetValue(HiddenOption),
        };
        Row[] rows = [.. Cell.Names.Order(StringComparer.Ordinal).Select(name => RowOf(Cell.Named(name), sizes))];
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(rows, JsonStyle.Options));
            return CommandLine.Success;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Parameters for input {sizes["input"]}, hidden {sizes["hidden"]}; other sizes, where not given, a quarter of hidden."));
        OutputTable table = new("name", "title", "states", "parameters", "source");
        foreach (Row row in rows)
        {
            table.Add(row.Name, row.Title ?? "", string.Join(", ", row.States), row.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "hidden does not fit", row.Source ?? "");
        }

        table.Write(output);
        return CommandLine.Success;
    }

    private static Row RowOf(Cell cell, Dictionary<string, int> sizes)
    {
        CellGraph graph = cell.Graph;
        Dictionary<string, int> own = new(sizes);
        CellArgument.Complete(cell, own);
        long? parameters = CellArgument.Fits(cell, own) ? CellArgument.CountParameters(graph, own) : null;
        return new Row(cell.Name, cell.Title, cell.Source, [.. graph.States.Select(state => state.Name)], parameters);
    }

    private sealed record Row(string Name, string? Title, string? Source, IReadOnlyList<string> States, long? Parameters);
}
