using System.Collections.Immutable;

namespace Cellwright.Graphs;

/// <summary>
/// An arena of <see cref="Node"/>s. Its methods check shapes, fold constants, drop what does nothing
/// (x + 0, 1 · x), push slices to where they cost nothing, and give equal expressions one node, so that forward
/// and backward passes in one graph share their common subexpressions.
/// </summary>
public sealed class Graph
{
    private readonly List<Node> nodes = [];
    private readonly Dictionary<NodeKey, Node> known = [];

    /// <summary>All nodes; operands stand before what uses them.</summary>
    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>A number.</summary>
    public Node Constant(double value) => Make(Operation.Constant, [], Shape.Scalar, perStep: false, value: value);

    /// <summary>A leaf that stands for a trained parameter.</summary>
    public Node Parameter(string name, Shape shape) => Make(Operation.Parameter, [], shape, perStep: false, name);

    /// <summary>A leaf that stands for an input at step t.</summary>
    public Node Input(string name, Width width) => Make(Operation.Input, [], Shape.Vector(width), perStep: true, name);

    /// <summary>A leaf that stands for a state at step t−1.</summary>
    public Node Previous(string name, Width width) => Make(Operation.Previous, [], Shape.Vector(width), perStep: true, name);

    /// <summary>A leaf of the backward pass: the gradient by the output at step t, from outside.</summary>
    public Node OutputCotangent(Width width) => Make(Operation.OutputCotangent, [], Shape.Vector(width), perStep: true, "y");

    /// <summary>A leaf of the backward pass: the gradient by a state at step t, carried from step t+1.</summary>
    public Node StateCotangent(string name, Width width) => Make(Operation.StateCotangent, [], Shape.Vector(width), perStep: true, name);

    /// <summary>A leaf of the backward pass: the gradient by a state's initial value, summed over the batch.</summary>
    public Node InitialCotangent(string name, Width width) => Make(Operation.InitialCotangent, [], Shape.Vector(width), perStep: false, name);

    /// <summary>The elementwise function <paramref name="operation"/> of one operand.</summary>
    public Node Unary(Operation operation, Node a)
    {
        if (a.Operation == Operation.Constant)
        {
            return Constant(ElementFunctions.Apply(operation, a.Value));
        }

        if (operation == Operation.Negate && a.Operation == Operation.Negate)
        {
            return a.Operands[0];
        }

        return Make(operation, [a], a.Shape, a.IsPerStep);
    }

    /// <summary>The elementwise function <paramref name="operation"/> of two operands; a single value meets every element.</summary>
    /// <exception cref="ArgumentException">The shapes differ and neither is a single value.</exception>
    public Node Binary(Operation operation, Node a, Node b)
    {
        if (a.Operation == Operation.Constant && b.Operation == Operation.Constant)
        {
            return Constant(ElementFunctions.Apply(operation, a.Value, b.Value));
        }

        Shape shape = Join(operation, a, b);
        if (Simplify(operation, a, b, shape) is { } simpler)
        {
            return simpler;
        }

        // Sums and products of two are one node whichever way they are written.
        if (operation is Operation.Multiply or Operation.Add && a.Id > b.Id)
        {
            (a, b) = (b, a);
        }

        return Make(operation, [a, b], shape, a.IsPerStep || b.IsPerStep);
    }

    /// <summary>a + b.</summary>
    public Node Add(Node a, Node b) => Binary(Operation.Add, a, b);

    /// <summary>a − b.</summary>
    public Node Subtract(Node a, Node b) => Binary(Operation.Subtract, a, b);

    /// <summary>a · b, elementwise.</summary>
    public Node Multiply(Node a, Node b) => Binary(Operation.Multiply, a, b);

    /// <summary>a / b, elementwise.</summary>
    public Node Divide(Node a, Node b) => Binary(Operation.Divide, a, b);

    /// <summary>The sum over the width.</summary>
    public Node Sum(Node a) => a.Shape.IsSingle ? a : Make(Operation.Sum, [a], a.IsPerStep ? Shape.Vector(Width.One) : Shape.Scalar, a.IsPerStep);

    /// <summary>The largest element.</summary>
    public Node Largest(Node a) => a.Shape.IsSingle ? a : Make(Operation.Largest, [a], a.IsPerStep ? Shape.Vector(Width.One) : Shape.Scalar, a.IsPerStep);

    /// <summary>A single value repeated to a shape; anything that has the shape already stays as it is.</summary>
    public Node Broadcast(Node a, Shape shape)
    {
        if (a.Shape == shape)
        {
            return a;
        }

        return a.Shape.IsSingle
            ? Make(Operation.Broadcast, [a], shape, a.IsPerStep)
            : throw new ArgumentException($"a value of shape {a.Shape} cannot be repeated to {shape}", nameof(a));
    }

