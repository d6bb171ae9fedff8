using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>
/// A cell put in order: the stages of the forward and the backward pass, and where every value lies. It knows no
/// sizes yet.
/// </summary>
public sealed class CellProgram
{
    private readonly CellGraph cell;
    private readonly Dictionary<Node, Place> leaves = [];
    private readonly Dictionary<Node, Place> kept = [];
    private readonly HashSet<Node> cotangentDependent = [];
    private IReadOnlyList<PlacedNode> sums = [];

    private CellProgram(CellGraph cell, CellGradients gradients)
    {
        this.cell = cell;
        Gradients = gradients;
    }

    /// <summary>The derived gradients the backward pass computes.</summary>
    public CellGradients Gradients { get; }

    /// <summary>The forward pass.</summary>
    public PassPlan Forward { get; private set; } = new([], [], []);

    /// <summary>The backward pass; step by step from the last.</summary>
    public PassPlan Backward { get; private set; } = new([], [], []);

    /// <summary>For each input of the cell, where its value at t lies.</summary>
    public IReadOnlyList<Place> Inputs { get; private set; } = [];

    /// <summary>For each mask of the cell, where its value at t lies.</summary>
    public IReadOnlyList<Place> Masks { get; private set; } = [];

    /// <summary>For each state of the cell, where its value at t lies.</summary>
    public IReadOnlyList<Place> States { get; private set; } = [];

    /// <summary>Where the output lies.</summary>
    public Place Output { get; private set; }

    /// <summary>Where the gradient by the output is put.</summary>
    public Place OutputCotangent { get; private set; }

    /// <summary>For each state, the gradient carried from step to step.</summary>
    public IReadOnlyList<Place> StateCotangents { get; private set; } = [];

    /// <summary>For each input, where its gradient lies; null where nothing flows.</summary>
    public IReadOnlyList<Place?> InputGradients { get; private set; } = [];

    /// <summary>The matrix gradients to sum up once both passes are done.</summary>
    public IReadOnlyList<OuterTotal> OuterTotals { get; private set; } = [];

    /// <summary>The vector gradients to sum up once both passes are done.</summary>
    public IReadOnlyList<ColumnTotal> ColumnTotals { get; private set; } = [];

    /// <summary>For each signal of the cell, where its values lie; null unless the program was built to trace.</summary>
    public IReadOnlyList<Place?> Traces { get; private set; } = [];

    /// <summary>The forward values that are written down for the backward pass, besides states and inputs.</summary>
    public IReadOnlyList<Node> Saved { get; private set; } = [];

    /// <summary>Builds the program of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="trace">Whether every signal is kept for every step.</param>
    public static CellProgram Build(CellGraph cell, bool trace = false)
    {
        ArgumentNullException.ThrowIfNull(cell);
        // The graph grows while a program is built from it.
        lock (cell.Graph)
        {
            CellProgram program = new(cell, CellGradients.Derive(cell));
            program.PlaceLeaves();
            program.BuildForward(trace);
            program.BuildBackward(trace);
            return program;
        }
    }

    private static Place SinglePlace(string name, Storage storage, Width width) => new ValueBuffer(name, storage).Add(width);

    private void PlaceLeaves()
    {
        List<Place> inputs = [];
        foreach (NamedNode input in cell.Inputs)
        {
            bool isRemembered = cell.States.Any(state => IsInputState(state) && state.Next == input.Node);
            Place place = SinglePlace("input " + input.Name, isRemembered ? Storage.States : Storage.Steps, input.Node.Shape.Rows);
            inputs.Add(place);
            leaves[input.Node] = place;
        }

        List<Place> states = [];
        foreach (CellState state in cell.States)
        {
            Place place = IsInputState(state) ? leaves[state.Next] : SinglePlace("state " + state.Name, Storage.States, state.Next.Shape.Rows);
            states.Add(place);
            leaves[state.Previous] = place with { IsPrevious = true };
        }

        Inputs = inputs;
        Masks = [.. cell.Masks.Select(mask => leaves[mask.Node] = SinglePlace(mask.Name, Storage.Steps, mask.Node.Shape.Rows))];
        States = states;
    }

