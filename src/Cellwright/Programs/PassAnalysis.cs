using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>Dependences of one direction: sums of products, and at which position each value can and will be computed.</summary>
internal sealed class PassAnalysis
{
    private readonly Graph graph;
    private readonly PassRequest request;
    private readonly HashSet<Node> needed = [];
    private readonly HashSet<Node> feedsCarry = [];
    private readonly Dictionary<Node, Position> ready = [];
    private readonly Dictionary<Node, Position> positions = [];
    private readonly Dictionary<Phase, int> lastLevels = [];

    public PassAnalysis(Graph graph, PassRequest request)
    {
        this.graph = graph;
        this.request = request;
        Affines = FindAffines();
        foreach (Node root in Targets.Select(target => target.Node).Concat(Kept))
        {
            Reach(root, needed, Inputs);
        }

        Affines = Affines.Where(pair => needed.Contains(pair.Key)).ToDictionary();
        FindSinks();
        foreach (Node carried in request.Carried)
        {
            Reach(carried, feedsCarry, Inputs);
        }

        foreach (Node node in needed.OrderBy(node => node.Id))
        {
            _ = Ready(node);
        }

        foreach (Phase phase in Enum.GetValues<Phase>())
        {
            lastLevels[phase] = Affines.Values.SelectMany(affine => affine.Positions).Concat(ready.Values)
                .Where(position => position.Phase == phase).Select(position => position.Level).DefaultIfEmpty(0).Max();
        }

        DemandAll();
        Computed = [.. positions.Keys.OrderBy(node => node.Id)];
    }

    public IReadOnlyList<PlacedNode> Targets => request.Targets;

    public IReadOnlyList<Node> Kept => request.Kept;

    public IReadOnlyList<PlacedNode> Successors => request.Successors;

    public Dictionary<Node, Affine> Affines { get; }

    /// <summary>The nodes that a kernel computes for others than itself, operands first.</summary>
    public IReadOnlyList<Node> Computed { get; }

    /// <summary>For each node that products multiply, the phases in which they do.</summary>
    public Dictionary<Node, HashSet<Phase>> OperandPhases { get; } = [];

    public static bool IsReduction(Node node) => node.Operation is Operation.Sum or Operation.Largest;

    public static bool IsAssembly(Node node) => node.IsPerStep && node.Operation is Operation.Concatenate or Operation.PlaceRows;

    public static bool IsZero(Node node) =>
        node.Operation == Operation.Broadcast && node.Operands[0].Operation == Operation.Constant && node.Operands[0].Value == 0;

    public static Width KernelWidth(Node node) => IsReduction(node) ? node.Operands[0].Shape.Rows : node.Shape.Rows;

    public Place? Available(Node node) => request.Available(node);

    /// <summary>Whether products, or what runs behind this pass, read any of the values at a place.</summary>
    public bool IsReadByProducts(Place place) => request.HeldAt(place).Any(held =>
        OperandPhases.Keys.Concat(Kept).Any(operand => WholeOf(operand) == held));

    /// <summary>The values that lie at a place before this pass.</summary>
    public IEnumerable<Node> HeldAt(Place place) => request.HeldAt(place);

    /// <summary>Where a leaf is kept for what runs outside the loop, if it is.</summary>
    public Place? CopyOf(Node node)
    {
        if (request.Copies.TryGetValue(node, out Place place))
        {
            return place;
        }

        return node.Operation == Operation.SliceRows && node.IsPerStep && CopyOf(node.Operands[0]) is { } whole
            ? whole with { Offset = (whole.Offset ?? Width.Zero) + node.Offset! }
            : null;
    }

    /// <summary>The vector in which a part of one lies; every other node itself.</summary>
    public static Node WholeOf(Node node)
    {
        while (node.Operation == Operation.SliceRows && node.IsPerStep)
        {
            node = node.Operands[0];
        }

        return node;
    }

    public Position PositionOf(Node node) => positions[node];

    public int LastLevel(Phase phase) => lastLevels[phase];