    /// <summary>M v.</summary>
    /// <exception cref="ArgumentException">The matrix's columns are not the vector's width.</exception>
    public Node Product(Node matrix, Node vector)
    {
        if (matrix.Shape.Rank != 2 || vector.Shape.Rank != 1 || !matrix.Shape.Columns.Equals(vector.Shape.Rows))
        {
            throw new ArgumentException($"a matrix of shape {matrix.Shape} cannot multiply a vector of shape {vector.Shape}", nameof(vector));
        }

        if (matrix.Operation == Operation.Identity)
        {
            return vector;
        }

        if (vector.Operation == Operation.Concatenate)
        {
            // W [a, b] = W_a a + W_b b: each operand keeps its own product, which may leave the time loop alone.
            Width offset = Width.Zero;
            Node? sum = null;
            foreach (Node part in vector.Operands)
            {
                Node product = Product(SliceColumns(matrix, offset, part.Shape.Rows), part);
                sum = sum is null ? product : Add(sum, product);
                offset += part.Shape.Rows;
            }

            return sum!;
        }

        return Make(Operation.Product, [matrix, vector], Shape.Vector(matrix.Shape.Rows), matrix.IsPerStep || vector.IsPerStep);
    }

    /// <summary>Vectors one behind the other.</summary>
    public Node Concatenate(params ReadOnlySpan<Node> parts)
    {
        ImmutableArray<Node>.Builder flat = ImmutableArray.CreateBuilder<Node>();
        foreach (Node part in parts)
        {
            if (part.Operation == Operation.Concatenate)
            {
                flat.AddRange(part.Operands);
            }
            else
            {
                flat.Add(part);
            }
        }

        if (flat.Count == 1)
        {
            return flat[0];
        }

        Width width = flat.Aggregate(Width.Zero, (sum, part) => sum + part.Shape.Rows);
        return Make(Operation.Concatenate, flat.ToImmutable(), Shape.Vector(width), flat.Any(part => part.IsPerStep));
    }

    /// <summary>
    /// Rows [offset, offset + rows) of a vector or matrix, computed apart: a slice of a product is the product with a
    /// slice of the matrix, a slice of an elementwise expression is the expression of the slices. So each part of a
    /// stacked left side gets equations of its own.
    /// </summary>
    public Node SliceRows(Node a, Width offset, Width rows)
    {
        if (offset.IsZero && rows.Equals(a.Shape.Rows))
        {
            return a;
        }

        if (a.Operation == Operation.Product)
        {
            return Product(SliceRows(a.Operands[0], offset, rows), a.Operands[1]);
        }

        // What a norm or a softmax scales is known whole anyway.
        if (ElementFunctions.IsElementwise(a.Operation) && a.Shape.Rank == 1 && !a.Operands.Any(operand => operand.IsOverWidth))
        {
            Node Part(Node operand) => operand.Shape.IsSingle ? operand : SliceRows(operand, offset, rows);
            return a.Operands.Length == 1
                ? Unary(a.Operation, Part(a.Operands[0]))
                : Binary(a.Operation, Part(a.Operands[0]), Part(a.Operands[1]));
        }

        return ViewRows(a, offset, rows);
    }

    /// <summary>Rows [offset, offset + rows) of a value that is computed as a whole.</summary>
    public Node ViewRows(Node a, Width offset, Width rows)
    {
        if (offset.IsZero && rows.Equals(a.Shape.Rows))
        {
            return a;
        }

        if (a.Operation == Operation.SliceRows)
        {
            return ViewRows(a.Operands[0], a.Offset! + offset, rows);
        }

        if (a.Operation == Operation.Concatenate)
        {
            Width start = Width.Zero;
            foreach (Node part in a.Operands)
            {
                if (start.Equals(offset) && part.Shape.Rows.Equals(rows))
                {
                    return part;
                }

                start += part.Shape.Rows;
            }
        }

        return Make(Operation.SliceRows, [a], a.Shape with { Rows = rows }, a.IsPerStep, offset: offset);
    }

    /// <summary>Columns [offset, offset + columns) of a matrix.</summary>
    public Node SliceColumns(Node a, Width offset, Width columns) =>
        offset.IsZero && columns.Equals(a.Shape.Columns)
            ? a
            : Make(Operation.SliceColumns, [a], Shape.Matrix(a.Shape.Rows, columns), a.IsPerStep, offset: offset);

    /// <summary>The value as rows [offset, …) of something of <paramref name="rows"/> rows that is 0 elsewhere.</summary>
    public Node PlaceRows(Node a, Width offset, Width rows) =>
        Make(Operation.PlaceRows, [a], a.Shape with { Rows = rows }, a.IsPerStep, offset: offset);

