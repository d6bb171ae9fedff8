using System.CommandLine;
using Cellwright.Equations;
using Cellwright.Graphs;

namespace Cellwright.Cli;

/// <summary>The cell that a command is about: one of the zoo by name, or a file with equations.</summary>
internal static class CellArgument
{
    private static readonly string[] Endings = [".cell", ".tex", ".txt"];

    /// <summary>The argument of a command that is about one cell.</summary>
    public static Argument<string> Create() => new("CELL")
    {
        Description = "A cell of the zoo ('cellwright cells' lists them) or a path to a .cell, .tex or .txt file.",
    };

    /// <summary>The cell that a name or path means.</summary>
    /// <exception cref="UsageException">There is no such cell or file.</exception>
    /// <exception cref="EquationException">The file's equations cannot be read.</exception>
    public static Cell Resolve(string cell)
    {
        bool isPath = Endings.Any(ending => cell.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || cell.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar);
        if (!isPath && Cell.Names.Contains(cell))
        {
            return Cell.Named(cell);
        }

        if (File.Exists(cell))
        {
            return Cell.Load(cell);
        }

        string nearest = Cell.Names.OrderBy(name => Distance(name, cell)).ThenBy(name => name, StringComparer.Ordinal).FirstOrDefault() ?? "lstm";
        throw new UsageException(isPath
            ? $"there is no file '{cell}'; give a path to a .cell, .tex or .txt file, or a name from 'cellwright cells'"
            : $"there is no cell '{cell}' in the zoo; the nearest name is '{nearest}', and 'cellwright cells' lists all");
    }

    /// <summary>The sizes that a cell needs.</summary>
    /// <exception cref="UsageException">A size is missing, or one is given that the cell does not name.</exception>
    public static Dictionary<string, int> Sizes(Cell cell, int input, int hidden, IReadOnlyDictionary<string, int> others)
    {
        Dictionary<string, int> sizes = new() { ["input"] = input, ["hidden"] = hidden };
        foreach ((string name, int size) in others)
        {
            if (name is "input" or "hidden")
            {
                throw new UsageException($"the size '{name}' has an option of its own");
            }

            if (!cell.Graph.SizeNames.Contains(name))
            {
                throw new UsageException($"the cell names no size '{name}'; {NamedSizes(cell)}");
            }

            sizes[name] = size;
        }

        string[] missing = [.. cell.Graph.SizeNames.Where(name => !sizes.ContainsKey(name))];
        return missing.Length == 0
            ? sizes
            : throw new UsageException($"the cell also needs the size '{missing[0]}'; give it as --size {missing[0]}=8, for example");
    }

    /// <summary>How many numbers the parameters of a cell have together.</summary>
    public static long CountParameters(CellGraph graph, IReadOnlyDictionary<string, int> sizes) =>
        graph.Parameters.Sum(parameter => (long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes));

    private static string NamedSizes(Cell cell) => $"its sizes are {string.Join(", ", cell.Graph.SizeNames)}";

    private static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
