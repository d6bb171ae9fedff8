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
        bool isPath = IsCellFile(cell) || cell.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar);
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

    /// <summary>Whether a path ends as files with equations do.</summary>
    public static bool IsCellFile(string path) => Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>The sizes that a cell needs: those given, and a quarter of hidden for each that it names besides.</summary>
    /// <exception cref="UsageException">A width is no whole number for these sizes, or one is given that the cell does not name.</exception>
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

        Complete(cell, sizes);
        foreach (Width width in CellSizes.Widths(cell))
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

    /// <summary>The smallest hidden size, from the one given, for which every width of a cell is a whole number.</summary>
    public static int FittingHidden(Cell cell, int input, int hidden, IReadOnlyDictionary<string, int> others)
    {
        for (int fitting = hidden; fitting < 2 * hidden; fitting++)
        {
            Dictionary<string, int> sizes = new(others) { ["input"] = input, ["hidden"] = fitting };
            Complete(cell, sizes);
            if (Fits(cell, sizes))
            {
                return fitting;
            }
        }

        return hidden;
    }

    /// <summary>Adds a quarter of hidden for each size that a cell names and that is not given.</summary>
    public static void Complete(Cell cell, Dictionary<string, int> sizes) => CellSizes.Complete(cell, sizes);

    /// <summary>Whether every width of a cell is a whole number for given sizes.</summary>
    public static bool Fits(Cell cell, IReadOnlyDictionary<string, int> sizes) => CellSizes.Fit(cell, sizes);

    /// <summary>How many numbers the parameters of a cell have together.</summary>
    public static long CountParameters(CellGraph graph, IReadOnlyDictionary<string, int> sizes) => CellSizes.CountParameters(graph, sizes);

    private static bool IsWhole(Width width, IReadOnlyDictionary<string, int> sizes)
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