    /// <summary>The value as columns [offset, …) of a matrix of <paramref name="columns"/> columns that is 0 elsewhere.</summary>
    public Node PlaceColumns(Node a, Width offset, Width columns) =>
        Make(Operation.PlaceColumns, [a], a.Shape with { Columns = columns }, a.IsPerStep, offset: offset);

    /// <summary>The transposed matrix.</summary>
    public Node Transpose(Node a) => a.Operation switch
    {
        Operation.Transpose => a.Operands[0],
        Operation.Identity => a,
        _ => Make(Operation.Transpose, [a], Shape.Matrix(a.Shape.Columns, a.Shape.Rows), a.IsPerStep),
    };

    /// <summary>The product of two matrices.</summary>
    public Node MatrixProduct(Node a, Node b) => a.Shape.Columns.Equals(b.Shape.Rows)
        ? Make(Operation.MatrixProduct, [a, b], Shape.Matrix(a.Shape.Rows, b.Shape.Columns), perStep: false)
        : throw new ArgumentException($"a matrix of shape {a.Shape} cannot multiply one of shape {b.Shape}", nameof(b));

    /// <summary>The identity matrix.</summary>
    public Node Identity(Width width) => Make(Operation.Identity, [], Shape.Matrix(width, width), perStep: false);

    /// <summary>The sum over steps and sequences of a ⊗ b.</summary>
    public Node OuterTotal(Node a, Node b) => Make(Operation.OuterTotal, [a, b], Shape.Matrix(a.Shape.Rows, b.Shape.Rows), perStep: false);

    /// <summary>The sum over steps and sequences, as a value of <paramref name="shape"/> (a vector of width 1 may become a scalar).</summary>
    public Node Total(Node a, Shape shape) => Make(Operation.Total, [a], shape, perStep: false);

    /// <summary>A node of another graph, over the copies of its operands in this one.</summary>
    internal Node Adopt(Node node, ImmutableArray<Node> operands) =>
        Make(node.Operation, operands, node.Shape, node.IsPerStep, node.Name, node.Value, node.Offset);

    private static Shape Join(Operation operation, Node a, Node b)
    {
        if (a.Shape == b.Shape || b.Shape.Rank == 0)
        {
            return a.Shape;
        }

        if (a.Shape.Rank == 0)
        {
            return b.Shape;
        }

        // A signal of width 1 scales whatever it meets.
        if (a.Shape.Rank == 1 && b.Shape.Rank == 1 && (a.Shape.IsSingle || b.Shape.IsSingle))
        {
            return a.Shape.IsSingle ? b.Shape : a.Shape;
        }

        throw new ArgumentException($"{operation}: the shapes {a.Shape} and {b.Shape} differ", nameof(b));
    }

    private Node? Simplify(Operation operation, Node a, Node b, Shape shape)
    {
        bool Is(Node node, double value) => node.Operation == Operation.Constant && node.Value.Equals(value);
        Node? kept = operation switch
        {
            Operation.Add when Is(a, 0) => b,
            Operation.Add or Operation.Subtract when Is(b, 0) => a,
            Operation.Subtract when Is(a, 0) => Unary(Operation.Negate, b),
            Operation.Add when b.Operation == Operation.Negate => Subtract(a, b.Operands[0]),
            Operation.Add when a.Operation == Operation.Negate => Subtract(b, a.Operands[0]),
            Operation.Subtract when b.Operation == Operation.Negate => Add(a, b.Operands[0]),
            Operation.Multiply when Is(a, 1) => b,
            Operation.Multiply or Operation.Divide when Is(b, 1) => a,
            Operation.Multiply when Is(a, -1) => Unary(Operation.Negate, b),
            Operation.Multiply when Is(b, -1) => Unary(Operation.Negate, a),
            _ => null,
        };
        return kept is null || kept.Shape == shape ? kept : null;
    }

    private Node Make(
        Operation operation, ImmutableArray<Node> operands, Shape shape, bool perStep, string? name = null, double value = 0, Width? offset = null)
    {
        foreach (Node operand in operands)
        {
            if (operand.Graph != this)
            {
                throw new ArgumentException("the node belongs to another graph", nameof(operands));
            }
        }

        NodeKey key = new(operation, string.Join(',', operands.Select(operand => operand.Id)), name, value, offset, shape);
        if (!known.TryGetValue(key, out Node? node))
        {
            node = new Node(this, nodes.Count, key, operands, shape, perStep);
            nodes.Add(node);
            known.Add(key, node);
        }

        return node;
    }
}
