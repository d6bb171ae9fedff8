using Cellwright.Onnx.Format;

namespace Cellwright.Onnx.Import;

/// <summary>Constants, and what a graph computes from shapes.</summary>
internal static class ShapeNodes
{
    private const int MostLengths = 16;

    /// <summary>Constant: a tensor or numbers among the attributes.</summary>
    public static GraphValue Constant(GraphReader reader, GraphNode node)
    {
        if (node.Tensor("value") is { } tensor)
        {
            return new ConstantValue(reader.Constant(tensor, node.Outputs.Count > 0 ? node.Outputs[0] : "value"));
        }

        if (node.Int("value_int") is { } whole)
        {
            return new ConstantValue(ConstantTensor.Of([whole], []));
        }

        if (node.Float("value_float") is { } single)
        {
            return new ConstantValue(ConstantTensor.Of([single], []));
        }

        if (node.Ints("value_ints") is { } wholes)
        {
            return new ConstantValue(ConstantTensor.Of([.. wholes], [wholes.Count]));
        }

        return node.Floats("value_floats") is { Count: > 0 } singles
            ? new ConstantValue(ConstantTensor.Of([.. singles], [singles.Count]))
            : throw node.Error("it has no value");
    }

    /// <summary>Shape: the sizes of axes.</summary>
    public static GraphValue Shape(GraphNode node)
    {
        IReadOnlyList<SymbolicNumber> shape = node.Input(0) switch
        {
            NetworkValue network => [.. network.Axes.Select(SymbolicNumber.Of)],
            FilledValue filled => filled.Shape,
            ConstantValue constant => [.. constant.Tensor.Shape.Select(size => (SymbolicNumber)size)],
            ShapeValue { IsSingle: true } => [],
            ShapeValue list => [list.Numbers.Count],
            OrderValue order => [SymbolicNumber.Of([order.Batch])],
            CountedValue counted => [counted.End],
            _ => throw node.Error("the shape of what it reads is not known"),
        };
        int first = Bound(node.Int("start") ?? 0);
        int end = Bound(node.Int("end") ?? shape.Count);
        return new ShapeValue([.. shape.Skip(first).Take(Math.Max(end - first, 0))], IsSingle: false);

        int Bound(long place) => (int)Math.Clamp(place < 0 ? place + shape.Count : place, 0, shape.Count);
    }

    /// <summary>ConstantOfShape: one number everywhere, 0 where none is said.</summary>
    public static GraphValue ConstantOfShape(GraphReader reader, GraphNode node)
    {
        float number = 0;
        if (node.Tensor("value") is { } tensor)
        {
            ConstantTensor value = reader.Constant(tensor, "value");
            number = value.Count == 1 ? value.Single() : throw node.Error($"its value has {value.Count} elements where one was expected");
        }

        return new FilledValue(number, node.Numbers(0, "shape"));
    }

    /// <summary>Expand: of a number, or of a tensor that is the same everywhere.</summary>
    public static GraphValue Expand(GraphReader reader, GraphNode node)
    {
        if (node.Input(0) is ConstantValue { Tensor.Count: var count })
        {
            reader.Charge(node, count);
        }

        IReadOnlyList<SymbolicNumber> shape = node.Numbers(1, "shape");
        switch (node.Input(0))
        {
            case FilledValue filled when shape.Count >= filled.Shape.Count:
                return new FilledValue(filled.Number, shape);
            case ConstantValue constant when constant.Tensor.Count > 0 && shape.Count >= constant.Tensor.Rank && constant.Tensor.IsAll(constant.Tensor.First()):
                return new FilledValue(constant.Tensor.First(), shape);
            case ConstantValue constant when Keeps(constant.Tensor, shape):
                return constant;
            case var value when GraphNode.NumbersOf(value) is { Count: 1 } single && shape.Count == 1:
                return new RepeatedValue(single[0], shape[0]);
            default:
                throw node.Error("it expands what it reads in a way that is not understood: one number everywhere was expected");
        }
    }

    /// <summary>Tile: of a single number, as lengths are made where all sequences are alike.</summary>
    public static GraphValue Tile(GraphNode node) =>
        GraphNode.NumbersOf(node.Input(0)) is { Count: 1 } single && node.Numbers(1, "repeats") is { Count: 1 } times
            ? new RepeatedValue(single[0], times[0])
            : throw node.Error("it repeats something else than a single number");