    // x[t-1] needs no loop: the whole input is there before it.
    private bool IsInputState(CellState state) => cell.Inputs.Any(input => input.Node == state.Next && input.Name == state.Name);

    private void BuildForward(bool trace)
    {
        HashSet<Node> anchors = [.. cell.Signals.Select(signal => signal.Node), .. cell.States.Select(state => state.Next), cell.Output.Node];
        HashSet<Node> carryLeaves = [.. cell.States.Where(state => !IsInputState(state)).Select(state => state.Previous)];
        PassRequest request = new()
        {
            Available = node => leaves.TryGetValue(node, out Place place) ? place : null,
            IsCarryLeaf = carryLeaves.Contains,
            IsAnchor = anchors.Contains,
            Roots = [.. cell.Signals.Select(signal => signal.Node), .. cell.States.Select(state => state.Next), cell.Output.Node],
        };
        Place? output = null;
        for (int i = 0; i < cell.States.Count; i++)
        {
            if (IsInputState(cell.States[i]))
            {
                continue;
            }

            request.Targets.Add(new PlacedNode(cell.States[i].Next, States[i]));
            request.Carried.Add(cell.States[i].Next);
            output ??= cell.States[i].Next == cell.Output.Node ? States[i] : null;
        }

        if (output is null)
        {
            output = SinglePlace("output", Storage.Steps, cell.Output.Node.Shape.Rows);
            request.Targets.Add(new PlacedNode(cell.Output.Node, output.Value));
        }

        Output = output.Value;
        foreach (PlacedNode target in request.Targets)
        {
            kept.TryAdd(target.Node, target.Place);
        }

        Saved = [.. FindSaved().OrderBy(node => node.Id)];
        request.Kept.AddRange(Saved);
        if (trace)
        {
            request.Kept.AddRange(cell.Signals.Select(signal => signal.Node).Where(node => node.IsPerStep && !Saved.Contains(node) && !kept.ContainsKey(node)).Distinct());
        }

        PassBuilder builder = new("forward", new PassAnalysis(cell.Graph, request));
        Forward = builder.Build();
        sums = builder.Sums;
        foreach (Node node in request.Kept)
        {
            kept.TryAdd(node, builder.PlaceOf(node)!.Value);
        }

        Traces = [.. cell.Signals.Select(signal => trace ? kept.TryGetValue(signal.Node, out Place place) ? place : builder.PlaceOf(signal.Node) : null)];
    }

    // What the backward pass reads of the forward pass and cannot cheaply compute again.
    private HashSet<Node> FindSaved()
    {
        foreach (Node node in cell.Graph.Nodes)
        {
            if (node.Operation is Operation.OutputCotangent or Operation.StateCotangent || node.Operands.Any(cotangentDependent.Contains))
            {
                cotangentDependent.Add(node);
            }
        }

        HashSet<Node> saved = [];
        HashSet<Node> seen = [];
        Stack<(Node Node, bool InMemory)> pending = new(GradientRoots().Select(root => (root, false)));
        while (pending.TryPop(out (Node Node, bool InMemory) next))
        {
            Node node = next.Node;
            if (!next.InMemory && !seen.Add(node))
            {
                continue;
            }

            if (cotangentDependent.Contains(node))
            {
                bool multiplies = node.Operation is Operation.OuterTotal or Operation.Product or Operation.Total or Operation.Concatenate or Operation.PlaceRows or Operation.SliceRows;
                foreach (Node operand in node.Operands)
                {
                    pending.Push((operand, multiplies && operand.IsPerStep && !cotangentDependent.Contains(operand)));
                }
            }
            else if (!node.IsPerStep || leaves.ContainsKey(node) || kept.ContainsKey(node))
            {
                continue;
            }
            else if (node.Operation == Operation.SliceRows)
            {
                pending.Push((node.Operands[0], true));
            }
            else if (!next.InMemory && IsRecomputed(node))
            {
                foreach (Node operand in node.Operands)
                {
                    pending.Push((operand, false));
                }
            }
            else
            {
                saved.Add(node);
            }
        }

        return saved;
    }

