namespace Cellwright.Graphs;

/// <summary>
/// Zoneout (Krueger et al., 2017) as a rewrite of a cell: a state s whose equation gives s̃ becomes
/// s[t] = m * s[t-1] + (1 - m) * s̃[t]. In training m is a mask of zeros and ones, in use its expectation.
/// </summary>
/// <remarks>
/// Other equations of the same step read s̃ and keep their place among the signals; the output, where it is the state, is
/// s. In an LSTM that is h̃ = o * tanh(c̃), as in the paper. The rewritten cell has a graph of its own.
/// </remarks>
public static class Zoneout
{
    /// <summary>What stands before a state's name in the name of its mask.</summary>
    public const string MaskPrefix = "zoneout.";

    /// <summary>The cell in use: states are expectations.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="rates">The probability with which a state keeps its previous value, by the state's name.</param>
    public static CellGraph InUse(CellGraph cell, IReadOnlyDictionary<string, double> rates)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(rates);
        return Rewrite(cell, rates.ContainsKey, (graph, state) => graph.Constant(rates[state.Name]), isMasked: false);
    }

    /// <summary>The cell with a mask for each zoned-out state among its <see cref="CellGraph.Masks"/>, named <c>zoneout.</c> and the state's name.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="states">The names of the states that are zoned out.</param>
    public static CellGraph InTraining(CellGraph cell, IEnumerable<string> states)
    {
        ArgumentNullException.ThrowIfNull(cell);
        HashSet<string> names = [.. states];
        return Rewrite(cell, names.Contains, (graph, state) => graph.Input(MaskPrefix + state.Name, state.Next.Shape.Rows), isMasked: true);
    }

    private static CellGraph Rewrite(CellGraph cell, Func<string, bool> isZoned, Func<Graph, CellState, Node> share, bool isMasked)
    {
        Graph graph = new();
        Dictionary<Node, Node> copies = [];
        foreach (Node node in Reached(cell))
        {
            copies.Add(node, graph.Adopt(node, [.. node.Operands.Select(operand => copies[operand])]));
        }

        List<NamedNode> masks = [];
        Dictionary<string, Node> zoned = [];
        foreach (CellState state in cell.States.Where(state => isZoned(state.Name)))
        {
            Node kept = share(graph, state);
            zoned.Add(state.Name, graph.Add(
                graph.Multiply(kept, copies[state.Previous]),
                graph.Multiply(graph.Subtract(graph.Constant(1), kept), copies[state.Next])));
            if (isMasked)
            {
                masks.Add(new NamedNode(kept.Name!, kept));
            }
        }

        NamedNode Copy(NamedNode named) => named with { Node = copies[named.Node] };
        return new CellGraph
        {
            Graph = graph,
            Inputs = [.. cell.Inputs.Select(Copy)],
            Masks = masks,
            Signals = [.. cell.Signals.Select(Copy)],
            States = [.. cell.States.Select(state =>
                new CellState(state.Name, copies[state.Previous], zoned.GetValueOrDefault(state.Name, copies[state.Next]), copies[state.Initial]))],
            Parameters = [.. cell.Parameters.Select(parameter => parameter with { Node = copies[parameter.Node] })],
            DerivedParameters = [.. cell.DerivedParameters.Select(Copy)],
            Output = cell.Output with { Node = StateOf(cell) is { } name ? zoned.GetValueOrDefault(name, copies[cell.Output.Node]) : copies[cell.Output.Node] },
        };
    }

    // The state that the output is, under its own name or another.
    private static string? StateOf(CellGraph cell) =>
        cell.States.Where(state => state.Next == cell.Output.Node).OrderBy(state => state.Name != cell.Output.Name).Select(state => state.Name).FirstOrDefault();

    // What the cell computes, without what was derived from it; operands first.
    private static IEnumerable<Node> Reached(CellGraph cell)
    {
        SortedDictionary<int, Node> reached = [];
        Stack<Node> pending = new(cell.Inputs.Concat(cell.Signals).Concat(cell.DerivedParameters).Append(cell.Output).Select(named => named.Node)
            .Concat(cell.Parameters.Select(parameter => parameter.Node))
            .Concat(cell.States.SelectMany(state => new[] { state.Previous, state.Next, state.Initial })));
        while (pending.TryPop(out Node? node))
        {
            if (reached.TryAdd(node.Id, node))
            {
                foreach (Node operand in node.Operands)
                {
                    pending.Push(operand);
                }
            }
        }

        return reached.Values;
    }
}
