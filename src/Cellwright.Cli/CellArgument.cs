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
    /// <exception cref="UsageException">There is no such cell or file, or its equations cannot be read.</exception>
    public static Cell Resolve(string cell)
    {
        bool isPath = Endings.Any(ending => cell.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || cell.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar);
        if (isPath || (!Cell.Names.Contains(cell) && File.Exists(cell)))
        {
            return Load(cell);
        }

        try
        {
            return Cell.Named(cell);
        }
        catch (EquationException problem)
        {
            throw new UsageException($"{problem.Problem} in the zoo; {problem.Suggestion} ('cellwright cells' lists all)", problem);
        }
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

        if (cell.Graph.SizeNames.FirstOrDefault(name => !sizes.ContainsKey(name)) is { } missing)
        {
            throw new UsageException($"the cell also needs the size '{missing}'; give it as --size {missing}=8, for example");
        }

        foreach (Width width in cell.Graph.Graph.Nodes.SelectMany(node => new[] { node.Shape.Rows, node.Shape.Columns }).Distinct())
        {
            if (!IsWhole(width, sizes))
            {
                throw new UsageException($"the width {width} is not a whole number for {string.Join(", ", width.Names.Select(name => $"{name} {sizes[name]}"))}; choose other sizes");
            }

            if (width.Evaluate(sizes) < 1)
            {
                throw new UsageException($"the width {width} comes to {width.Evaluate(sizes)} for {string.Join(", ", width.Names.Select(name => $"{name} {sizes[name]}"))}; choose other sizes");
            }
        }

        return sizes;
    }

    /// <summary>How many numbers the parameters of a cell have together.</summary>
    public static long CountParameters(CellGraph graph, IReadOnlyDictionary<string, int> sizes) =>
        graph.Parameters.Sum(parameter => (long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes));

    private static bool IsWhole(Width width, Dictionary<string, int> sizes)
    {
        try
        {
            _ = width.Evaluate(sizes);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string NamedSizes(Cell cell) => $"its sizes are {string.Join(", ", cell.Graph.SizeNames)}";

    private static Cell Load(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"'{path}' is a folder; give a path to a .cell, .tex or .txt file, or a name from 'cellwright cells'");
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"there is no file '{path}'; give a path to a .cell, .tex or .txt file, or a name from 'cellwright cells'");
        }

        try
        {
            return Cell.Load(path);
        }
        catch (EquationException problem)
        {
            throw new UsageException($"{path}: {problem.Message}", problem);
        }
    }
}
