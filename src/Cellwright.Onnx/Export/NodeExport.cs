using Cellwright.Graphs;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>Writes one node of a cell's graph as nodes of an ONNX graph.</summary>
/// <param name="graph">The graph that receives them.</param>
/// <param name="place">Where the node is computed.</param>
/// <param name="sizes">The sizes of the layer.</param>
/// <param name="valueOf">The names of values that have been written.</param>
internal sealed class NodeExport(OnnxGraphBuilder graph, NodePlace place, IReadOnlyDictionary<string, int> sizes, Func<Node, string> valueOf)
{
    /// <summary>What a node computes from; a product with a transposed matrix reads the matrix itself.</summary>
    public static IEnumerable<Node> Operands(Node node) => TransposedMatrix(node) is { } matrix ? [matrix, node.Operands[1]] : node.Operands;

    /// <summary>Writes a node.</summary>
    /// <param name="node">The node; what it computes from is there already.</param>
    /// <param name="name">What its value is to be called.</param>
    /// <returns>What it is called.</returns>
    public string Write(Node node, string name)
    {
        string[] operands = [.. Operands(node).Select(valueOf)];
        return node.Operation switch
        {
            Operation.Constant => graph.Number(node.Value),
            Operation.Identity => WriteIdentity(node, name),
            Operation.Greater => graph.Add("Cast", name, [graph.Add("Greater", name + ".greater", operands)], OnnxAttributes.Of("to", (long)DataType.Float)),
            Operation.Sum or Operation.Largest => WriteReduction(node, name, operands[0]),
            Operation.Broadcast => WriteBroadcast(node, name, operands[0]),
            Operation.Product => WriteProduct(node, name, operands),
            Operation.Concatenate => graph.Add("Concat", name, [.. node.Operands.Select((part, i) => Spread(part, operands[i], operands, node))], OnnxAttributes.Of("axis", -1)),
            Operation.SliceRows => WriteSlice(node, name, operands[0], node.Shape.Rank == 2 ? 0 : -1, node.Shape.Rows),
            Operation.SliceColumns => WriteSlice(node, name, operands[0], 1, node.Shape.Columns),
            Operation.PlaceRows => WritePad(node, name, operands[0], 0, node.Shape.Rows, node.Operands[0].Shape.Rows),
            Operation.PlaceColumns => WritePad(node, name, operands[0], 1, node.Shape.Columns, node.Operands[0].Shape.Columns),
            Operation.Transpose => graph.Add("Transpose", name, operands, OnnxAttributes.Of("perm", [1L, 0L])),
            _ => graph.Add(OperatorOf(node.Operation), name, operands),
        };
    }

    private static string OperatorOf(Operation operation) => operation switch
    {
        Operation.Add => "Add",
        Operation.Subtract => "Sub",
        Operation.Multiply => "Mul",
        Operation.Divide => "Div",
        Operation.Minimum => "Min",
        Operation.Maximum => "Max",
        Operation.Negate => "Neg",
        Operation.Sigmoid => "Sigmoid",
        Operation.Tanh => "Tanh",
        Operation.Relu => "Relu",
        Operation.Exp => "Exp",
        Operation.Log => "Log",
        Operation.Sqrt => "Sqrt",
        Operation.Abs => "Abs",
        Operation.Sign => "Sign",
        Operation.Sin => "Sin",
        Operation.Cos => "Cos",
        Operation.Softplus => "Softplus",
        Operation.Erf => "Erf",
        Operation.MatrixProduct => "MatMul",
        _ => throw new NotSupportedException($"the operation {operation} has no ONNX operator"),
    };

    private static Node? TransposedMatrix(Node node) =>
        node is { Operation: Operation.Product, IsPerStep: true, Operands: [{ Operation: Operation.Transpose } transposed, _] } ? transposed.Operands[0] : null;

    private int Size(Width width) => width.Evaluate(sizes);

    private string WriteIdentity(Node node, string name)
    {
        int size = Size(node.Shape.Rows);
        float[] values = new float[size * size];
        for (int i = 0; i < size; i++)
        {
            values[(i * size) + i] = 1f;
        }

        return graph.Tensor(name, [size, size], values);
    }

    // A single value of a step keeps its axis of width 1; one that is known once has no axis.
    private string WriteReduction(Node node, string name, string operand) => graph.Add(
        node.Operation == Operation.Sum ? "ReduceSum" : "ReduceMax",
        name,
        place == NodePlace.Once ? [operand] : [operand, graph.Wholes(-1)],
        OnnxAttributes.Of("keepdims", place == NodePlace.Once ? 0 : 1));

    private string WriteBroadcast(Node node, string name, string operand)
    {
        long[] own = node.Shape.Rank == 2 ? [Size(node.Shape.Rows), Size(node.Shape.Columns)] : [Size(node.Shape.Rows)];
        long[] before = place switch
        {
            NodePlace.Once => [],
            NodePlace.EachStep => [1],
            _ => [1, 1],
        };
        return graph.Add("Expand", name, [operand, graph.Wholes([.. before, .. own])]);
    }

    private string WriteProduct(Node node, string name, string[] operands)
    {
        (string matrix, string vector) = (operands[0], operands[1]);
        if (place == NodePlace.Once)
        {
            return graph.Add("MatMul", name, [matrix, vector]);
        }

        if (TransposedMatrix(node) is not null)
        {
            return graph.Add("MatMul", name, [vector, matrix]);
        }

        return place == NodePlace.EachStep
            ? graph.Add("Gemm", name, [vector, matrix], OnnxAttributes.Of("transB", 1))
            : graph.Add("MatMul", name, [vector, graph.Add("Transpose", matrix + ".transposed", [matrix], OnnxAttributes.Of("perm", [1L, 0L]))]);
    }

    // A part that is the same in every step is repeated for each, by the axes of one that is not.
    private string Spread(Node part, string operand, string[] operands, Node whole)
    {
        if (place == NodePlace.Once || part.IsPerStep)
        {
            return operand;
        }

        int other = Enumerable.Range(0, operands.Length).First(i => whole.Operands[i].IsPerStep);
        string leading = graph.Add("Shape", operand + ".steps", [operands[other]], OnnxAttributes.Of("end", -1));
        string shape = graph.Add("Concat", operand + ".shape", [leading, graph.Wholes(Size(part.Shape.Rows))], OnnxAttributes.Of("axis", 0));
        return graph.Add("Expand", operand + ".repeated", [operand, shape]);
    }

    private string WriteSlice(Node node, string name, string operand, int axis, Width width)
    {
        int first = Size(node.Offset!);
        return graph.Add("Slice", name, [operand, graph.Wholes(first), graph.Wholes(first + Size(width)), graph.Wholes(axis)]);
    }

    private string WritePad(Node node, string name, string operand, int axis, Width whole, Width part)
    {
        int rank = node.Shape.Rank;
        long[] pads = new long[2 * rank];
        pads[axis] = Size(node.Offset!);
        pads[rank + axis] = Size(whole) - Size(part) - pads[axis];
        return graph.Add("Pad", name, [operand, graph.Wholes(pads)]);
    }
}
