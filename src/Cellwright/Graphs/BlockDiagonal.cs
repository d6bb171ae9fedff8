namespace Cellwright.Graphs;

/// <summary>
/// A block-diagonal matrix: only its blocks are parameters, and each multiplies its own part of a vector.
/// </summary>
internal sealed class BlockDiagonal
{
    private readonly Graph graph;
    private readonly Node[] blocks;

    private BlockDiagonal(Graph graph, Node leaf, Node[] blocks)
    {
        this.graph = graph;
        this.blocks = blocks;
        Leaf = leaf;
    }

    /// <summary>The parameter: the blocks one below the other, [rows, columns / count].</summary>
    public Node Leaf { get; }

    /// <summary>A block-diagonal matrix parameter.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="whole">The shape of the matrix, zeros included.</param>
    /// <param name="count">The number of blocks.</param>
    public static BlockDiagonal Create(Graph graph, string name, Shape whole, int count)
    {
        Width rows = whole.Rows / count;
        Node leaf = graph.Parameter(name, Shape.Matrix(whole.Rows, whole.Columns / count));
        return new BlockDiagonal(graph, leaf, [.. Enumerable.Range(0, count).Select(block => graph.SliceRows(leaf, rows * block, rows))]);
    }

    /// <summary>The transposed matrix, which is block-diagonal too.</summary>
    public BlockDiagonal Transposed() => new(graph, Leaf, [.. blocks.Select(graph.Transpose)]);

    /// <summary>The product with a vector: every block's product with its part, one behind the other.</summary>
    public Node Product(Node vector)
    {
        Width part = blocks[0].Shape.Columns;
        return graph.Concatenate([.. blocks.Select((block, i) => graph.Product(block, graph.ViewRows(vector, part * i, part)))]);
    }

    /// <summary>The matrix with its zeros, for all that is not a product with a vector.</summary>
    public Node Dense()
    {
        Width rows = blocks[0].Shape.Rows;
        Width columns = blocks[0].Shape.Columns;
        return blocks
            .Select((block, i) => graph.PlaceRows(graph.PlaceColumns(block, columns * i, columns * blocks.Length), rows * i, rows * blocks.Length))
            .Aggregate(graph.Add);
    }
}
