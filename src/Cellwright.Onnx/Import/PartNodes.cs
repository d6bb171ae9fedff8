namespace Cellwright.Onnx.Import;

/// <summary>Nodes that take parts of a value, or put parts together.</summary>
internal static class PartNodes
{
    /// <summary>Slice: of constants and shapes at will, of the network's values the parts it has.</summary>
    public static GraphValue Slice(GraphNode node)
    {
        // All were attributes before operator set 10.
        bool isOld = node.InputCount == 1;
        IReadOnlyList<long> starts = isOld ? node.Ints("starts") ?? [] : node.Wholes(1, "starts");
        IReadOnlyList<long> ends = isOld ? node.Ints("ends") ?? [] : node.Wholes(2, "ends");
        IReadOnlyList<long> axes = (isOld ? node.Ints("axes") : node.Optional(3) is null ? null : node.Wholes(3, "axes")) ?? [.. Enumerable.Range(0, starts.Count).Select(axis => (long)axis)];
        IReadOnlyList<long> steps = isOld || node.Optional(4) is null ? [.. starts.Select(_ => 1L)] : node.Wholes(4, "steps");
        if (starts.Count == 0 || ends.Count != starts.Count || axes.Count != starts.Count || steps.Count != starts.Count)
        {
            throw node.Error("its starts, ends, axes and steps are not as many");
        }

        GraphValue value = node.Input(0);
        for (int i = 0; i < starts.Count; i++)
        {
            value = Slice(node, value, node.Axis(axes[i], AxisNodes.Rank(node)), starts[i], ends[i], steps[i]);
        }

        return value;
    }

    /// <summary>Concat: constants, sizes, final states of layers or of directions.</summary>
    public static GraphValue Concat(GraphNode node)
    {
        GraphValue[] parts = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        long axis = node.Int("axis") ?? throw node.Error("it does not say on which axis");
        if (parts.All(part => part is ConstantValue))
        {
            return Concat(node, [.. parts.Select(part => ((ConstantValue)part).Tensor)], axis);
        }

        if (parts.All(part => part is NetworkValue))
        {
            return Join(node, [.. parts.Cast<NetworkValue>()], axis);
        }

        if (parts.All(part => part is FilledValue))
        {
            return Stack(node, [.. parts.Cast<FilledValue>()], axis);
        }

        const int MostNumbers = 64;
        SymbolicNumber[] numbers = [.. parts.Select(GraphNode.NumbersOf).SelectMany(list => list ?? throw node.Error("it puts together things of different kinds")).Take(MostNumbers + 1)];
        return numbers.Length > MostNumbers
            ? throw node.Error("it puts together more sizes than a shape has")
            : new ShapeValue(numbers, IsSingle: false);
    }

    /// <summary>One place of an axis of a network's value, which keeps the axis.</summary>
    public static NetworkValue At(GraphNode node, NetworkValue network, int axis, long place)
    {
        if (IsLayerStep(network, axis) && place == -1)
        {
            return LastStep(network, axis);
        }

        // An axis of length 1 has one place.
        if (network.Axes[axis].Count == 0 && (place is 0 or -1))
        {
            return network;
        }

        AxisFactor length = network.Axes[axis] is [var only] ? only : throw Unknown(node, network, axis);
        long size = length.Size ?? throw Unknown(node, network, axis);
        return Part(node, network, axis, node.Axis(place, (int)size), 1);
    }

    private static GraphValue Slice(GraphNode node, GraphValue value, int axis, long start, long end, long step)
    {
        if (step != 1)
        {
            throw node.Error($"its step is {step} where 1 was expected");
        }

        if (value is NetworkValue network && IsLayerStep(network, axis) && start == -1 && end > int.MaxValue - 1)
        {
            return LastStep(network, axis);
        }

        long size = value switch
        {
            ConstantValue constant => constant.Tensor.Shape[axis],
            ShapeValue { IsSingle: false } shape => shape.Numbers.Count,
            FilledValue filled => filled.Shape[axis].Known ?? -1,
            NetworkValue { Axes: var axes } => SymbolicNumber.Of(axes[axis]).Known ?? -1,
            _ => -1,
        };
        if (size < 0)
        {
            return start == 0 && end >= int.MaxValue ? value : throw node.Error($"it takes {start} to {end} of an axis whose length is not known");
        }

        int first = (int)Math.Clamp(start < 0 ? start + size : start, 0, size);
        int last = (int)Math.Clamp(end < 0 ? end + size : end, 0, size);
        int count = Math.Max(last - first, 0);
        return value switch
        {
            _ when count == size => value,
            ConstantValue constant => new ConstantValue(constant.Tensor.Slice(axis, first, count)),
            ShapeValue shape => shape with { Numbers = [.. shape.Numbers.Skip(first).Take(count)] },
            FilledValue filled => filled with { Shape = [.. filled.Shape.Select((each, i) => i == axis ? count : each)] },
            _ => Part(node, (NetworkValue)value, axis, first, count),
        };
    }

