using Cellwright.Graphs;

namespace Cellwright.Interchange;

/// <summary>A weight of a standard operator in terms of a cell: a sum of values computed from parameters alone, each times a number.</summary>
/// <remarks>
/// For most cells it is one parameter times 1. It may be a part of a stacked matrix, a transposed or a derived parameter, or
/// the sum of two matrices that one cell applies to the same vector. <see cref="RecurrentWeights"/> has the numbers.
/// </remarks>
public sealed class ParameterSum
{
    private readonly (double Factor, Node Value)[] terms;

    internal ParameterSum(IEnumerable<(double Factor, Node Value)> terms)
    {
        this.terms = [.. terms];
    }

    /// <summary>A weight that the cell does not have: zeros.</summary>
    public static ParameterSum None { get; } = new([]);

    /// <summary>Whether the cell has none, so that the weight is zeros.</summary>
    public bool IsNone => terms.Length == 0;

    /// <summary>The terms: a number and the node it multiplies, which depends on no step.</summary>
    public IReadOnlyList<(double Factor, Node Value)> Terms => terms;

    /// <summary>The name of the parameter this is, unchanged and whole; null where it is anything else.</summary>
    public string? Name => terms is [(1, { Operation: Operation.Parameter } parameter)] ? parameter.Name : null;

    /// <summary>The names of the parameters that it is computed from.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            SortedDictionary<int, string> found = [];
            Stack<Node> open = new(terms.Select(term => term.Value));
            while (open.TryPop(out Node? node))
            {
                if (node.Operation == Operation.Parameter)
                {
                    found[node.Id] = node.Name!;
                }

                foreach (Node operand in node.Operands)
                {
                    open.Push(operand);
                }
            }

            return [.. found.Values];
        }
    }

    internal ParameterSum Negated => new(terms.Select(term => (-term.Factor, term.Value)));
}