    /// <summary>
    /// Whether a kernel computes the value again rather than read it: a few additions and multiplications cost less
    /// than memory. What hangs on the loop is not computed again behind it, where its leaves are gone.
    /// </summary>
    public bool IsCheap(Node node, Phase where)
    {
        if (request.IsAnchor(node) || Available(node) is not null || (where == Phase.After && ready[node].Phase == Phase.Loop))
        {
            return false;
        }

        return Affines.ContainsKey(node) || node.Operation is Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Negate
            or Operation.Minimum or Operation.Maximum or Operation.Greater or Operation.Abs or Operation.Sign or Operation.Relu or Operation.Broadcast;
    }

    /// <summary>The values that a node's kernel reads or shares, through what it computes again.</summary>
    public IEnumerable<Node> Frontier(Node node)
    {
        if (IsAssembly(node))
        {
            // Its parts are copied, so each must lie in memory.
            foreach (Node part in node.Operands.Where(part => !IsZero(part)))
            {
                yield return part;
            }

            yield break;
        }

        if (WholeOf(node) != node)
        {
            // A part of a vector is copied out of it, so the whole must lie in memory, however cheap it is.
            yield return node;
            yield break;
        }

        HashSet<Node> seen = [];
        Stack<Node> pending = new(Inputs(node, ofKernel: true));
        while (pending.TryPop(out Node? operand))
        {
            if (!operand.IsPerStep || !seen.Add(operand))
            {
                continue;
            }

            if (IsCheap(operand, positions[node].Phase))
            {
                foreach (Node inner in Inputs(operand, ofKernel: true))
                {
                    pending.Push(inner);
                }
            }
            else
            {
                yield return operand;
            }
        }
    }

    private static void Reach(Node root, HashSet<Node> seen, Func<Node, IEnumerable<Node>> inputs)
    {
        Stack<Node> pending = new([root]);
        while (pending.TryPop(out Node? node))
        {
            if (seen.Add(node))
            {
                foreach (Node operand in inputs(node))
                {
                    pending.Push(operand);
                }
            }
        }
    }

    private Dictionary<Node, Affine> FindAffines()
    {
        HashSet<Node> reached = [];
        foreach (Node root in request.Roots)
        {
            Reach(root, reached, node => Available(node) is null && node.IsPerStep ? node.Operands : []);
        }

        Dictionary<Node, int> uses = reached.Where(node => Available(node) is null).SelectMany(node => node.Operands)
            .GroupBy(node => node).ToDictionary(group => group.Key, group => group.Count());
        Dictionary<Node, Affine> found = Affine.Find(
            [.. reached.Where(node => Available(node) is null)],
            node => uses.GetValueOrDefault(node),
            node => request.IsAnchor(node) || Available(node) is not null);
        foreach (Affine affine in found.Values)
        {
            while (affine.Biases.Count > 1)
            {
                affine.Biases[0] = graph.Add(affine.Biases[0], affine.Biases[1]);
                affine.Biases.RemoveAt(1);
            }
        }

        return found;
    }

    private void FindSinks()
    {
        if (!request.AllowSinks)
        {
            return;
        }

        HashSet<Node> wanted = [.. needed.SelectMany(Inputs), .. Kept];
        foreach (PlacedNode target in Targets)
        {
            if (Affines.TryGetValue(target.Node, out Affine? affine) && !wanted.Contains(target.Node)
                && Targets.Count(other => other.Node == target.Node) == 1 && affine.Biases.Count == 0)
            {
                affine.IsSink = true;
                while (affine.Rest.Count > 1)
                {
                    affine.Rest[0] = graph.Add(affine.Rest[0], affine.Rest[1]);
                    affine.Rest.RemoveAt(1);
                    Reach(affine.Rest[0], needed, Inputs);
                }
            }
        }
    }

    private IEnumerable<Node> Inputs(Node node) => Inputs(node, ofKernel: false);

    // What a node is computed from; a kernel finds a sum's products done.
    private IEnumerable<Node> Inputs(Node node, bool ofKernel)
    {
        if (!node.IsPerStep || Available(node) is not null)
        {
            return [];
        }

        if (!Affines.TryGetValue(node, out Affine? affine))
        {
            return node.Operands;
        }

        return ofKernel ? affine.Rest : affine.Rest.Concat(affine.Products.Select(product => product.Operands[1]));
    }

    private Position Ready(Node node) => ready.TryGetValue(node, out Position known) ? known : ready[node] = FindReady(node);