    private static NetworkValue Part(GraphNode node, NetworkValue network, int axis, int first, int count)
    {
        if (count == 0 || network.Axes[axis] is not [var length])
        {
            throw Unknown(node, network, axis);
        }

        IReadOnlyList<AxisFactor> left = count == 1 ? [] : [new AxisFactor(length.Name, count)];
        NetworkSignal part = network.Signal switch
        {
            FinalSignal { IsJoined: false } final when final.States.Count > 1 && final.Axes[0].Is(length) =>
                new FinalSignal([.. final.States.Skip(first).Take(count)], IsJoined: false, [.. left, .. final.Axes.Skip(1)], final.FeatureAxis - 1 + left.Count),
            LayerSignal { Direction: null } layer when count == 1 && layer.Features.Count == 2 && layer.Features[0].Is(length) =>
                layer with { Direction = first, Whole = layer, Axes = [.. layer.Axes.Where(each => !each.Is(length))] },
            InputSignal { Axes.Count: > 1 } input when input.Axes[0].Is(length) && input.FeatureAxis > 0 =>
                new InputRows(input, first, count, [.. left, .. input.Axes.Skip(1)]),
            InputRows rows when rows.Count > 1 && rows.Axes[0].Is(length) =>
                new InputRows(rows.Of, rows.First + first, count, [.. left, .. rows.Axes.Skip(1)]),
            _ => throw Unknown(node, network, axis),
        };
        return new NetworkValue(part, [.. network.Axes.Select((each, i) => i == axis ? left : each)]);
    }

    // The outputs of a layer, or what a head makes of each, and their axis of time.
    private static bool IsLayerStep(NetworkValue network, int axis)
    {
        NetworkSignal signal = network.Signal;
        while (signal is HeadSignal head)
        {
            signal = head.Of;
        }

        return signal is LayerSignal { Time: { } time } && network.Axes[axis] is [var length] && length.Is(time);
    }

    private static NetworkValue LastStep(NetworkValue network, int axis)
    {
        AxisFactor time = network.Axes[axis][0];
        LastStepSignal last = new(network.Signal, [.. network.Signal.Axes.Where(each => !each.Is(time))], network.Signal.FeatureAxis - 1);
        return new NetworkValue(last, [.. network.Axes.Select((each, i) => i == axis ? (IReadOnlyList<AxisFactor>)[] : each)]);
    }

    private static ConstantValue Concat(GraphNode node, IReadOnlyList<ConstantTensor> parts, long axisNumber)
    {
        int axis = node.Axis(axisNumber, parts[0].Rank);
        foreach (ConstantTensor part in parts)
        {
            bool fits = part.Rank == parts[0].Rank && part.IsWhole == parts[0].IsWhole && Enumerable.Range(0, part.Rank).All(i => i == axis || part.Shape[i] == parts[0].Shape[i]);
            if (!fits)
            {
                throw node.Error($"its parts [{string.Join(", ", parts[0].Shape)}] and [{string.Join(", ", part.Shape)}] do not fit together");
            }

        }

        const int MostParts = 64;
        return parts.Count > MostParts || parts.Sum(part => (long)part.Count) > int.MaxValue ? throw node.Error("what it puts together has more parts or elements than any weight has") : new ConstantValue(ConstantTensor.Concat(parts, axis));
    }

