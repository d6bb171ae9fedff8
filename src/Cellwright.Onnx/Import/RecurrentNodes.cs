using Cellwright.Interchange;

namespace Cellwright.Onnx.Import;

/// <summary>RNN, GRU and LSTM nodes: each becomes a layer upon those before.</summary>
internal static class RecurrentNodes
{
    /// <summary>Reads a node.</summary>
    public static IReadOnlyList<GraphValue?> Read(GraphReader reader, GraphNode node, RecurrentOperator kind)
    {
        const int MostLayers = 64;
        if (reader.Plan.Layers.Count == MostLayers)
        {
            throw node.Error($"it is the {MostLayers + 1}th recurrent node, and {MostLayers} can be imported");
        }

        NodeWeights weights = NodeWeights.Read(node, kind);
        reader.Charge(node, weights.Count);
        RecurrentNode recurrent = RecurrentNode.Read(node, kind, weights.Hidden, weights.HasPeepholes);
        if (recurrent.Directions != weights.Directions)
        {
            throw node.Error($"its direction is {recurrent.Direction} and its weights are for {weights.Directions} of them");
        }

        NetworkValue x = Sequences(reader, node, weights);
        (AxisFactor? time, AxisFactor? batch) = recurrent.IsBatchFirst ? (Single(node, x, 1), Single(node, x, 0)) : (Single(node, x, 0), Single(node, x, 1));
        (InputSignal? lengths, IReadOnlyList<int>? fixedLengths) = Lengths(node, time, batch);
        Dictionary<string, InitialState> initials = [];
        for (int i = 0; i < recurrent.States.Count; i++)
        {
            if (Initial(reader, node, 5 + i, recurrent, batch) is { } initial)
            {
                initials[recurrent.States[i]] = initial;
            }
        }

        int layer = reader.Plan.Layers.Count;
        reader.Plan.Layers.Add(new LayerPlan(recurrent, weights, x.Signal)
        {
            Time = time,
            Batch = batch,
            Lengths = lengths,
            FixedLengths = fixedLengths,
            Initials = initials,
        });
        return Outputs(recurrent, layer, time, batch);
    }

    private static List<GraphValue?> Outputs(RecurrentNode recurrent, int layer, AxisFactor? time, AxisFactor? batch)
    {
        IReadOnlyList<AxisFactor> steps = time is null ? [] : [time];
        IReadOnlyList<AxisFactor> sequences = batch is null ? [] : [batch];
        IReadOnlyList<AxisFactor> directions = recurrent.Directions == 1 ? [] : [new AxisFactor("directions", recurrent.Directions)];
        AxisFactor units = new("units", recurrent.Hidden);
        LayerSignal y = new(layer, null, time, [.. steps, .. sequences, .. directions, units], steps.Count + sequences.Count);
        List<GraphValue?> outputs =
        [
            new NetworkValue(y, recurrent.IsBatchFirst ? [sequences, steps, directions, [units]] : [steps, directions, sequences, [units]]),
        ];
        foreach (string state in recurrent.States)
        {
            FinalState[] states = [.. Enumerable.Range(0, recurrent.Directions).Select(direction => new FinalState(layer, direction, state))];
            FinalSignal final = new(states, IsJoined: false, [.. directions, .. sequences, units], directions.Count + sequences.Count);
            outputs.Add(new NetworkValue(final, recurrent.IsBatchFirst ? [sequences, directions, [units]] : [directions, sequences, [units]]));
        }

        return outputs;
    }

    private static NetworkValue Sequences(GraphReader reader, GraphNode node, NodeWeights weights)
    {
        int layers = reader.Plan.Layers.Count;
        if (node.Input(0) is not NetworkValue { Axes.Count: 3 } x)
        {
            throw node.Error("what it reads are no sequences with three axes");
        }

        switch (x.Signal)
        {
            case InputSignal { Input: { IsWhole: false } input } when layers == 0 && reader.Plan.Embedding is null && input.Take(OnnxInputRole.Sequence):
            case EmbeddedSignal when layers == 0:
            case LayerSignal { Direction: null } below when below.Layer == layers - 1:
                break;
            case InputSignal or EmbeddedSignal when layers > 0:
                throw node.Error("it is beside another recurrent node, and only layers one upon the other can be imported");
            case LayerSignal:
                throw node.Error("it does not read the layer right below it, whole, and only layers one upon the other can be imported");
            default:
                throw node.Error("it reads neither an input, nor an embedding, nor the layer below it");
        }

        IReadOnlyList<AxisFactor> features = x.Signal.Features;
        bool isLast = x.Axes[2].Count == features.Count && x.Axes[2].Zip(features).All(pair => pair.First.Is(pair.Second));
        if (!isLast)
        {
            throw node.Error($"the last axis of {x.Shape} that it reads is not the width of its input");
        }

        return SymbolicNumber.Of(features).Known is { } width && width != weights.Input
            ? throw node.Error($"its W is for {weights.Input} inputs where what it reads is {width} wide")
            : x;
    }

