namespace Cellwright.Graphs;

/// <summary>Computes nodes in double precision, by their definitions in <see cref="Operation"/>. Matrices are row-major.</summary>
internal sealed class NodeEvaluator(IReadOnlyDictionary<string, int> sizes)
{
    private readonly Dictionary<Width, int> widths = [];

    /// <summary>The number of elements of a node's value, of one sequence.</summary>
    public int Length(Node node) => Evaluate(node.Shape.Rows) * Evaluate(node.Shape.Columns);

    /// <summary>The number a width stands for.</summary>
    public int Evaluate(Width width)
    {
        if (!widths.TryGetValue(width, out int value))
        {
            widths[width] = value = width.Evaluate(sizes);
        }

        return value;
    }

    /// <summary>Computes nodes in the given order; leaves must be in <paramref name="values"/> already.</summary>
    public void Evaluate(IEnumerable<Node> nodes, Dictionary<Node, double[]> values)
    {
        foreach (Node node in nodes)
        {
            if (node.Operation is Operation.Constant or Operation.Identity || node.Operands.Length > 0)
            {
                values[node] = Apply(node, values);
            }
        }
    }

    /// <summary>The value of one node from those of its operands.</summary>
    public double[] Apply(Node node, Dictionary<Node, double[]> values)
    {
        double[] a = node.Operands.Length > 0 ? values[node.Operands[0]] : [];
        double[] b = node.Operands.Length > 1 ? values[node.Operands[1]] : [];
        int rows = Evaluate(node.Shape.Rows);
        int columns = Evaluate(node.Shape.Columns);
        int offset = node.Offset is null ? 0 : Evaluate(node.Offset);
        double[] result = new double[rows * columns];
        switch (node.Operation)
        {
            case Operation.Constant:
                result[0] = node.Value;
                break;
            case Operation.Identity:
                for (int i = 0; i < rows; i++)
                {
                    result[(i * columns) + i] = 1;
                }

                break;
            case Operation.Sum:
                result[0] = a.Sum();
                break;
            case Operation.Largest:
                result[0] = a.Max();
                break;
            case Operation.Broadcast:
                Array.Fill(result, a[0]);
                break;
            case Operation.Total:
                a.CopyTo(result, 0);
                break;
            case Operation.Product:
                Multiply(a, b, result, rows, b.Length, 1);
                break;
            case Operation.OuterTotal:
                Multiply(a, b, result, rows, 1, columns);
                break;
            case Operation.MatrixProduct:
                Multiply(a, b, result, rows, a.Length / rows, columns);
                break;
            case Operation.Concatenate:
                int start = 0;
                foreach (Node operand in node.Operands)
                {
                    values[operand].CopyTo(result, start);
                    start += values[operand].Length;
                }

                break;
            case Operation.SliceRows:
                a.AsSpan(offset * columns, rows * columns).CopyTo(result);
                break;
            case Operation.PlaceRows:
                a.CopyTo(result, offset * columns);
                break;
            case Operation.SliceColumns:
                for (int i = 0; i < rows; i++)
                {
                    a.AsSpan((i * (a.Length / rows)) + offset, columns).CopyTo(result.AsSpan(i * columns));
                }

                break;
            case Operation.PlaceColumns:
                for (int i = 0; i < rows; i++)
                {
                    a.AsSpan(i * (a.Length / rows), a.Length / rows).CopyTo(result.AsSpan((i * columns) + offset));
                }

                break;
            case Operation.Transpose:
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        result[(i * columns) + j] = a[(j * rows) + i];
                    }
                }

                break;
            default:
                for (int i = 0; i < result.Length; i++)
                {
                    double first = a[a.Length == 1 ? 0 : i];
                    result[i] = node.Operands.Length == 1
                        ? ElementFunctions.Apply(node.Operation, first)
                        : ElementFunctions.Apply(node.Operation, first, b[b.Length == 1 ? 0 : i]);
                }

                break;
        }

        return result;
    }

    private static void Multiply(double[] a, double[] b, double[] result, int rows, int inner, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                for (int j = 0; j < columns; j++)
                {
                    result[(i * columns) + j] += a[(i * inner) + k] * b[(k * columns) + j];
                }
            }
        }
    }
}
