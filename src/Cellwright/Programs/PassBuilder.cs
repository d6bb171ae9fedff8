using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>
/// Puts the nodes that one direction needs in order: which products run before, in and behind the time loop, which
/// elementwise nodes share a kernel, and what is written to memory in between.
/// </summary>
/// <remarks>
/// Nothing here depends on which values a caller wants kept: keeping one adds a store and changes no other value's
/// arithmetic, so a traced, a training and a streaming run give the same bits.
/// </remarks>
internal sealed class PassBuilder
{
    private readonly PassAnalysis analysis;
    private readonly Dictionary<Node, List<Place>> stores = [];
    private readonly Dictionary<Node, Place> places = [];
    private readonly HashSet<Node> kept = [];
    private readonly List<Kernel> kernels = [];
    private readonly Dictionary<Node, Kernel> homes = [];
    private readonly string name;
    private readonly ValueBuffer stepValues;
    private readonly ValueBuffer scratchValues;
    private readonly HashSet<Place> successors = [];

    public PassBuilder(string name, PassAnalysis analysis)
    {
        this.name = name;
        this.analysis = analysis;
        stepValues = new ValueBuffer(name + " values", Storage.Steps);
        scratchValues = new ValueBuffer(name + " scratch", Storage.Sequences);
    }

    /// <summary>The sums of products that have memory for all steps, once the pass is built.</summary>
    public IReadOnlyList<PlacedNode> Sums => [.. analysis.Affines.Values.Where(affine => !affine.IsSink && affine.Slot.Buffer.Storage == Storage.Steps)
        .Select(affine => new PlacedNode(affine.Root, affine.Slot))];

    /// <summary>Where a value lies once the pass is built, or null if it is not in memory.</summary>
    public Place? PlaceOf(Node node) => analysis.Available(node) ?? (places.TryGetValue(node, out Place place) ? place : ViewOf(node));

    /// <summary>Where a value lies for what runs outside the loop: what the loop overwrites was copied for it.</summary>
    public Place? PlaceOutsideLoop(Node node) => analysis.CopyOf(node) ?? PlaceOf(node);

    /// <summary>Builds the pass.</summary>
    public PassPlan Build()
    {
        foreach ((Node node, Place place) in analysis.Targets)
        {
            if (analysis.Affines.TryGetValue(node, out Affine? affine) && affine.IsSink)
            {
                affine.Slot = place;
            }
            else
            {
                Add(stores, node, place);
            }

            // What is carried lies where the next step reads it, and is overwritten by the one after.
            if (place.Buffer.Storage != Storage.Carries)
            {
                places.TryAdd(node, place);
            }
        }

        // A part of a vector lies in the whole, so the whole is kept for it.
        kept.UnionWith(analysis.Kept.Select(PassAnalysis.WholeOf).Where(node => analysis.Available(node) is null));
        foreach (Affine affine in analysis.Affines.Values.Where(affine => affine.IsSink && affine.Rest.Count > 0))
        {
            Add(stores, affine.Rest[0], affine.Slot);
        }

        GroupKernels();
        PlaceSums();
        PlaceValues();
        return new PassPlan(Stages(Phase.Before), Stages(Phase.Loop), Stages(Phase.After));
    }

    private static void Add(Dictionary<Node, List<Place>> map, Node node, Place place)
    {
        if (!map.TryGetValue(node, out List<Place>? list))
        {
            map[node] = list = [];
        }

        list.Add(place);
    }

    private static Node? ViewBase(Node node) => node.Operation == Operation.SliceRows && node.IsPerStep ? node.Operands[0] : null;

    private Place? ViewOf(Node node)
    {
        if (ViewBase(node) is not { } source || PlaceOf(source) is not { } place)
        {
            return null;
        }

        return place with { Offset = (place.Offset ?? Width.Zero) + node.Offset! };
    }