    private Position FindReady(Node node)
    {
        Position start = new(Phase.Before, 0);
        if (!node.IsPerStep)
        {
            return start;
        }

        if (request.IsCarryLeaf(node))
        {
            return new Position(Phase.Loop, 0);
        }

        if (!Affines.TryGetValue(node, out Affine? affine) || Available(node) is not null)
        {
            return Inputs(node).Aggregate(start, (latest, operand) => Position.Later(latest, Ready(operand)));
        }

        bool hangsOnLoop = Inputs(node).Any(operand => Ready(operand).Phase != Phase.Before);
        Position rest = affine.Rest.Aggregate(start, (latest, operand) => Position.Later(latest, Ready(operand)));
        // Products that the loop does not wait for run once behind it; those that do not wait for the loop, before it.
        Position earliest = hangsOnLoop && !feedsCarry.Contains(node) ? new Position(Phase.After, 0) : start;
        if (affine.IsSink)
        {
            earliest = affine.Products.Aggregate(Position.Later(earliest, rest), (latest, product) => Position.Later(latest, Ready(product.Operands[1])));
            earliest = request.Carried.Contains(node) ? Position.Later(earliest, new Position(Phase.Loop, 0)) : earliest;
        }

        foreach (Node product in affine.Products)
        {
            Position operand = Position.Later(earliest, Ready(product.Operands[1]));
            affine.Positions.Add(operand with { Level = operand.Level + 1 });
        }

        return affine.Positions.Aggregate(rest, Position.Later);
    }

    private void DemandAll()
    {
        foreach (Affine affine in Affines.Values)
        {
            for (int i = 0; i < affine.Products.Count; i++)
            {
                Position position = affine.Positions[i];
                Node operand = affine.Products[i].Operands[1];
                operand = operand.Operation == Operation.SliceRows && Available(operand) is null ? operand.Operands[0] : operand;
                if (!OperandPhases.TryGetValue(operand, out HashSet<Phase>? phases))
                {
                    OperandPhases[operand] = phases = [];
                }

                phases.Add(position.Phase);
                Demand(operand, position with { Level = position.Level - 1 });
            }

            if (affine.IsSink && affine.Rest.Count > 0)
            {
                Position first = affine.Positions.Aggregate(Position.Earlier);
                Demand(affine.Rest[0], first with { Level = first.Level - 1 }, isTarget: true);
            }
        }

        foreach (Node node in Targets.Select(target => target.Node).Where(node => !(Affines.TryGetValue(node, out Affine? affine) && affine.IsSink)))
        {
            // As soon as it can be: what it shares with the operands of later products is then computed once.
            Demand(node, ready[node].Phase == Phase.Loop ? ready[node] : LastPosition(node), isTarget: true);
        }

        foreach (Node node in Kept)
        {
            Demand(node, LastPosition(node));
        }

        // Consumers have larger ids, so going down every node's consumers are placed before it is.
        SortedSet<int> pending = [.. positions.Keys.Select(node => node.Id)];
        while (pending.Count > 0)
        {
            int id = pending.Max;
            pending.Remove(id);
            Node node = graph.Nodes[id];
            foreach (Node operand in Frontier(node))
            {
                Node source = operand.Operation == Operation.SliceRows && Available(operand) is null ? operand.Operands[0] : operand;
                if (Demand(source, positions[node], isTarget: !source.IsPerStep))
                {
                    pending.Add(source.Id);
                }
            }
        }
    }

    private Position LastPosition(Node node) => ready[node].Phase == Phase.After
        ? new Position(Phase.After, lastLevels[Phase.After])
        : new Position(Phase.Loop, lastLevels[Phase.Loop]);

    private bool Demand(Node node, Position position, bool isTarget = false)
    {
        bool isAtHand = Available(node) is not null || !node.IsPerStep || (Affines.TryGetValue(node, out Affine? affine) && affine.IsSink);
        if (isAtHand && !isTarget)
        {
            return false;
        }

        // A sum of nothing but products lies in its slot already.
        if (!isTarget && Affines.TryGetValue(node, out Affine? sum) && sum.Rest.Count == 0)
        {
            return false;
        }

        position = Ready(node).Phase == Phase.After ? position : Position.Earlier(position, new Position(Phase.Loop, lastLevels[Phase.Loop]));
        if (positions.TryGetValue(node, out Position known) && known.CompareTo(position) <= 0)
        {
            return false;
        }

        positions[node] = position;
        return true;
    }
}