    // The zeros that both directions begin with.
    private static FilledValue Stack(GraphNode node, IReadOnlyList<FilledValue> parts, long axisNumber)
    {
        int axis = node.Axis(axisNumber, parts[0].Shape.Count);
        bool fits = parts.All(part => part.Number == parts[0].Number && part.Shape.Count == parts[0].Shape.Count && part.Shape[axis].IsPlain);
        return fits
            ? parts[0] with { Shape = [.. parts[0].Shape.Select((size, i) => i == axis ? parts.Aggregate(0L, (sum, part) => unchecked(sum + part.Shape[axis].Factor)) : size)] }
            : throw node.Error("it puts together numbers that differ, or shapes that are not known");
    }

    private static NetworkValue Join(GraphNode node, IReadOnlyList<NetworkValue> parts, long axisNumber)
    {
        int rank = parts[0].Axes.Count;
        int axis = node.Axis(axisNumber, rank);
        if (parts.Count == 1)
        {
            return parts[0];
        }

        bool others = parts.All(part => part.Axes.Count == rank && Enumerable.Range(0, rank).All(i => i == axis || IsSame(part.Axes[i], parts[0].Axes[i])));
        if (others && parts.All(part => part.Signal is FinalSignal { IsJoined: false }))
        {
            return JoinStates(node, parts, axis);
        }

        // The directions of one layer, taken apart before.
        return others && parts.Count == 2 && axis == rank - 1 && parts[0].Signal is LayerSignal { Direction: 0 } first && parts[1].Signal is LayerSignal { Direction: 1 } second && first.Layer == second.Layer
            && first.Whole is { } whole && parts.All(part => IsSame(part.Axes[axis], part.Signal.Features))
            ? new NetworkValue(whole, [.. parts[0].Axes.Select((each, i) => i == axis ? whole.Features : each)])
            : throw node.Error($"it puts together {string.Join(" and ", parts.Select(part => part.Shape))}, which are no final states of layers, nor both directions of one");
    }

    private static NetworkValue JoinStates(GraphNode node, IReadOnlyList<NetworkValue> parts, int axis)
    {
        FinalSignal[] finals = [.. parts.Select(part => (FinalSignal)part.Signal)];
        FinalState[] states = [.. finals.SelectMany(final => final.States)];
        AxisFactor which = new("final states", states.Length);
        bool isStacked = parts.Zip(finals).All(pair => pair.Second.States.Count == 1
            ? pair.First.Axes[axis].Count == 0
            : pair.First.Axes[axis] is [var length] && length.Is(pair.Second.Axes[0]));
        if (isStacked)
        {
            IReadOnlyList<AxisFactor> rest = finals[0].States.Count == 1 ? finals[0].Axes : [.. finals[0].Axes.Skip(1)];
            FinalSignal stacked = new(states, IsJoined: false, [which, .. rest], rest.Count);
            return new NetworkValue(stacked, [.. parts[0].Axes.Select((each, i) => i == axis ? (IReadOnlyList<AxisFactor>)[which] : each)]);
        }

        AxisFactor width = finals[0].Axes[^1];
        if (!finals.All(final => final.States.Count == 1) || !parts.All(part => part.Axes[axis] is [var length] && length.Size == width.Size && length.Is(part.Signal.Axes[^1])))
        {
            throw node.Error($"it puts together {string.Join(" and ", parts.Select(part => part.Shape))}, and final states of one width each were expected");
        }

        IReadOnlyList<AxisFactor> before = [.. finals[0].Axes.SkipLast(1)];
        FinalSignal joined = new(states, IsJoined: true, [.. before, which, width], before.Count);
        return new NetworkValue(joined, [.. parts[0].Axes.Select((each, i) => i == axis ? [which, width] : each)]);
    }

    // Axes that have one length each may be of two nodes: widths are equal where their sizes are.
    private static bool IsSame(IReadOnlyList<AxisFactor> left, IReadOnlyList<AxisFactor> right) =>
        left.Count == right.Count && left.Zip(right).All(pair => pair.First.Is(pair.Second) || (pair.First.Size is { } size && size == pair.Second.Size && !pair.First.IsSorted && !pair.Second.IsSorted));

    private static Exception Unknown(GraphNode node, NetworkValue network, int axis) =>
        node.Error($"it takes a part of axis {axis} of {network.Shape}, and only the last step, a layer's states or a direction can be taken");
}
