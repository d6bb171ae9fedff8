namespace Cellwright.Graphs;

/// <summary>
/// The shape of a node: a scalar, a vector <c>[Rows]</c> or a matrix <c>[Rows, Columns]</c>, in symbolic sizes.
/// A node computed in every step has this shape for each sequence of the batch.
/// </summary>
/// <param name="Rank">0 scalar, 1 vector, 2 matrix.</param>
/// <param name="Rows">The length of a vector or the rows of a matrix; 1 for a scalar.</param>
/// <param name="Columns">The columns of a matrix; 1 otherwise.</param>
public readonly record struct Shape(int Rank, Width Rows, Width Columns)
{
    /// <summary>A single number.</summary>
    public static Shape Scalar { get; } = new(0, Width.One, Width.One);

    /// <summary>A vector of the given width.</summary>
    public static Shape Vector(Width width) => new(1, width, Width.One);

    /// <summary>A matrix of the given rows and columns.</summary>
    public static Shape Matrix(Width rows, Width columns) => new(2, rows, columns);

    /// <summary>Whether the value is one number, which scales whatever it meets.</summary>
    public bool IsSingle => Rank == 0 || (Rank == 1 && Rows.IsOne);

    /// <summary>The shape as the tool prints it: <c>[hidden]</c>, <c>[hidden, input]</c>, or <c>scalar</c>.</summary>
    public override string ToString() => Rank switch
    {
        0 => "scalar",
        1 => $"[{Rows}]",
        _ => $"[{Rows}, {Columns}]",
    };
}
