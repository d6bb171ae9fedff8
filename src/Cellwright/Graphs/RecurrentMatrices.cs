namespace Cellwright.Graphs;

/// <summary>Finds the matrices that carry a state to its next value: those that multiply what follows from a state one step before.</summary>
public static class RecurrentMatrices
{
    /// <summary>The names of a cell's recurrent matrices, in the order of its parameters. A remembered input (x[t-1]) is no state here.</summary>
    public static IReadOnlyList<string> Of(CellGraph cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        CellState[] states = [.. cell.States.Where(state => state.Next.Operation != Operation.Input)];
        HashSet<Node> fromStates = [.. states.Select(state => state.Previous)];
        Dictionary<Node, HashSet<Node>> from = [];
        HashSet<Node> found = [];
        foreach (Node node in Below(states.Select(state => state.Next)).OrderBy(node => node.Id))
        {
            from[node] = node.Operation == Operation.Parameter ? [node] : [.. node.Operands.SelectMany(operand => operand.IsPerStep ? [] : from[operand])];
            if (node.Operands.Any(fromStates.Contains))
            {
                fromStates.Add(node);
                if (node.Operation == Operation.Product)
                {
                    found.UnionWith(node.Operands.Where(operand => !fromStates.Contains(operand)).SelectMany(operand => from[operand]));
                }
            }
        }

        return [.. cell.Parameters.Where(parameter => parameter.Node.Shape.Rank == 2 && found.Contains(parameter.Node)).Select(parameter => parameter.Name)];
    }

    private static HashSet<Node> Below(IEnumerable<Node> nodes)
    {
        HashSet<Node> below = [];
        Stack<Node> open = new(nodes);
        while (open.TryPop(out Node? node))
        {
            if (below.Add(node))
            {
                foreach (Node operand in node.Operands)
                {
                    open.Push(operand);
                }
            }
        }

        return below;
    }
}
