using Cellwright.Graphs;

namespace Cellwright.Interchange;

/// <summary>Small shapes of expressions that recognition looks for, whichever way round they are written.</summary>
internal static class NodePattern
{
    /// <summary>The operands of a commutative operation in both orders.</summary>
    public static IEnumerable<(Node First, Node Second)> BothWays(Node node)
    {
        yield return (node.Operands[0], node.Operands[1]);
        yield return (node.Operands[1], node.Operands[0]);
    }

    /// <summary>k · a or a / k with a number k; null for anything else.</summary>
    public static (double Factor, Node Value)? Scaled(Node node) => node.Operation switch
    {
        Operation.Multiply when node.Operands[0].Operation == Operation.Constant => (node.Operands[0].Value, node.Operands[1]),
        Operation.Multiply when node.Operands[1].Operation == Operation.Constant => (node.Operands[1].Value, node.Operands[0]),
        Operation.Divide when node.Operands[1] is { Operation: Operation.Constant, Value: not 0 } divisor => (1 / divisor.Value, node.Operands[0]),
        Operation.Negate => (-1, node.Operands[0]),
        _ => null,
    };

    /// <summary>a + k or a − k with a number k; null for anything else.</summary>
    public static (double Shift, Node Value)? Shifted(Node node) => node.Operation switch
    {
        Operation.Add when node.Operands[0].Operation == Operation.Constant => (node.Operands[0].Value, node.Operands[1]),
        Operation.Add when node.Operands[1].Operation == Operation.Constant => (node.Operands[1].Value, node.Operands[0]),
        Operation.Subtract when node.Operands[1].Operation == Operation.Constant => (-node.Operands[1].Value, node.Operands[0]),
        _ => null,
    };

    /// <summary>A value between two numbers: min(max(a, low), high) or max(min(a, high), low).</summary>
    public static (Node Value, double Low, double High)? Bounded(Node node)
    {
        if (node.Operation is not (Operation.Minimum or Operation.Maximum) || Bound(node) is not var (outer, first))
        {
            return null;
        }

        Operation other = node.Operation == Operation.Minimum ? Operation.Maximum : Operation.Minimum;
        if (first.Operation != other)
        {
            // max(a, 0) has an operation of its own.
            return node.Operation == Operation.Minimum && first.Operation == Operation.Relu ? (first.Operands[0], 0, outer) : null;
        }

        return Bound(first) is var (inner, value)
            ? (value, Math.Min(inner, outer), Math.Max(inner, outer))
            : null;
    }

    /// <summary>1 − a; null for anything else.</summary>
    public static Node? Complement(Node node) =>
        node.Operation == Operation.Subtract && node.Operands[0] is { Operation: Operation.Constant, Value: 1 } ? node.Operands[1] : null;

    /// <summary>The terms of a sum, each with its sign and factors; sums inside factors stay whole.</summary>
    public static IReadOnlyList<(double Factor, IReadOnlyList<Node> Factors)> Terms(Node node)
    {
        List<(double, IReadOnlyList<Node>)> terms = [];
        Add(node, 1);
        return terms;

        void Add(Node part, double factor)
        {
            switch (part.Operation)
            {
                case Operation.Add:
                    Add(part.Operands[0], factor);
                    Add(part.Operands[1], factor);
                    break;
                case Operation.Subtract:
                    Add(part.Operands[0], factor);
                    Add(part.Operands[1], -factor);
                    break;
                case var _ when Scaled(part) is (var number, var inner):
                    Add(inner, factor * number);
                    break;
                default:
                    List<Node> factors = [];
                    terms.Add((factor * Split(part, factors), factors));
                    break;
            }
        }
    }

    // The factors of a product, and the number before it.
    private static double Split(Node node, List<Node> factors)
    {
        if (Scaled(node) is var (factor, value))
        {
            return factor * Split(value, factors);
        }

        if (node.Operation == Operation.Multiply)
        {
            return Split(node.Operands[0], factors) * Split(node.Operands[1], factors);
        }

        factors.Add(node);
        return 1;
    }

    private static (double Bound, Node Value)? Bound(Node node) => node.Operands switch
    {
        [{ Operation: Operation.Constant } bound, var value] => (bound.Value, value),
        [var value, { Operation: Operation.Constant } bound] => (bound.Value, value),
        _ => null,
    };
}
