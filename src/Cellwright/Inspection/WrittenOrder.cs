using Cellwright.Equations;
using Cellwright.Graphs;

namespace Cellwright.Inspection;

/// <summary>
/// Where an equation first mentions what a node is made of. A graph keeps sums and products in an order of its own; with
/// numbers in them they are to be read in the order of the text.
/// </summary>
internal sealed class WrittenOrder
{
    private const string Before = "[t-1]";

    private readonly Dictionary<string, int> places = [];
    private readonly IReadOnlyDictionary<Node, string> names;
    private readonly Dictionary<Node, int> ranks = [];

    /// <summary>Reads the order of one equation.</summary>
    /// <param name="equation">The equation; null for none, which leaves all as it is.</param>
    /// <param name="names">The signals that nodes are.</param>
    public WrittenOrder(Equation? equation, IReadOnlyDictionary<Node, string> names)
    {
        this.names = names;
        foreach (Expression? value in new[] { equation?.Value }.Concat(equation?.PartValues ?? []))
        {
            Note(value);
        }
    }

    /// <summary>The place of the first thing that a node mentions; numbers alone stand first.</summary>
    public int Of(Node node, bool isTop = false)
    {
        if (ranks.TryGetValue(node, out int rank))
        {
            return rank;
        }

        string? name = !isTop && names.TryGetValue(node, out string? signal) ? signal
            : node.Operation == Operation.Previous ? node.Name + Before
            : node.Name;
        rank = name is not null ? places.GetValueOrDefault(name, int.MaxValue)
            : node.Operands.Length == 0 ? -1
            : node.Operands.Select(operand => Of(operand)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        ranks[node] = rank;
        return rank;
    }

    private void Note(Expression? expression)
    {
        switch (expression)
        {
            case ReferenceExpression reference:
                places.TryAdd(reference.Definition.Name + (reference.IsPrevious ? Before : string.Empty), places.Count);
                break;
            case SumExpression sum:
                Note(sum.Terms.Select(term => term.Value));
                break;
            case MultiplyExpression multiply:
                Note([multiply.Left, multiply.Right]);
                break;
            case PowerExpression power:
                Note([power.Base, power.Exponent]);
                break;
            case ProductExpression product:
                Note([product.Matrix, product.Operand]);
                break;
            case TransposeExpression transpose:
                Note(transpose.Inner);
                break;
            case ConcatenationExpression concatenation:
                Note(concatenation.Parts);
                break;
            case ApplyExpression apply:
                Note(apply.Arguments);
                break;
            case CallExpression call:
                Note(call.Arguments);
                break;
        }
    }

    private void Note(IEnumerable<Expression> parts)
    {
        foreach (Expression part in parts)
        {
            Note(part);
        }
    }
}