    private static bool IsRecomputed(Node node)
    {
        bool isSum = node.Operation is Operation.Add or Operation.Subtract;
        return isSum
            ? !node.Operands.Any(operand => operand.IsPerStep && HasProduct(operand))
            : node.Operation is Operation.Multiply or Operation.Negate or Operation.Minimum or Operation.Maximum
                or Operation.Greater or Operation.Abs or Operation.Sign or Operation.Relu or Operation.Broadcast;
    }

    private static bool HasProduct(Node node) => node.Operation == Operation.Product
        || (node.Operation == Operation.Add && node.Operands.Any(operand => operand.IsPerStep && HasProduct(operand)));

    private IEnumerable<Node> GradientRoots() =>
        Gradients.StateGradients.Concat(Gradients.InputGradients).Concat(Gradients.ParameterGradients).OfType<Node>();

    private void BuildBackward(bool trace)
    {
        Graph graph = cell.Graph;
        OutputCotangent = SinglePlace("gradient by output", Storage.Steps, cell.Output.Node.Shape.Rows);
        Dictionary<Node, Place> available = new(kept) { [Gradients.OutputCotangent] = OutputCotangent };
        foreach ((Node node, Place place) in leaves)
        {
            available[node] = place;
        }

        StateCotangents = [.. cell.States.Select(state => SinglePlace("gradient by state " + state.Name, Storage.Carries, state.Next.Shape.Rows))];
        for (int i = 0; i < cell.States.Count; i++)
        {
            available[Gradients.StateCotangents[i]] = StateCotangents[i] with { IsPrevious = true };
        }

        List<PlacedNode> targets = [];
        HashSet<Node> carried = [];
        for (int i = 0; i < cell.States.Count; i++)
        {
            Width width = cell.States[i].Next.Shape.Rows;
            Node gradient = Gradients.StateGradients[i] ?? graph.Broadcast(graph.Constant(0), Shape.Vector(width));
            targets.Add(new PlacedNode(gradient, StateCotangents[i]));
            carried.Add(gradient);
        }

        InputGradients = [.. cell.Inputs.Select((input, i) => Gradients.InputGradients[i] is null
            ? (Place?)null
            : SinglePlace("gradient by " + input.Name, Storage.Steps, input.Node.Shape.Rows))];
        for (int i = 0; i < cell.Inputs.Count; i++)
        {
            if (InputGradients[i] is { } place)
            {
                targets.Add(new PlacedNode(Gradients.InputGradients[i]!, place));
            }
        }

        List<Node> totals = Totals();
        // What many products share lies side by side: the left factors first, in the order of the sums that they are gradients by.
        List<PlacedNode> successors = Successors([.. totals.Where(total => total.Operation == Operation.OuterTotal).Select(total => total.Operands[0]).Distinct()]);
        List<Node> wanted = [.. successors.Select(successor => successor.Node)
            .Concat(totals.Where(total => total.Operation == Operation.OuterTotal).Select(total => total.Operands[0]).OrderBy(node => node.Id))
            .Concat(totals.Where(total => total.Operation == Operation.OuterTotal).Select(total => total.Operands[1]))
            .Concat(totals.Where(total => total.Operation == Operation.Total).Select(total => total.Operands[0]))
            .Distinct()];
        PassRequest request = new()
        {
            Available = node => available.TryGetValue(node, out Place place) ? place : null,
            IsCarryLeaf = node => node.Operation == Operation.StateCotangent,
            IsAnchor = _ => false,
            Roots = [.. targets.Select(target => target.Node), .. wanted],
            AllowSinks = true,
            HeldAt = place => kept.Where(pair => pair.Value with { Offset = null } == place).Select(pair => pair.Key),
        };
        if (!trace)
        {
            request.Successors.AddRange(successors);
        }

        request.Targets.AddRange(targets);
        request.Carried.UnionWith(carried);
        request.Kept.AddRange(wanted);
        // A gradient carried from step to step is overwritten; what multiplies it behind the loop needs a copy.
        foreach (Node leaf in Gradients.StateCotangents.Where(leaf => graph.Nodes.Any(node =>
            node.Operation is Operation.OuterTotal or Operation.Total or Operation.Product && node.Operands.Any(operand => PassAnalysis.WholeOf(operand) == leaf))))
        {
            Place copy = SinglePlace("kept gradient by state " + leaf.Name, Storage.Steps, leaf.Shape.Rows);
            request.Copies.Add(leaf, copy);
            request.Targets.Add(new PlacedNode(leaf, copy));
        }

        PassBuilder builder = new("backward", new PassAnalysis(graph, request));
        Backward = builder.Build();
        Place Of(Node node) => builder.PlaceOutsideLoop(node) ?? throw new InvalidOperationException($"{node} has no place");
        OuterTotals = [.. totals.Where(total => total.Operation == Operation.OuterTotal).Select(total => new OuterTotal(total, Of(total.Operands[0]), Of(total.Operands[1])))];
        ColumnTotals = [.. totals.Where(total => total.Operation == Operation.Total).Select(total => new ColumnTotal(total, Of(total.Operands[0])))];
        MakeDense();
    }