    // Which kernel computes which node. Nodes of one position, one width and one rank of dependence share a kernel.
    private void GroupKernels()
    {
        Dictionary<(Position, int, Width, Node?), Kernel> byKey = [];
        foreach (Node node in analysis.Computed)
        {
            Position position = analysis.PositionOf(node);
            bool isAssembly = PassAnalysis.IsAssembly(node);
            int rank = 0;
            foreach (Node operand in analysis.Frontier(node))
            {
                if (homes.TryGetValue(ViewBase(operand) ?? operand, out Kernel? home) && home.Position == position)
                {
                    bool joins = !isAssembly && !home.IsAssembly && ViewBase(operand) is null && !PassAnalysis.IsReduction(operand)
                        && home.Width.Equals(PassAnalysis.KernelWidth(node));
                    rank = Math.Max(rank, joins ? home.Rank : home.Rank + 1);
                }
            }

            (Position, int, Width, Node?) key = (position, rank, PassAnalysis.KernelWidth(node), isAssembly ? node : null);
            if (!byKey.TryGetValue(key, out Kernel? kernel))
            {
                byKey[key] = kernel = new Kernel(position, rank, key.Item3, isAssembly);
                kernels.Add(kernel);
            }

            kernel.Roots.Add(node);
            homes.Add(node, kernel);
        }

        kernels.Sort((a, b) => a.Position != b.Position ? a.Position.CompareTo(b.Position) : a.Rank.CompareTo(b.Rank));
        foreach (Kernel kernel in kernels)
        {
            kernel.Close(node => IsInput(node, kernel), analysis.Affines);
        }
    }

    private bool IsInput(Node node, Kernel kernel) => analysis.Available(node) is not null || ViewBase(node) is not null
        || (homes.TryGetValue(node, out Kernel? home) && home != kernel && !analysis.IsCheap(node, kernel.Position.Phase));

    // Sums of products get slots side by side: first those that are complete first.
    private void PlaceSums()
    {
        ValueBuffer sums = new(name + " sums", Storage.Steps);
        ValueBuffer scratch = new(name + " scratch sums", Storage.Sequences);
        foreach (Affine affine in analysis.Affines.Values.Where(affine => !affine.IsSink)
            .OrderBy(affine => affine.Positions.Aggregate(Position.Later)).ThenBy(affine => affine.Root.Id))
        {
            IEnumerable<Phase> phases = affine.Positions.Select(position => position.Phase)
                .Concat(kernels.Where(kernel => kernel.Sums.Contains(affine.Root)).Select(kernel => kernel.Position.Phase));
            bool wholeTime = phases.Any(phase => phase != Phase.Loop) || kept.Contains(affine.Root);
            affine.Slot = (wholeTime ? sums : scratch).Add(affine.Root.Shape.Rows);
            if (affine.Rest.Count == 0 && homes.GetValueOrDefault(affine.Root) is null)
            {
                places.TryAdd(affine.Root, affine.Slot);
            }
        }
    }

    private void PlaceValues()
    {
        HashSet<Place> shared = [];
        // All or none: what products share lies side by side.
        if (analysis.Successors.All(CanSucceed))
        {
            foreach ((Node node, Place place) in analysis.Successors)
            {
                places.Add(node, place);
                Add(stores, node, place);
                successors.Add(place);
            }
        }

        foreach (Node node in analysis.Kept.Concat(kernels.SelectMany(kernel => kernel.Roots)).Distinct())
        {
            if (places.ContainsKey(node) || !homes.TryGetValue(node, out Kernel? home))
            {
                continue;
            }

            bool elsewhere = kernels.Any(kernel => kernel != home && kernel.Reads(node));
            bool isOperand = analysis.OperandPhases.TryGetValue(node, out HashSet<Phase>? operandPhases);
            if (!elsewhere && !isOperand && !kept.Contains(node))
            {
                continue;
            }

            bool wholeTime = kept.Contains(node) || home.Position.Phase != Phase.Loop
                || kernels.Any(kernel => kernel.Position.Phase != Phase.Loop && kernel.Reads(node))
                || (operandPhases?.Any(phase => phase != Phase.Loop) ?? false);
            Place place = !wholeTime ? scratchValues.Add(node.Shape.Rows)
                : ReusableSum(node, home) is { } sum && shared.Add(sum) ? sum
                : stepValues.Add(node.Shape.Rows);
            places.Add(node, place);
            Add(stores, node, place);
        }
    }