    private static AxisFactor? Single(GraphNode node, NetworkValue x, int axis) => x.Axes[axis].Count switch
    {
        0 => null,
        1 => x.Axes[axis][0],
        _ => throw node.Error($"axis {axis} of {x.Shape} that it reads is neither time nor a batch"),
    };

    private static (InputSignal? Given, IReadOnlyList<int>? Fixed) Lengths(GraphNode node, AxisFactor? time, AxisFactor? batch)
    {
        switch (node.Optional(4))
        {
            case null:
                return (null, null);
            case RepeatedValue all when all.Number is { Factor: 1, Lengths: [var steps] } && time is not null && steps.Is(time):
                return (null, null);
            case NetworkValue { Signal: InputSignal { Input: { IsWhole: true } input } signal, Axes: [var axis] }
                when (batch is null ? axis.Count == 0 : axis is [var sequences] && batch.Join(sequences)) && input.Take(OnnxInputRole.Lengths):
                return (signal, null);
            case ConstantValue { Tensor: { IsWhole: true, Rank: 1, Count: > 0 } tensor } when (batch is null ? 1 : batch.Size ?? tensor.Count) == tensor.Count:
                long[] lengths = tensor.Wholes();
                return lengths.All(length => length >= 0 && length <= (time is null ? 1 : time.Size ?? int.MaxValue))
                    ? (null, [.. lengths.Select(length => (int)length)])
                    : throw node.Error("its sequence_lens are not all from 0 to the number of steps");
            default:
                throw node.Error("its sequence_lens are neither an input of whole numbers, one for each sequence, nor numbers in the file");
        }
    }

    private static InitialState? Initial(GraphReader reader, GraphNode node, int index, RecurrentNode recurrent, AxisFactor? batch)
    {
        string name = index == 5 ? "initial_h" : "initial_c";
        int directionAxis = recurrent.IsBatchFirst ? 1 : 0;
        switch (node.Optional(index))
        {
            case null:
            case FilledValue { Number: 0, Shape.Count: 3 }:
                return null;
            case FilledValue { Shape.Count: 3 } filled when float.IsFinite(filled.Number):
                float[] numbers = new float[recurrent.Directions * recurrent.Hidden];
                Array.Fill(numbers, filled.Number);
                return new FixedState(ConstantTensor.Of(numbers, [recurrent.Directions, 1, recurrent.Hidden]), IsForAll: true);
            case ConstantValue { Tensor.Rank: 3 } constant:
                ConstantTensor values = recurrent.IsBatchFirst ? constant.Tensor.Transpose([1, 0, 2]) : constant.Tensor;
                bool fits = values.Shape[0] == recurrent.Directions && values.Shape[2] == recurrent.Hidden && values.Shape[1] == (batch is null ? 1 : batch.Size ?? values.Shape[1]) && values.Count > 0 && !values.IsWhole;
                if (!fits)
                {
                    throw node.Error($"its {name} is [{string.Join(", ", constant.Tensor.Shape)}], which fits neither its directions, nor its batch, nor its hidden size {recurrent.Hidden}");
                }

                reader.Charge(node, values.Count);
                return values.IsAll(0) ? null : new FixedState(values, IsForAll(values));
            case NetworkValue { Axes.Count: 3, Signal: InputSignal { Input.IsWhole: false } or InputRows } given:
                GraphInput input = given.Signal is InputRows rows ? rows.Of.Input : ((InputSignal)given.Signal).Input;
                bool isBatch = given.Axes[1 - directionAxis] is var sequences && (batch is null ? sequences.Count == 0 : sequences is [var length] && batch.Join(length));
                bool isDirections = Is(given.Axes[directionAxis], recurrent.Directions) && Is(given.Axes[2], recurrent.Hidden);
                return isBatch && isDirections && input.Take(OnnxInputRole.InitialState)
                    ? new GivenState(given.Signal, given.Axes)
                    : throw node.Error($"its {name} is {given.Shape}, which fits neither its directions, nor its batch, nor its hidden size {recurrent.Hidden}");
            default:
                throw node.Error($"its {name} is neither an input of the graph, nor rows of one, nor numbers in the file");
        }
    }

    private static bool Is(IReadOnlyList<AxisFactor> axis, int size) => SymbolicNumber.Of(axis).Known is not { } known || known == size;

    private static bool IsForAll(ConstantTensor values)
    {
        float[] first = new float[values.Shape[2]];
        float[] other = new float[first.Length];
        for (int row = 0; row < values.Shape[0] * values.Shape[1]; row++)
        {
            (int direction, int sequence) = (row / values.Shape[1], row % values.Shape[1]);
            values.At(0, direction).At(0, sequence).CopyTo(sequence == 0 ? first : other);
            if (sequence > 0 && !other.AsSpan().SequenceEqual(first))
            {
                return false;
            }
        }

        return true;
    }
}