    // What passes through callers' tensors, unless products read it, which they do faster where rows lie a little apart,
    // or kernels touch a part of it, of which whole vectors might reach past a tensor's end.
    private void MakeDense()
    {
        List<Stage> stages = [.. Backward.Before, .. Backward.Loop, .. Backward.After];
        HashSet<ValueBuffer> others =
        [
            .. stages.OfType<ProductStage>().SelectMany(product => product.Operands).Select(operand => operand.Place.Buffer),
            .. stages.OfType<PointwiseStage>().SelectMany(kernel => kernel.Loads.Concat(kernel.Stores)).Where(each => each.Place.Offset is not null).Select(each => each.Place.Buffer),
            .. stages.OfType<AssembleStage>().SelectMany(stage => stage.Parts.Select(part => part.Place).Append(stage.Result)).Select(place => place.Buffer),
            .. OuterTotals.SelectMany(total => (Place[])[total.Left, total.Right]).Concat(ColumnTotals.Select(total => total.Place)).Select(place => place.Buffer),
        ];
        foreach (Place place in InputGradients.OfType<Place>().Append(OutputCotangent).Where(place => !others.Contains(place.Buffer)))
        {
            place.Buffer.IsDense = true;
        }
    }

    // For gradients by sums of products, where those lay: the backward pass has read what the forward pass kept there
    // once it computes them.
    private List<PlacedNode> Successors(IReadOnlyCollection<Node> factors)
    {
        Dictionary<Node, Place> places = [];
        foreach (PlacedNode sum in sums)
        {
            if (Gradients.Adjoints.TryGetValue(sum.Node, out Node? gradient) && factors.Contains(gradient) && gradient.Shape == sum.Node.Shape)
            {
                places.TryAdd(gradient, sum.Place);
            }
        }

        return [.. places.Select(pair => new PlacedNode(pair.Key, pair.Value)).OrderBy(each => each.Place.Slot)];
    }

    /// <summary>The multiply-adds of the forward pass's matrix products, a step and sequence.</summary>
    public long MultiplyAddsPerStep(IReadOnlyDictionary<string, int> sizes) =>
        Forward.Before.Concat(Forward.Loop).Concat(Forward.After).OfType<ProductStage>()
            .SelectMany(stage => stage.Matrices).SelectMany(row => row)
            .Sum(matrix => (long)matrix.Shape.Rows.Evaluate(sizes) * matrix.Shape.Columns.Evaluate(sizes));

    private List<Node> Totals()
    {
        HashSet<Node> seen = [];
        Stack<Node> pending = new(Gradients.ParameterGradients.OfType<Node>());
        while (pending.TryPop(out Node? node))
        {
            if (seen.Add(node) && !node.IsPerStep)
            {
                foreach (Node operand in node.Operands)
                {
                    pending.Push(operand);
                }
            }
        }

        return [.. seen.Where(node => node.Operation is Operation.OuterTotal or Operation.Total && node.Operands.Any(operand => operand.IsPerStep)).OrderBy(node => node.Id)];
    }
}
