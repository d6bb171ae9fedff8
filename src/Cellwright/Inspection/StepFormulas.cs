using System.Globalization;
using Cellwright.Equations;
using Cellwright.Graphs;

namespace Cellwright.Inspection;

/// <summary>One element of a node as a formula of numbers.</summary>
/// <param name="values">The value of every node at the step.</param>
/// <param name="signals">The nodes that have a name, which are a number wherever they are used.</param>
/// <param name="evaluator">Knows the sizes.</param>
/// <param name="order">The order in which the equation is written.</param>
internal sealed class StepFormulas(IReadOnlyDictionary<Node, double[]> values, IReadOnlySet<Node> signals, NodeEvaluator evaluator, WrittenOrder order)
{
    /// <summary>The equation's right side: a named node's own operation.</summary>
    public Formula Of(Node node, int element) => Build(node, element, isTop: true);

    private Formula Build(Node node, int element, bool isTop)
    {
        Formula Operand(int i) => Build(node.Operands[i], node.Operands[i].Shape.IsSingle ? 0 : element, isTop: false);
        if (!isTop && signals.Contains(node))
        {
            return Number(node, element);
        }

        switch (node.Operation)
        {
            case Operation.Add or Operation.Subtract:
                List<(int Place, FormulaTerm Term)> terms = [];
                AddTerms(node, element, isNegative: false, terms, isTop: true);
                return new SumFormula([.. terms.OrderBy(each => each.Place).Select(each => each.Term)]);
            case Operation.Negate:
                return new SumFormula([new FormulaTerm(true, Operand(0))]);
            case Operation.Multiply:
                int first = order.Of(node.Operands[1]) < order.Of(node.Operands[0]) ? 1 : 0;
                return new MultiplyFormula(Operand(first), Operand(1 - first), HasNumber: true);
            case Operation.Divide:
                return new QuotientFormula(Operand(0), Operand(1));
            case Operation.Greater:
                return new GreaterFormula(Operand(0), Operand(1));
            case Operation.Broadcast:
                return Build(node.Operands[0], 0, isTop: false);
            case Operation.SliceRows when node.IsPerStep:
                return Build(node.Operands[0], element + evaluator.Evaluate(node.Offset!), isTop: false);
            case Operation.Concatenate:
                foreach (Node part in node.Operands)
                {
                    int width = evaluator.Length(part);
                    if (element < width)
                    {
                        return Build(part, element, isTop: false);
                    }

                    element -= width;
                }

                return Number(node, element);
            default:
                return node.IsPerStep && ElementFunctions.IsElementwise(node.Operation) && node.Operands.Length > 0 ? Call(node, Operand) : Number(node, element);
        }
    }

    private static CallFormula Call(Node node, Func<int, Formula> operand)
    {
        string function = node.Operation switch
        {
            Operation.Minimum => "min",
            Operation.Maximum => "max",
            _ => node.Operation.ToString().ToLower(CultureInfo.InvariantCulture),
        };
        return new CallFormula(FunctionCatalog.Find(function)?.Name, function, [.. Enumerable.Range(0, node.Operands.Length).Select(operand)]);
    }

    private void AddTerms(Node node, int element, bool isNegative, List<(int Place, FormulaTerm Term)> terms, bool isTop)
    {
        if (node.Operation is Operation.Add or Operation.Subtract && (isTop || !signals.Contains(node)))
        {
            AddTerms(node.Operands[0], node.Operands[0].Shape.IsSingle ? 0 : element, isNegative, terms, isTop: false);
            AddTerms(node.Operands[1], node.Operands[1].Shape.IsSingle ? 0 : element, isNegative ^ (node.Operation == Operation.Subtract), terms, isTop: false);
        }
        else if (Build(node, element, isTop: false) is SumFormula { Terms: [{ IsNegative: var sign, Value: var inner }] })
        {
            terms.Add((order.Of(node), new FormulaTerm(isNegative ^ sign, inner)));
        }
        else
        {
            terms.Add((order.Of(node), new FormulaTerm(isNegative, Build(node, element, isTop: false))));
        }
    }

    private Formula Number(Node node, int element)
    {
        double[] all = values[node];
        double value = StepEquations.Rounded(all[all.Length == 1 ? 0 : element]);
        return value < 0 ? new SumFormula([new FormulaTerm(true, new NumberFormula(-value))]) : new NumberFormula(value);
    }
}
