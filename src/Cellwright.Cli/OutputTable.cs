using Spectre.Console;

namespace Cellwright.Cli;

/// <summary>A table: with lines and colours on a terminal, columns of plain text elsewhere.</summary>
/// <param name="headings">The names of the columns.</param>
internal sealed class OutputTable(params string[] headings)
{
    private readonly List<string[]> rows = [];

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Headings => headings;

    /// <summary>The rows.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => rows;

    /// <summary>Adds a row with a cell for each heading.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void Write(TextWriter output)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive)
        {
            Table table = new Table().Border(TableBorder.Rounded).AddColumns([.. headings.Select(Markup.Escape)]);
            foreach (string[] row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
            return;
        }

        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        foreach (string[] row in rows.Prepend(headings))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
