namespace Cellwright.Onnx.Import;

/// <summary>Nodes that move axes: of constants at once, of the network's values on paper.</summary>
internal static class AxisNodes
{
    /// <summary>Transpose: axes in another order, reversed where none is said.</summary>
    public static GraphValue Transpose(GraphNode node)
    {
        int rank = Rank(node);
        IReadOnlyList<long> order = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        if (order.Count != rank || !order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis)))
        {
            throw node.Error($"its order [{string.Join(", ", order)}] is none of {rank} axes");
        }

        int[] axes = [.. order.Select(axis => (int)axis)];
        return node.Input(0) switch
        {
            ConstantValue constant => new ConstantValue(constant.Tensor.Transpose(axes)),
            NetworkValue network => network with { Axes = [.. axes.Select(axis => network.Axes[axis])] },
            FilledValue filled => filled with { Shape = [.. axes.Select(axis => filled.Shape[axis])] },
            _ => throw Unknown(node),
        };
    }

    /// <summary>Squeeze: without axes of one place.</summary>
    public static GraphValue Squeeze(GraphNode node)
    {
        GraphValue value = node.Input(0);
        IReadOnlyList<long>? listed = Listed(node);
        if (value is ShapeValue { Numbers.Count: 1, IsSingle: false } number && (listed is null || listed is [0] or [-1]))
        {
            return number with { IsSingle = true };
        }

        int rank = Rank(node);
        int[] axes = listed is null
            ? [.. Enumerable.Range(0, rank).Where(axis => IsUnit(value, axis))]
            : [.. listed.Select(axis => node.Axis(axis, rank)).Distinct().OrderDescending()];
        foreach (int axis in axes.OrderDescending())
        {
            value = IsUnit(value, axis) ? Without(node, value, axis) : throw node.Error($"axis {axis} of what it reads has not one place{(value is NetworkValue network ? $", it is {network.Shape}" : string.Empty)}");
        }

        return value;
    }

    /// <summary>Unsqueeze: with axes of one place more.</summary>
    public static GraphValue Unsqueeze(GraphNode node)
    {
        GraphValue value = node.Input(0);
        IReadOnlyList<long> listed = Listed(node) ?? throw node.Error("it does not say which axes");
        if (value is ShapeValue { IsSingle: true } number && listed is [0] or [-1])
        {
            return ((ShapeValue)value) with { IsSingle = false };
        }

        if (value is HasStepsValue && (listed is [1] or [-1]))
        {
            return value;
        }

        int rank = Rank(node) + listed.Count;
        foreach (int axis in listed.Select(axis => node.Axis(axis, rank)).Order())
        {
            int place = Math.Min(axis, Rank(node, value));
            value = value switch
            {
                ConstantValue constant => new ConstantValue(constant.Tensor.Unsqueeze(place)),
                NetworkValue network => network with { Axes = [.. network.Axes.Take(place), [], .. network.Axes.Skip(place)] },
                FilledValue filled => filled with { Shape = [.. filled.Shape.Take(place), 1, .. filled.Shape.Skip(place)] },
                _ => throw Unknown(node),
            };
        }

        return value;
    }

    /// <summary>Reshape: axes taken together or apart, without taking a length apart.</summary>
    public static GraphValue Reshape(GraphNode node)
    {
        IReadOnlyList<SymbolicNumber> target = node.Numbers(1, "shape");
        switch (node.Input(0))
        {
            case ConstantValue constant:
                return new ConstantValue(constant.Tensor.Reshape(ConstantShape(node, constant.Tensor, target)));
            case NetworkValue network:
                return network with { Axes = Regroup(node, network, target) };
            case ShapeValue shape when target is [{ IsPlain: true, Factor: -1 or 1 }] && shape.Numbers.Count == 1:
                return shape with { IsSingle = false };
            case ShapeValue { IsSingle: false } shape when target is [{ IsPlain: true, Factor: -1 }]:
                return shape;
            default:
                throw Unknown(node);
        }
    }

    /// <summary>Gather: rows of the embedding, one place of an axis, or the sequences in another order.</summary>
    public static GraphValue Gather(GraphReader reader, GraphNode node)
    {
        GraphValue data = node.Input(0);
        long axisNumber = node.Int("axis") ?? 0;
        switch (data, node.Input(1))
        {
            case (ConstantValue table, NetworkValue symbols):
                return Embed(reader, node, table.Tensor, symbols, axisNumber);
            case (NetworkValue network, OrderValue order):
                return Reorder(node, network, order, node.Axis(axisNumber, network.Axes.Count));
            case (ShapeValue { IsSingle: false } shape, _):
                IReadOnlyList<long> places = node.Wholes(1, "indices");
                bool isSingle = node.Input(1) is ConstantValue { Tensor.Rank: 0 } or ShapeValue { IsSingle: true };
                return new ShapeValue([.. places.Select(place => shape.Numbers[node.Axis(place, shape.Numbers.Count)])], isSingle);
            case (ConstantValue or NetworkValue, _) when node.Wholes(1, "indices") is [var place]:
                int axis = node.Axis(axisNumber, Rank(node));
                bool keepsAxis = node.Input(1) is ConstantValue { Tensor.Rank: > 0 } or ShapeValue { IsSingle: false };
                GraphValue part = data is ConstantValue constant
                    ? new ConstantValue(constant.Tensor.Slice(axis, node.Axis(place, constant.Tensor.Shape[axis]), 1))
                    : PartNodes.At(node, (NetworkValue)data, axis, place);
                return keepsAxis ? part : Without(node, part, axis);
            default:
                throw node.Error("it gathers something else than rows of an embedding, or one place of an axis");
        }
    }

    /// <summary>How many axes the first input has.</summary>
    public static int Rank(GraphNode node) => Rank(node, node.Input(0));

    private static int Rank(GraphNode node, GraphValue value) => value switch
    {
        ConstantValue constant => constant.Tensor.Rank,
        NetworkValue network => network.Axes.Count,
        FilledValue filled => filled.Shape.Count,
        ShapeValue { IsSingle: false } or RepeatedValue => 1,
        _ => throw Unknown(node),
    };

    // The axes were an attribute before operator set 13, and are an input since.
    private static IReadOnlyList<long>? Listed(GraphNode node) =>
        node.Ints("axes") ?? (node.Optional(1) is null ? null : node.Wholes(1, "axes"));

    private static bool IsUnit(GraphValue value, int axis) => value switch
    {
        ConstantValue constant => constant.Tensor.Shape[axis] == 1,
        NetworkValue network => network.Axes[axis].Count == 0,
        FilledValue filled => filled.Shape[axis] is { IsPlain: true, Factor: 1 },
        _ => false,
    };

    private static GraphValue Without(GraphNode node, GraphValue value, int axis) => value switch
    {
        ConstantValue constant => new ConstantValue(constant.Tensor.Squeeze(axis)),
        NetworkValue network => network with { Axes = [.. network.Axes.Where((_, i) => i != axis)] },
        FilledValue filled => filled with { Shape = [.. filled.Shape.Where((_, i) => i != axis)] },
        _ => throw Unknown(node),
    };

    private static NetworkValue Embed(GraphReader reader, GraphNode node, ConstantTensor table, NetworkValue symbols, long axis)
    {
        if (symbols.Signal is not InputSignal { Input: { IsWhole: true } input } signal || !input.Take(OnnxInputRole.Symbols))
        {
            throw node.Error("it looks up rows for something else than an input of whole numbers");
        }

        if (axis != 0 || table.Rank != 2 || table.Count == 0 || table.IsWhole)
        {
            throw node.Error($"its table is [{string.Join(", ", table.Shape)}] where an embedding [symbols, width] was expected");
        }

        if (reader.Plan.Embedding is not null)
        {
            throw node.Error("it is a second embedding, and one can be imported");
        }

        reader.Charge(node, table.Count);
        reader.Plan.Embedding = table;
        AxisFactor width = new("width of the embedding", table.Shape[1]);
        return new NetworkValue(new EmbeddedSignal(signal, [.. signal.Axes, width]), [.. symbols.Axes, [width]]);
    }

    private static NetworkValue Reorder(GraphNode node, NetworkValue network, OrderValue order, int axis)
    {
        AxisFactor batch = order.Batch;
        bool fits = network.Axes[axis] is [var length] && (order.IsBack ? length.Is(batch.Sort()) : length.Join(batch));
        return fits
            ? network with { Axes = [.. network.Axes.Select((each, i) => i == axis ? [order.IsBack ? batch : batch.Sort()] : each)] }
            : throw node.Error($"it orders axis {axis} of {network.Shape} by the lengths of sequences, where the batch was expected");
    }

    private static int[] ConstantShape(GraphNode node, ConstantTensor tensor, IReadOnlyList<SymbolicNumber> target)
    {
        long[] sizes = [.. target.Select((size, i) => size.Known switch
        {
            0 when node.Int("allowzero") is null or 0 => i < tensor.Rank ? tensor.Shape[i] : -2,
            { } known => known,
            null => -2,
        })];
        long rest = sizes.Where(size => size != -1).Aggregate(1L, (product, size) => product is < 0 or > int.MaxValue ? -1 : product * size);
        if (sizes.Count(size => size == -1) == 1 && rest > 0)
        {
            sizes[Array.IndexOf(sizes, -1)] = tensor.Count / rest;
            rest *= tensor.Count / rest;
        }

        return rest == tensor.Count && sizes.All(size => size >= 0)
            ? [.. sizes.Select(size => (int)size)]
            : throw node.Error($"it makes [{string.Join(", ", tensor.Shape)}] into [{string.Join(", ", target)}], which has not as many elements");
    }

    private static IReadOnlyList<IReadOnlyList<AxisFactor>> Regroup(GraphNode node, NetworkValue network, IReadOnlyList<SymbolicNumber> target)
    {
        List<AxisFactor> left = [.. network.Axes.SelectMany(axis => axis)];
        int rest = target.TakeWhile(size => size is not { IsPlain: true, Factor: -1 }).Count();
        List<IReadOnlyList<AxisFactor>> front = [];
        for (int i = 0; i < rest; i++)
        {
            front.Add(Take(i, fromEnd: false));
        }

        List<IReadOnlyList<AxisFactor>> back = [];
        for (int i = target.Count - 1; i > rest; i--)
        {
            back.Insert(0, Take(i, fromEnd: true));
        }

        if (rest == target.Count && left.Count > 0)
        {
            throw Unfit();
        }

        return rest == target.Count ? front : [.. front, [.. left], .. back];

        IReadOnlyList<AxisFactor> Take(int axis, bool fromEnd)
        {
            bool copies = target[axis] is { IsPlain: true, Factor: 0 } && (node.Int("allowzero") ?? 0) == 0 && axis < network.Axes.Count;
            SymbolicNumber size = copies ? SymbolicNumber.Of(network.Axes[axis]) : target[axis];
            for (int count = 0; count <= left.Count; count++)
            {
                List<AxisFactor> taken = left.GetRange(fromEnd ? left.Count - count : 0, count);
                if (IsSize(size, taken))
                {
                    left.RemoveRange(fromEnd ? left.Count - count : 0, count);
                    return taken;
                }
            }

            throw Unfit();
        }

        Exception Unfit() => node.Error($"it makes {network.Shape} into [{string.Join(", ", target)}], and only axes taken together or apart again are understood");
    }

    // Lengths that are on both sides need no number; the others have to be known.
    private static bool IsSize(SymbolicNumber size, IReadOnlyList<AxisFactor> lengths)
    {
        List<AxisFactor> open = [.. lengths];
        List<AxisFactor> unmatched = [];
        foreach (AxisFactor length in size.Lengths)
        {
            int match = open.FindIndex(other => other.Counts(length));
            if (match >= 0)
            {
                open.RemoveAt(match);
            }
            else
            {
                unmatched.Add(length);
            }
        }

        return new SymbolicNumber(size.Factor, unmatched).Known is { } known && new SymbolicNumber(1, open).Known == known;
    }

    private static Exception Unknown(GraphNode node) => node.Error("it moves the axes of something whose shape is not known");
}
