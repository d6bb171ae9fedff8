namespace Cellwright.Graphs;

/// <summary>A width that may not be known yet; variables found equal are joined.</summary>
internal sealed class WidthVariable(Width? value = null)
{
    private WidthVariable? parent;
    private readonly Width? known = value;

    public Width? Value => Root.known;

    private WidthVariable Root
    {
        get
        {
            WidthVariable root = this;
            while (root.parent is not null)
            {
                root = root.parent;
            }

            if (root != this)
            {
                parent = root;
            }

            return root;
        }
    }

    /// <summary>Makes two widths equal; false where they are known and differ.</summary>
    public bool Unify(WidthVariable other)
    {
        WidthVariable a = Root;
        WidthVariable b = other.Root;
        if (a == b)
        {
            return true;
        }

        if (a.known is not null && b.known is not null)
        {
            return a.known.Equals(b.known);
        }

        (a, b) = a.known is null ? (a, b) : (b, a);
        a.parent = b;
        return true;
    }

    public override string ToString() => Value?.ToString() ?? "…";
}

/// <summary>A shape that may not be known yet, whole or in part.</summary>
internal sealed class ShapeVariable
{
    private ShapeVariable? parent;
    private readonly int rank;

    private ShapeVariable(int rank, WidthVariable rows, WidthVariable columns)
    {
        this.rank = rank;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>0, 1 or 2; −1 where it is not known.</summary>
    public int Rank => Root.rank;

    public WidthVariable Rows { get; }

    public WidthVariable Columns { get; }

    public bool IsSingle => Rank == 0 || (Rank == 1 && Rows.Value is { IsOne: true });

    private ShapeVariable Root
    {
        get
        {
            ShapeVariable root = this;
            while (root.parent is not null)
            {
                root = root.parent;
            }

            if (root != this)
            {
                parent = root;
            }

            return root;
        }
    }

    public static ShapeVariable Unknown() => new(-1, new WidthVariable(), new WidthVariable());

    public static ShapeVariable Scalar() => new(0, new WidthVariable(Width.One), new WidthVariable(Width.One));

    public static ShapeVariable Vector(WidthVariable rows) => new(1, rows, new WidthVariable(Width.One));

    public static ShapeVariable Matrix(WidthVariable rows, WidthVariable columns) => new(2, rows, columns);

    /// <summary>Makes two shapes equal; false where they are known and differ.</summary>
    public bool Unify(ShapeVariable other)
    {
        ShapeVariable a = Root;
        ShapeVariable b = other.Root;
        if (a == b)
        {
            return true;
        }

        if (a.rank >= 0 && b.rank >= 0)
        {
            return a.rank == b.rank && Rows.Unify(other.Rows) && (a.rank < 2 || Columns.Unify(other.Columns));
        }

        (a, b) = a.rank < 0 ? (a, b) : (b, a);
        a.parent = b;
        return Rows.Unify(other.Rows) && Columns.Unify(other.Columns);
    }

    /// <summary>The shape, or null while part of it is unknown.</summary>
    public Shape? Solve() => (Rank, Rows.Value, Columns.Value) switch
    {
        (0, _, _) => Shape.Scalar,
        (1, { } rows, _) => Shape.Vector(rows),
        (2, { } rows, { } columns) => Shape.Matrix(rows, columns),
        _ => null,
    };

    public override string ToString() => Rank switch
    {
        0 => "a number",
        1 => $"a vector [{Rows}]",
        2 => $"a matrix [{Rows}, {Columns}]",
        _ => "of unknown shape",
    };
}
