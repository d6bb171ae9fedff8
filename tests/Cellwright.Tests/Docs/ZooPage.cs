using System.Globalization;
using System.Text;
using Cellwright.Cli;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Programs;

namespace Cellwright.Tests.Docs;

/// <summary>Writes docs/zoo.md from the cells' files.</summary>
internal static class ZooPage
{
    private const int Input = 64;
    private const int Hidden = 256;

    /// <summary>The whole page.</summary>
    public static string Write()
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            # The zoo

            The cells that come with Cellwright, one file each in [`cells/`](../cells). None has code of its own: the file is the cell. `cellwright cell show NAME` prints what was understood of one, `cellwright cell check NAME` compares its gradients with numerical ones, and a copy of the file is where a cell of your own can begin. How to read the equations: [Writing a cell](equations.md).

            Parameters and multiply-adds (those of the matrix products, a step and sequence) are for input {Input} and hidden {Hidden}; a size of another name is a quarter of hidden, and where a cell binds the input to the state's width, that is {Hidden}.

            | cell | title | states | parameters | multiply-adds |
            | --- | --- | --- | --- | --- |

            """);
        Cell[] cells = [.. Cell.Names.Select(Cell.Named)];
        foreach (Cell cell in cells)
        {
            page.Append(CultureInfo.InvariantCulture, $"| [`{cell.Name}`](#{cell.Name}) | {cell.Title} | {States(cell)} | {Parameters(cell):N0} | {MultiplyAdds(cell):N0} |\n");
        }

        foreach (Cell cell in cells)
        {
            page.Append('\n').Append(Section(cell));
        }

        return page.ToString();
    }

    private static string Section(Cell cell)
    {
        IEnumerable<string> parameters = cell.Graph.Parameters.Select(parameter => $"`{parameter.Name}` {parameter.Node.Shape}");
        return $"""
            ## {cell.Name}
            **{cell.Title}.** {Purpose(cell)}

            {Equations(cell)}

            States: {States(cell)}. Parameters: {string.Join(", ", parameters)}.

            Source: {cell.Source}.

            """;
    }

    // Rendered, and behind it the text to copy.
    private static string Equations(Cell cell)
    {
        IEnumerable<string> rendered = cell.Print(EquationNotation.Latex).SkipWhile(line => !line.StartsWith(@"\begin", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("init ", StringComparison.Ordinal));
        IEnumerable<string> lines = cell.Text.Split('\n').SkipWhile(line => line.Length > 0).SkipWhile(line => line.Length == 0 || line[0] == '#');
        return $"""
            ```math
            {string.Join('\n', rendered)}
            ```

            <details><summary>as text</summary>

            ```cell
            {string.Join('\n', lines).Trim()}
            ```

            </details>
            """;
    }

    /// <summary>What the file says the cell is for: its first comment.</summary>
    private static string Purpose(Cell cell) =>
        string.Join(' ', cell.Text.Split('\n').SkipWhile(line => !line.StartsWith('#')).TakeWhile(line => line.StartsWith('#')).Select(line => line[1..].Trim()));

    private static string States(Cell cell) => string.Join(", ", cell.Graph.States.Select(state => $"`{state.Name}` {state.Next.Shape}"));

    private static long Parameters(Cell cell) => CellArgument.CountParameters(cell.Graph, Sizes(cell));

    private static long MultiplyAdds(Cell cell) => CellProgram.Build(cell.Graph).MultiplyAddsPerStep(Sizes(cell));

    private static Dictionary<string, int> Sizes(Cell cell)
    {
        Dictionary<string, int> sizes = new() { ["input"] = Input, ["hidden"] = Hidden };
        CellArgument.Complete(cell, sizes);
        return sizes;
    }
}