    /// <summary>Mul: of sizes.</summary>
    public static GraphValue Multiply(GraphNode node)
    {
        IReadOnlyList<SymbolicNumber> left = node.Numbers(0, "left side");
        IReadOnlyList<SymbolicNumber> right = node.Numbers(1, "right side");
        int count = Math.Max(left.Count, right.Count);
        if ((left.Count != count && left.Count != 1) || (right.Count != count && right.Count != 1))
        {
            throw node.Error($"it multiplies {left.Count} numbers with {right.Count}");
        }

        return new ShapeValue(
            [.. Enumerable.Range(0, count).Select(i => Product(node, [left[left.Count == 1 ? 0 : i], right[right.Count == 1 ? 0 : i]]))],
            IsSingle(node.Input(0)) && IsSingle(node.Input(1)));
    }

    /// <summary>ReduceProd: of all sizes of a list.</summary>
    public static GraphValue ReduceProd(GraphNode node)
    {
        bool keeps = (node.Int("keepdims") ?? 1) != 0;
        return new ShapeValue([Product(node, node.Numbers(0, "numbers"))], IsSingle: !keeps);
    }

    /// <summary>Range: counted from 0 by 1.</summary>
    public static GraphValue Range(GraphNode node) =>
        node.Numbers(0, "start") is [{ IsPlain: true, Factor: 0 }] && node.Numbers(2, "step") is [{ IsPlain: true, Factor: 1 }] && node.Numbers(1, "limit") is [var end]
            ? new CountedValue(end)
            : throw node.Error("it counts otherwise than from 0 by 1");

    /// <summary>Cast: among whole numbers, and among fractions, where nothing is lost.</summary>
    public static GraphValue Cast(GraphNode node)
    {
        TensorProto.Types.DataType type = (TensorProto.Types.DataType)(node.Int("to") ?? throw node.Error("it does not say to which type"));
        bool toWhole = type is TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Int64;
        bool toSingle = type == TensorProto.Types.DataType.Float;
        GraphValue value = node.Input(0);
        if (type == TensorProto.Types.DataType.Bool && value is NetworkValue { Signal: InputSignal { Input.IsWhole: true, Axes.Count: 1 } lengths })
        {
            return new HasStepsValue(lengths);
        }

        bool isWhole = value switch
        {
            ConstantValue constant => constant.Tensor.IsWhole,
            NetworkValue network => network.Signal is InputSignal { Input.IsWhole: true },
            FilledValue => toWhole,
            _ => true,
        };
        // Older exports take parts of shapes as fractions, and make them whole again.
        return (isWhole ? toWhole || (toSingle && value is ShapeValue) : toSingle)
            ? value
            : throw node.Error($"it makes {(isWhole ? "whole numbers" : "fractions")} into {type}, and only casts among whole numbers and to float32 are understood");
    }

    /// <summary>Dropout: nothing, in use.</summary>
    public static GraphValue Dropout(GraphNode node) => node.Optional(2) is { } mode && !(mode is ConstantValue { Tensor: { Count: 1 } flag } && flag.Single() == 0)
        ? throw node.Error("it drops elements in training, and a model in use was expected; export it in evaluation mode")
        : node.Input(0);

    private static bool IsSingle(GraphValue value) => value is ShapeValue { IsSingle: true } or ConstantValue { Tensor.Rank: 0 };

    private static SymbolicNumber Product(GraphNode node, IReadOnlyList<SymbolicNumber> numbers)
    {
        SymbolicNumber product = 1;
        foreach (SymbolicNumber number in numbers)
        {
            product *= number;
            if (product.Lengths.Count > MostLengths)
            {
                throw node.Error("it multiplies more lengths than a recurrent model has");
            }
        }

        return product;
    }

    private static bool Keeps(ConstantTensor tensor, IReadOnlyList<SymbolicNumber> shape) =>
        shape.Count == tensor.Rank && shape.Zip(tensor.Shape).All(pair => pair.First.Known is { } size && (size == pair.Second || size == 1));
}