    // A gradient overwrites what the forward pass kept where the kernel that computes it is the last to read that.
    private bool CanSucceed(PlacedNode successor)
    {
        if (places.ContainsKey(successor.Node) || !homes.TryGetValue(successor.Node, out Kernel? home) || analysis.IsReadByProducts(successor.Place))
        {
            return false;
        }

        int last = kernels.IndexOf(home);
        return analysis.HeldAt(successor.Place).All(held => kernels.FindLastIndex(kernel => kernel.Inputs.Exists(input => PassAnalysis.WholeOf(input) == held)) <= last);
    }

    // A gate overwrites its own pre-activation when nothing else wants that.
    private Place? ReusableSum(Node node, Kernel home)
    {
        if (node.Operands.Length != 1 || node.Shape != node.Operands[0].Shape || !analysis.Affines.TryGetValue(node.Operands[0], out Affine? affine) || affine.IsSink)
        {
            return null;
        }

        bool onlyHere = kernels.All(kernel => kernel == home || !kernel.Sums.Contains(affine.Root));
        return onlyHere && affine.Slot.Buffer.Storage == Storage.Steps && !kept.Contains(affine.Root) && !analysis.OperandPhases.ContainsKey(affine.Root)
            ? affine.Slot
            : null;
    }

    private List<Stage> Stages(Phase phase)
    {
        List<Stage> stages = [];
        int last = analysis.LastLevel(phase);
        for (int level = 0; level <= last; level++)
        {
            if (level > 0)
            {
                stages.AddRange(Products(new Position(phase, level)));
            }

            stages.AddRange(kernels.Where(kernel => kernel.Position == new Position(phase, level)).Select(ToStage));
        }

        return stages;
    }

    private Stage ToStage(Kernel kernel)
    {
        if (kernel.IsAssembly)
        {
            return Assembly(kernel.Roots[0]);
        }

        // A part is read from the whole, not from where this kernel or another puts it.
        List<PlacedNode> loads = [.. kernel.Inputs.Select(node => new PlacedNode(node, (ViewOf(node) ?? PlaceOf(node))!.Value))];
        loads.AddRange(kernel.Sums.Select(node => new PlacedNode(node, analysis.Affines[node].Slot)));
        return new PointwiseStage(
            kernel.Width,
            loads,
            kernel.Sums.Where(node => analysis.Affines[node].Rest.Count > 0).ToDictionary(node => node, node => (IReadOnlyList<Node>)analysis.Affines[node].Rest),
            kernel.Body,
            [.. kernel.Roots.SelectMany(node => stores.GetValueOrDefault(node, []).Select(place => new PlacedNode(node, place)))]);
    }

    private AssembleStage Assembly(Node node)
    {
        List<(Place, Width, Width)> parts = [];
        Width offset = node.Offset ?? Width.Zero;
        foreach (Node part in node.Operands)
        {
            if (!PassAnalysis.IsZero(part))
            {
                parts.Add((PlaceOf(part)!.Value, offset, part.Shape.Rows));
            }

            offset += part.Shape.Rows;
        }

        return new AssembleStage(parts, places[node], node.Shape.Rows);
    }

