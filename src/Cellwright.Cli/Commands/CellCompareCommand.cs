using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Graphs;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell compare</c>: in what do two cells differ?</summary>
internal static class CellCompareCommand
{
    private static readonly Argument<string> FirstName = new("A") { Description = "A cell of the zoo or a path to a .cell, .tex or .txt file." };
    private static readonly Argument<string> SecondName = new("B") { Description = "Another." };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "compare",
            "Says in what two cells differ: inputs, states, initial values, what signals compute. Names of parameters and intermediate signals do not count, nor stacking. The exit code is 1 where they differ.",
            "cellwright cell compare lstm lstm-coupled")
        {
            FirstName, SecondName, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Cell first = CellArgument.Resolve(parsed.GetValue(FirstName)!);
        Cell second = CellArgument.Resolve(parsed.GetValue(SecondName)!);
        IReadOnlyList<CellDifference> differences = CellComparison.Compare(first, second);
        bool isSame = differences.Count == 0;
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(new { first = first.Name, second = second.Name, same = isSame, differences }, JsonStyle.Options));
        }
        else if (isSame)
        {
            output.WriteLine($"{first.Name} and {second.Name} compute the same.");
        }
        else
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first.Name} and {second.Name} differ in {differences.Count} {(differences.Count == 1 ? "point" : "points")}."));
            foreach (CellDifference difference in differences)
            {
                output.WriteLine();
                output.WriteLine($"{difference.What} {difference.Name}".TrimEnd());
                Write(output, first.Name, second.Name, difference);
            }
        }

        return isSame ? CommandLine.Success : CommandLine.Failure;
    }

    private static void Write(TextWriter output, string first, string second, CellDifference difference)
    {
        if (difference is { First: null, Second: null })
        {
            return;
        }

        int width = Math.Max(first.Length, second.Length);
        output.WriteLine($"  {first.PadRight(width)}  {difference.First ?? "has none"}");
        output.WriteLine($"  {second.PadRight(width)}  {difference.Second ?? "has none"}");
    }
}
