using Cellwright.Graphs;

namespace Cellwright.Interchange;

/// <summary>An activation function with its numbers, as ONNX names them.</summary>
/// <param name="Function">The function.</param>
/// <param name="Alpha">Its alpha; 0 where it has none.</param>
/// <param name="Beta">Its beta; 0 where it has none.</param>
public readonly record struct RecurrentActivation(ActivationFunction Function, double Alpha = 0, double Beta = 0)
{
    /// <summary>The sigmoid.</summary>
    public static RecurrentActivation Sigmoid { get; } = new(ActivationFunction.Sigmoid);

    /// <summary>The hyperbolic tangent.</summary>
    public static RecurrentActivation Tanh { get; } = new(ActivationFunction.Tanh);

    /// <summary>No function: a itself.</summary>
    public static RecurrentActivation Identity { get; } = new(ActivationFunction.Identity);

    /// <summary>Whether 1 − f(a) is f(−a), so that the complement of a gate is the gate with its weights negated.</summary>
    public bool IsPointSymmetric => Function == ActivationFunction.Sigmoid || this is { Function: ActivationFunction.HardSigmoid, Beta: 0.5 };

    /// <summary>The function as the equation language or ONNX calls it.</summary>
    public override string ToString() => Function switch
    {
        ActivationFunction.LeakyRelu => FormattableString.Invariant($"leaky_relu({Alpha})"),
        ActivationFunction.ScaledTanh => FormattableString.Invariant($"{Alpha} tanh({Beta} a)"),
        ActivationFunction.HardSigmoid => FormattableString.Invariant($"hard_sigmoid({Alpha}, {Beta})"),
        _ => Function.ToString().ToLowerInvariant(),
    };

    /// <summary>The function that a node applies, and to what; the identity where it is none of them.</summary>
    internal static (RecurrentActivation Function, Node Argument) Of(Node node)
    {
        switch (node.Operation)
        {
            case Operation.Sigmoid:
                return (Sigmoid, node.Operands[0]);
            case Operation.Tanh:
                return (Tanh, node.Operands[0]);
            case Operation.Relu:
                return (new RecurrentActivation(ActivationFunction.Relu), node.Operands[0]);
            case Operation.Softplus:
                return (new RecurrentActivation(ActivationFunction.Softplus), node.Operands[0]);
            case Operation.Maximum:
                return OfMaximum(node);
            case Operation.Minimum:
                return OfHardSigmoid(node) ?? (Identity, node);
            case Operation.Multiply when NodePattern.Scaled(node) is (var alpha, { Operation: Operation.Tanh } tanh):
                (double beta, Node argument) = NodePattern.Scaled(tanh.Operands[0]) ?? (1, tanh.Operands[0]);
                return (new RecurrentActivation(ActivationFunction.ScaledTanh, alpha, beta), argument);
            case Operation.Divide when NodePattern.Shifted(node.Operands[1]) is (1.0, { Operation: Operation.Abs } size) && size.Operands[0] == node.Operands[0]:
                return (new RecurrentActivation(ActivationFunction.Softsign), node.Operands[0]);
            case Operation.Subtract when node.Operands[1] is { Operation: Operation.Constant, Value: 1 } && OfElu(node.Operands[0]) is { } inner:
                return (new RecurrentActivation(ActivationFunction.Elu, 1), inner);
            // A tanh of a scaled value is one with beta; scaled values inside of a sigmoid are the weights'.
            default:
                return (Identity, node);
        }
    }

    // max(a, 0) is relu, max(a, k a) with k from 0 to 1 the leaky one.
    private static (RecurrentActivation, Node) OfMaximum(Node node)
    {
        foreach ((Node a, Node b) in NodePattern.BothWays(node))
        {
            if (b is { Operation: Operation.Constant, Value: 0 })
            {
                return (new RecurrentActivation(ActivationFunction.Relu), a);
            }

            if (NodePattern.Scaled(b) is ( >= 0 and <= 1 and var alpha, var scaled) && scaled == a)
            {
                return (new RecurrentActivation(ActivationFunction.LeakyRelu, alpha), a);
            }
        }

        return (Identity, node);
    }

    private static (RecurrentActivation, Node)? OfHardSigmoid(Node node)
    {
        if (NodePattern.Bounded(node) is not (var inner, 0.0, 1.0))
        {
            return null;
        }

        (double beta, Node rest) = NodePattern.Shifted(inner) ?? (0, inner);
        (double alpha, Node argument) = NodePattern.Scaled(rest) ?? (1, rest);
        return (new RecurrentActivation(ActivationFunction.HardSigmoid, alpha, beta), argument);
    }

    // ½(a + |a|) + exp(½(a − |a|)), as the language builds it.
    private static Node? OfElu(Node sum)
    {
        if (sum.Operation != Operation.Add)
        {
            return null;
        }

        foreach ((Node positive, Node exponential) in NodePattern.BothWays(sum))
        {
            if (exponential.Operation == Operation.Exp
                && NodePattern.Scaled(exponential.Operands[0]) is (0.5, { Operation: Operation.Subtract } difference)
                && NodePattern.Scaled(positive) is (0.5, { Operation: Operation.Add } total)
                && difference.Operands[1] is { Operation: Operation.Abs } size && size.Operands[0] == difference.Operands[0]
                && NodePattern.BothWays(total).Any(pair => pair.First == difference.Operands[0] && pair.Second == size))
            {
                return difference.Operands[0];
            }
        }

        return null;
    }
}
