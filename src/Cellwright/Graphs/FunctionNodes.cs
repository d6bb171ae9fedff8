using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>The functions of the language in the operations of a graph.</summary>
internal static class FunctionNodes
{
    private const double NormFloor = 1e-5;

    public static Node Apply(Graph graph, FunctionName function, ReadOnlySpan<Node> arguments)
    {
        Node x = arguments[0];
        Node Number(double value) => graph.Constant(value);
        return function switch
        {
            FunctionName.Sigmoid => graph.Unary(Operation.Sigmoid, x),
            FunctionName.Tanh => graph.Unary(Operation.Tanh, x),
            FunctionName.Relu => graph.Unary(Operation.Relu, x),
            FunctionName.Exp => graph.Unary(Operation.Exp, x),
            FunctionName.Log => graph.Unary(Operation.Log, x),
            FunctionName.Sqrt => graph.Unary(Operation.Sqrt, x),
            FunctionName.Abs => graph.Unary(Operation.Abs, x),
            FunctionName.Sign => graph.Unary(Operation.Sign, x),
            FunctionName.Sin => graph.Unary(Operation.Sin, x),
            FunctionName.Cos => graph.Unary(Operation.Cos, x),
            FunctionName.Erf => graph.Unary(Operation.Erf, x),
            FunctionName.Min => graph.Binary(Operation.Minimum, x, arguments[1]),
            FunctionName.Max => graph.Binary(Operation.Maximum, x, arguments[1]),
            FunctionName.Clip => Clip(graph, x, arguments[1], arguments[2]),
            FunctionName.HardTanh => Clip(graph, x, Number(-1), Number(1)),
            FunctionName.HardSigmoid => Clip(graph, graph.Add(graph.Multiply(Number(0.2), x), Number(0.5)), Number(0), Number(1)),
            FunctionName.LeakyRelu => graph.Binary(Operation.Maximum, x, graph.Multiply(Number(0.01), x)),
            FunctionName.Silu => graph.Multiply(x, graph.Unary(Operation.Sigmoid, x)),
            FunctionName.Softsign => graph.Divide(x, graph.Add(Number(1), graph.Unary(Operation.Abs, x))),
            FunctionName.Gelu => Gelu(graph, x),
            FunctionName.Elu => graph.Subtract(graph.Add(PositivePart(graph, x), graph.Unary(Operation.Exp, NegativePart(graph, x))), Number(1)),
            FunctionName.Softplus => graph.Unary(Operation.Softplus, x),
            FunctionName.Softmax => Softmax(graph, x),
            FunctionName.Norm => Norm(graph, x),
            _ => throw new ArgumentOutOfRangeException(nameof(function)),
        };
    }

    /// <summary>x to a power: products for whole exponents, a root for a half, else exp(p log x).</summary>
    public static Node Power(Graph graph, Node x, Node exponent)
    {
        if (exponent.Operation != Operation.Constant)
        {
            return graph.Unary(Operation.Exp, graph.Multiply(exponent, graph.Unary(Operation.Log, x)));
        }

        double power = exponent.Value;
        if (x.Operation == Operation.Constant)
        {
            return graph.Constant(Math.Pow(x.Value, power));
        }

        if (power < 0)
        {
            return graph.Divide(graph.Constant(1), Power(graph, x, graph.Constant(-power)));
        }

        return power switch
        {
            0.5 => graph.Unary(Operation.Sqrt, x),
            <= 64 when power == Math.Floor(power) => WholePower(graph, x, (int)power),
            _ => graph.Unary(Operation.Exp, graph.Multiply(exponent, graph.Unary(Operation.Log, x))),
        };
    }

    private static Node WholePower(Graph graph, Node x, int power) => power switch
    {
        0 => graph.Constant(1),
        1 => x,
        _ when int.IsEvenInteger(power) && WholePower(graph, x, power / 2) is var half => graph.Multiply(half, half),
        _ => graph.Multiply(x, WholePower(graph, x, power - 1)),
    };

    private static Node Clip(Graph graph, Node x, Node low, Node high) =>
        graph.Binary(Operation.Minimum, graph.Binary(Operation.Maximum, x, low), high);

    private static Node Gelu(Graph graph, Node x)
    {
        Node erf = graph.Unary(Operation.Erf, graph.Multiply(x, graph.Constant(Math.Sqrt(0.5))));
        return graph.Multiply(graph.Multiply(graph.Constant(0.5), x), graph.Add(graph.Constant(1), erf));
    }

    // Halves of x ± |x|, not max(x, 0): with sign(0) = 0 the derivative of elu comes out right at 0 too.
    private static Node PositivePart(Graph graph, Node x) =>
        graph.Multiply(graph.Constant(0.5), graph.Add(x, graph.Unary(Operation.Abs, x)));

    private static Node NegativePart(Graph graph, Node x) =>
        graph.Multiply(graph.Constant(0.5), graph.Subtract(x, graph.Unary(Operation.Abs, x)));

    private static Node Softmax(Graph graph, Node x)
    {
        Node exp = graph.Unary(Operation.Exp, graph.Subtract(x, graph.Largest(x)));
        return graph.Divide(exp, graph.Sum(exp));
    }

    private static Node Norm(Graph graph, Node x)
    {
        // The width is a symbol, so it is counted: a sum of ones.
        Node width = graph.Sum(graph.Broadcast(graph.Constant(1), x.Shape));
        Node centered = graph.Subtract(x, graph.Divide(graph.Sum(x), width));
        Node variance = graph.Divide(graph.Sum(graph.Multiply(centered, centered)), width);
        return graph.Divide(centered, graph.Unary(Operation.Sqrt, graph.Add(variance, graph.Constant(NormFloor))));
    }
}
