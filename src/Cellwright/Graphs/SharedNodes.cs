namespace Cellwright.Graphs;

/// <summary>
/// Which unnamed values of a graph deserve a name when it is printed: those used more than once that are not short, and
/// those that would make a line too long. Printing is then as long as the graph, and not as all its paths.
/// </summary>
internal sealed class SharedNodes
{
    // In operations and names. U^T δ is shorter than a name's own line is worth.
    private const int Short = 6;
    private const int Long = 28;

    private readonly Func<Node, bool> isNamed;
    private readonly Func<Node, IEnumerable<Node>> operands;
    private readonly Dictionary<Node, int> uses = [];

    private SharedNodes(Func<Node, bool> isNamed, Func<Node, IEnumerable<Node>> operands)
    {
        this.isNamed = isNamed;
        this.operands = operands;
    }

    /// <summary>The nodes to be named.</summary>
    /// <param name="roots">What has a line of its own.</param>
    /// <param name="isNamed">Whether a node has a name already.</param>
    /// <param name="operands">What is printed inside a node.</param>
    public static HashSet<Node> Of(IEnumerable<Node> roots, Func<Node, bool> isNamed, Func<Node, IEnumerable<Node>> operands)
    {
        SharedNodes nodes = new(isNamed, operands);
        HashSet<Node> lines = [.. roots];
        foreach (Node root in lines)
        {
            nodes.Visit(root);
        }

        return nodes.Choose(lines);
    }

    private void Visit(Node root)
    {
        Stack<Node> open = new([root]);
        HashSet<Node> seen = [];
        while (open.TryPop(out Node? node))
        {
            foreach (Node operand in operands(node).Distinct().Where(operand => !isNamed(operand)))
            {
                bool isNew = !uses.ContainsKey(operand);
                uses[operand] = uses.GetValueOrDefault(operand) + 1;
                if (isNew && seen.Add(operand))
                {
                    open.Push(operand);
                }
            }
        }
    }

    private HashSet<Node> Choose(HashSet<Node> lines)
    {
        HashSet<Node> chosen = [];
        Dictionary<Node, int> sizes = [];
        HashSet<Node> stacks = [];
        foreach (Node node in uses.Keys.OrderBy(node => node.Id))
        {
            int size = 1 + operands(node).Sum(operand => isNamed(operand) || chosen.Contains(operand) ? 1 : sizes.GetValueOrDefault(operand, 1));
            sizes[node] = size;
            bool isPlace = node.Operation is Operation.PlaceRows or Operation.PlaceColumns or Operation.StateCotangent or Operation.Broadcast or Operation.OuterTotal or Operation.Total;
            // Parts placed one behind the other are printed as one vector, so their sum is not cut.
            bool isStack = node.Operation == Operation.Add && node.Operands.Any(operand => operand.Operation == Operation.PlaceRows || stacks.Contains(operand)) && stacks.Add(node);
            if (!isPlace && !lines.Contains(node) && ((uses[node] > 1 && size >= Short) || (size >= Long && !isStack)))
            {
                chosen.Add(node);
            }
        }

        return chosen;
    }
}