    private IEnumerable<ProductStage> Products(Position position)
    {
        Place Operand(Node product) => OperandPlace(product, position.Phase);
        List<(Affine Affine, List<Node> Products, bool IsFirst)> work = [];
        foreach (Affine affine in analysis.Affines.Values)
        {
            List<Node> here = [.. affine.Products.Where((_, i) => affine.Positions[i] == position)
                .OrderBy(product => IsSuccessor(Operand(product)) ? stepValues.Name : Operand(product).Buffer.Name, StringComparer.Ordinal)
                .ThenBy(product => !IsSuccessor(Operand(product))).ThenBy(product => Operand(product).Slot)];
            if (here.Count > 0)
            {
                bool isFirst = affine.Positions.Aggregate(Position.Earlier) == position && !(affine.IsSink && affine.Rest.Count > 0);
                work.Add((affine, here, isFirst));
            }
        }

        work.Sort((a, b) => a.Affine.Slot.Buffer != b.Affine.Slot.Buffer
            ? string.CompareOrdinal(a.Affine.Slot.Buffer.Name, b.Affine.Slot.Buffer.Name)
            : a.Affine.Slot.Slot.CompareTo(b.Affine.Slot.Slot));
        for (int first = 0; first < work.Count;)
        {
            int end = first + 1;
            while (end < work.Count && work[end].Affine.Slot == work[end - 1].Affine.Slot with { Slot = work[end - 1].Affine.Slot.Slot + 1 }
                && work[end].IsFirst == work[first].IsFirst
                && work[end].Products.Select(Operand).SequenceEqual(work[first].Products.Select(Operand)))
            {
                end++;
            }

            List<(Affine Affine, List<Node> Products, bool IsFirst)> joint = work[first..end];
            yield return new ProductStage(
                [.. joint.Select(each => new PlacedNode(each.Affine.Root, each.Affine.Slot))],
                [.. joint[0].Products.Select(product => new PlacedNode(product.Operands[1], Operand(product)))],
                [.. joint.Select(each => (IReadOnlyList<Node>)[.. each.Products.Select(product => product.Operands[0])])],
                joint[0].IsFirst ? [.. joint.Select(each => each.Affine.Biases.Count == 0 ? null : each.Affine.Biases[0])] : []);
            first = end;
        }
    }

    // The order of a product's operands decides its bits: it is the same as where nothing takes another's place, and
    // these stand first among the values of the steps.
    private bool IsSuccessor(Place place) => successors.Contains(place with { Offset = null });

    private Place OperandPlace(Node product, Phase phase) =>
        (phase == Phase.Loop ? PlaceOf(product.Operands[1]) : PlaceOutsideLoop(product.Operands[1]))
        ?? throw new InvalidOperationException($"the operand {product.Operands[1]} of {product} was not placed");

    /// <summary>A kernel in the making.</summary>
    private sealed class Kernel(Position position, int rank, Width width, bool isAssembly)
    {
        public Position Position { get; } = position;

        public int Rank { get; } = rank;

        public Width Width { get; } = width;

        public bool IsAssembly { get; } = isAssembly;

        public List<Node> Roots { get; } = [];

        public List<Node> Inputs { get; } = [];

        public List<Node> Sums { get; } = [];

        public List<Node> Body { get; } = [];

        public bool Reads(Node node) => Inputs.Exists(input => input == node || ViewBase(input) == node);

        public void Close(Func<Node, bool> isInput, IReadOnlyDictionary<Node, Affine> affines)
        {
            if (IsAssembly)
            {
                Inputs.AddRange(Roots[0].Operands.Where(operand => !PassAnalysis.IsZero(operand)));
                return;
            }

            SortedDictionary<int, Node> seen = [];
            Stack<Node> pending = new(Roots);
            while (pending.TryPop(out Node? node))
            {
                if (!node.IsPerStep || !seen.TryAdd(node.Id, node))
                {
                    continue;
                }

                if (isInput(node))
                {
                    Inputs.Add(node);
                }
                else if (affines.TryGetValue(node, out Affine? affine))
                {
                    Sums.Add(node);
                    affine.Rest.ForEach(pending.Push);
                }
                else
                {
                    foreach (Node operand in node.Operands)
                    {
                        pending.Push(operand);
                    }
                }
            }

            Body.AddRange(seen.Values.Where(node => !Inputs.Contains(node)));
        }
    }
}
