namespace Cellwright.Graphs;

/// <summary>The sizes that a cell is compiled for: what is missing is chosen, what does not fit is found.</summary>
public static class CellSizes
{
    /// <summary>Adds a quarter of <c>hidden</c>, at least 1, for each size that a cell names and that is not given.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sizes">The sizes given, <c>hidden</c> among them.</param>
    public static void Complete(Cell cell, IDictionary<string, int> sizes)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(sizes);
        foreach (string name in cell.Graph.SizeNames)
        {
            sizes.TryAdd(name, Math.Max(1, sizes["hidden"] / 4));
        }
    }

    /// <summary>Whether every width of a cell is a whole number from 1 on for given sizes.</summary>
    public static bool Fit(Cell cell, IReadOnlyDictionary<string, int> sizes) => Widths(cell).All(width =>
    {
        try
        {
            return width.Evaluate(sizes) >= 1;
        }
        catch (ArgumentException)
        {
            return false;
        }
    });

    /// <summary>Every width of a cell.</summary>
    public static IEnumerable<Width> Widths(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.Graph.Graph.Nodes.SelectMany(node => new[] { node.Shape.Rows, node.Shape.Columns }).Distinct();
    }

    /// <summary>How many numbers the parameters of a cell have together.</summary>
    public static long CountParameters(CellGraph graph, IReadOnlyDictionary<string, int> sizes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Parameters.Sum(parameter => (long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes));
    }
}
