namespace Cellwright.Onnx.Import;

/// <summary>The head: a linear layer as Gemm, or as MatMul and Add, and functions of vectors.</summary>
internal static class HeadNodes
{
    /// <summary>Gemm: W v + b, W as it is or transposed.</summary>
    public static GraphValue Gemm(GraphReader reader, GraphNode node)
    {
        if ((node.Float("alpha") ?? 1) != 1 || (node.Float("beta") ?? 1) != 1 || node.Flag("transA"))
        {
            throw node.Error("it scales or transposes what it reads, and W v + b was expected");
        }

        ConstantTensor weights = node.Constant(1, "weight");
        Check(node, weights, rank: 2);
        ConstantTensor? bias = node.Optional(2) is null ? null : node.Constant(2, "bias");
        return Linear(reader, node, Vectors(node, node.Input(0)), node.Flag("transB") ? weights : weights.Transpose([1, 0]), bias);
    }

    /// <summary>MatMul: W v.</summary>
    public static GraphValue MatMul(GraphReader reader, GraphNode node)
    {
        ConstantTensor weights = node.Constant(1, "weight");
        Check(node, weights, rank: 2);
        return Linear(reader, node, Vectors(node, node.Input(0)), weights.Transpose([1, 0]), null);
    }

    /// <summary>Add: the bias behind a MatMul.</summary>
    public static GraphValue Add(GraphNode node)
    {
        int side = node.Input(0) is ConstantValue ? 1 : 0;
        ConstantTensor bias = node.Constant(1 - side, "bias");
        return Vectors(node, node.Input(side)) is { Signal: HeadSignal { Step: LinearStep { Bias: null } step } head } network
            ? network with { Signal = head with { Step = step with { Bias = Bias(node, bias, step.Weights.Shape[0]) } } }
            : throw node.Error("it adds to something else than a product, where the bias of a linear head was expected");
    }

    /// <summary>Softmax over the width.</summary>
    public static GraphValue Softmax(GraphReader reader, GraphNode node)
    {
        const int OverOneAxis = 13;
        NetworkValue network = Vectors(node, node.Input(0));
        long axis = node.Int("axis") ?? (node.OperatorSet < OverOneAxis ? 1 : -1);
        return node.Axis(axis, network.Axes.Count) == network.Axes.Count - 1
            ? Apply(reader, node, "softmax")
            : throw node.Error($"it is over axis {axis} of {network.Shape}, and one over the width was expected");
    }

    /// <summary>A function of every vector.</summary>
    public static GraphValue Apply(GraphReader reader, GraphNode node, string function)
    {
        NetworkValue network = Vectors(node, node.Input(0));
        NetworkSignal signal = network.Signal;
        reader.AddHeadStep(node);
        return network with { Signal = new HeadSignal(signal, new FunctionStep(function), signal.Axes, signal.FeatureAxis) };
    }

    private static NetworkValue Linear(GraphReader reader, GraphNode node, NetworkValue network, ConstantTensor weights, ConstantTensor? bias)
    {
        NetworkSignal signal = network.Signal;
        long? width = SymbolicNumber.Of(signal.Features).Known;
        if (width != weights.Shape[1])
        {
            throw node.Error($"its weight is for {weights.Shape[1]} values where what it reads has {width}");
        }

        reader.AddHeadStep(node);
        reader.Charge(node, weights.Count);
        AxisFactor outputs = new("outputs of the head", weights.Shape[0]);
        LinearStep step = new(weights, bias is null ? null : Bias(node, bias, weights.Shape[0]));
        return new NetworkValue(
            new HeadSignal(signal, step, [.. signal.Axes.Take(signal.FeatureAxis), outputs], signal.FeatureAxis), [.. network.Axes.SkipLast(1), [outputs]]);
    }

    private static ConstantTensor Bias(GraphNode node, ConstantTensor bias, int outputs)
    {
        bool isRow = bias.Rank > 0 && bias.Shape[^1] == outputs && bias.Count == outputs && !bias.IsWhole;
        return isRow ? bias : throw node.Error($"its bias is [{string.Join(", ", bias.Shape)}] where [{outputs}] was expected");
    }

    private static void Check(GraphNode node, ConstantTensor weights, int rank)
    {
        if (weights.Rank != rank || weights.Count == 0 || weights.IsWhole)
        {
            throw node.Error($"its weight is [{string.Join(", ", weights.Shape)}] where a matrix was expected");
        }
    }

    // What comes from the layers, with its width as the last axis.
    private static NetworkValue Vectors(GraphNode node, GraphValue value)
    {
        if (value is not NetworkValue { Signal: LayerSignal or FinalSignal or LastStepSignal or HeadSignal } network)
        {
            throw node.Error("it does not read what comes from a recurrent layer, and only a head behind the layers can be imported");
        }

        IReadOnlyList<AxisFactor> features = network.Signal.Features;
        bool isLast = network.Axes.Count > 0 && network.Axes[^1].Count == features.Count && network.Axes[^1].Zip(features).All(pair => pair.First.Is(pair.Second));
        return isLast ? network : throw node.Error($"the last axis of {network.Shape} that it reads is not the width of the layer");
    }
}
