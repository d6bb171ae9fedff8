namespace Cellwright.Onnx.Import;

/// <summary>
/// How PyTorch packs sequences in any order: sorted by their lengths before the recurrent node, and back behind it. No
/// result depends on it, so that it is followed on paper only.
/// </summary>
internal static class OrderNodes
{
    /// <summary>TopK: the lengths in order, all of them, and the order.</summary>
    public static IReadOnlyList<GraphValue?> TopK(GraphNode node)
    {
        bool isAll = node.Input(0) is NetworkValue { Signal: InputSignal { Input.IsWhole: true }, Axes: [[var batch]] }
            && node.Numbers(1, "number") is [var count] && IsCount(count, batch)
            && (node.Int("largest") ?? 1) == 1 && (node.Int("sorted") ?? 1) == 1 && node.Axis(node.Int("axis") ?? -1, 1) == 0;
        if (!isAll)
        {
            throw node.Error("only the sequences' lengths in order, longest first, are understood");
        }

        NetworkValue lengths = (NetworkValue)node.Input(0);
        AxisFactor length = lengths.Axes[0][0];
        return [lengths with { Axes = [[length.Sort()]] }, new OrderValue(length, IsBack: false)];
    }

    /// <summary>ScatterElements: the way back from an order.</summary>
    public static GraphValue ScatterElements(GraphNode node)
    {
        bool isInverse = node.Input(1) is OrderValue { IsBack: false } && (node.String("reduction") ?? "none") == "none" && node.Axis(node.Int("axis") ?? 0, 1) == 0;
        if (!isInverse)
        {
            throw node.Error("only the way back from the order of lengths is understood");
        }

        OrderValue order = (OrderValue)node.Input(1);
        bool isCounted = node.Input(2) switch
        {
            CountedValue counted => IsCount(counted.End, order.Batch),
            ConstantValue { Tensor: { IsWhole: true, Rank: 1 } tensor } => IsCount(tensor.Count, order.Batch) && tensor.Wholes().Select((number, i) => number == i).All(isPlace => isPlace),
            _ => false,
        };
        return isCounted ? order with { IsBack = true } : throw node.Error("it scatters something else than 0, 1, 2, …");
    }

    private static bool IsCount(SymbolicNumber number, AxisFactor batch) =>
        number is { Factor: 1, Lengths: [var length] } ? length.Counts(batch) : number.Known is { } known && known == batch.Size;
}
