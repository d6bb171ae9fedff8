using Cellwright.Onnx.Format;

namespace Cellwright.Onnx.Import;

/// <summary>
/// A tensor that the file holds, or one made from such: a view with strides, so that slices, transposes and new axes
/// take no memory.
/// </summary>
internal sealed class ConstantTensor
{
    private readonly TensorValues values;
    private readonly int offset;
    private readonly int[] strides;

    private ConstantTensor(TensorValues values, int offset, int[] shape, int[] strides)
    {
        this.values = values;
        this.offset = offset;
        this.strides = strides;
        Shape = shape;
        Count = shape.Aggregate(1, (product, size) => product * size);
    }

    /// <summary>The sizes, outermost first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many elements it has.</summary>
    public int Count { get; }

    /// <summary>Whether its elements are whole numbers.</summary>
    public bool IsWhole => values.IsWhole;

    /// <summary>How many axes it has.</summary>
    public int Rank => Shape.Count;

    /// <summary>How many tensors an element is looked up in, one in the other.</summary>
    public int Depth { get; private init; }

    /// <summary>A tensor of the file.</summary>
    /// <exception cref="Files.InvalidFileException">It is elsewhere, of another type, or has not the elements its shape asks for.</exception>
    public static ConstantTensor Of(OnnxFile file, TensorProto tensor, string name)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw file.Error($"the tensor {OnnxFile.Quote(name)} has its values in another file, which is not read; save the model with all of its values inside");
        }

        long count = 1;
        foreach (long size in tensor.Dims)
        {
            // Checked one by one: a size of 0 must not hide an absurd one.
            if (size is < 0 or > int.MaxValue || (count = Math.Max(count, 1) * Math.Max(size, 1)) > int.MaxValue)
            {
                throw file.Error($"the tensor {OnnxFile.Quote(name)} has a shape [{string.Join(", ", tensor.Dims.Take(8))}] that no file could fill");
            }
        }

        int[] shape = [.. tensor.Dims.Select(size => (int)size)];
        TensorValues? values = TensorValues.Of(tensor, shape.Aggregate(1, (product, size) => product * size), out string? problem);
        return values is null ? throw file.Error($"the tensor {OnnxFile.Quote(name)}: {problem}") : new ConstantTensor(values, 0, shape, Dense(shape));
    }

    /// <summary>Whole numbers.</summary>
    public static ConstantTensor Of(long[] numbers, int[] shape) => new(new ComputedValues(null, numbers), 0, shape, Dense(shape));

    /// <summary>Fractions.</summary>
    public static ConstantTensor Of(float[] numbers, int[] shape) => new(new ComputedValues(numbers, null), 0, shape, Dense(shape));

    /// <summary>All elements, row by row.</summary>
    public void CopyTo(Span<float> destination)
    {
        int next = 0;
        foreach (int index in Indices())
        {
            destination[next++] = values.Single(index);
        }
    }

    /// <summary>All elements as whole numbers, row by row.</summary>
    public long[] Wholes() => [.. Indices().Select(values.Whole)];

    /// <summary>Whether every element has one value.</summary>
    public bool IsAll(float value) => Indices().All(index => values.Single(index) == value);

    /// <summary>The first element.</summary>
    public float First() => values.Single(offset);

    /// <summary>The element of a tensor that has one.</summary>
    public float Single() => values.Single(offset);

    /// <summary>Some of the places on an axis, from <paramref name="first"/> on, <paramref name="step"/> apart.</summary>
    public ConstantTensor Slice(int axis, int first, int count, int step = 1) =>
        new(values, count == 0 ? 0 : offset + (first * strides[axis]), With(Shape, axis, count), With(strides, axis, strides[axis] * step)) { Depth = Depth };

    /// <summary>One place on an axis, which is gone then.</summary>
    public ConstantTensor At(int axis, int index) => Slice(axis, index, 1).Squeeze(axis);

    /// <summary>Without an axis of one place.</summary>
    public ConstantTensor Squeeze(int axis) => new(values, offset, Without(Shape, axis), Without(strides, axis)) { Depth = Depth };

    /// <summary>With an axis of one place more.</summary>
    public ConstantTensor Unsqueeze(int axis) => new(values, offset, [.. Shape.Take(axis), 1, .. Shape.Skip(axis)], [.. strides.Take(axis), 0, .. strides.Skip(axis)]) { Depth = Depth };

    /// <summary>With its axes in another order.</summary>
    public ConstantTensor Transpose(IReadOnlyList<int> axes) => new(values, offset, [.. axes.Select(axis => Shape[axis])], [.. axes.Select(axis => strides[axis])]) { Depth = Depth };

    /// <summary>The same elements in another shape of as many.</summary>
    public ConstantTensor Reshape(int[] shape) => strides.AsSpan().SequenceEqual(Dense(Shape))
        ? new ConstantTensor(values, offset, shape, Dense(shape)) { Depth = Depth }
        : new ConstantTensor(new JoinedValues([this], 0), 0, shape, Dense(shape)) { Depth = Depth + 1 };

    /// <summary>Tensors one behind the other on an axis; they fit together, and the whole has no more elements than an array.</summary>
    public static ConstantTensor Concat(IReadOnlyList<ConstantTensor> parts, int axis)
    {
        int[] shape = With(parts[0].Shape, axis, parts.Sum(part => part.Shape[axis]));
        return new ConstantTensor(new JoinedValues(parts, axis), 0, shape, Dense(shape)) { Depth = parts.Max(part => part.Depth) + 1 };
    }

    // Where the element stands among the values, by its number row by row.
    private int Place(int number)
    {
        int place = offset;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            place += number % Shape[axis] * strides[axis];
            number /= Shape[axis];
        }

        return place;
    }

    private IEnumerable<int> Indices()
    {
        int[] place = new int[Rank];
        int index = offset;
        for (int i = 0; i < Count; i++)
        {
            yield return index;
            for (int axis = Rank - 1; axis >= 0; axis--)
            {
                index += strides[axis];
                if (++place[axis] < Shape[axis])
                {
                    break;
                }

                index -= strides[axis] * Shape[axis];
                place[axis] = 0;
            }
        }
    }

    private static int[] Dense(IReadOnlyList<int> shape)
    {
        int[] strides = new int[shape.Count];
        for (int axis = shape.Count - 1, stride = 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(shape[axis], 1);
        }

        return strides;
    }

    private static int[] With(IReadOnlyList<int> list, int place, int value) => [.. list.Select((each, i) => i == place ? value : each)];

    private static int[] Without(IReadOnlyList<int> list, int place) => [.. list.Where((_, i) => i != place)];

    /// <summary>The elements of tensors that stand one behind the other, looked up in those.</summary>
    private sealed class JoinedValues : TensorValues
    {
        private readonly IReadOnlyList<ConstantTensor> parts;
        private readonly int[] lengths;
        private readonly int row;

        public JoinedValues(IReadOnlyList<ConstantTensor> parts, int axis)
        {
            this.parts = parts;
            lengths = [.. parts.Select(part => part.Shape.Skip(axis).Aggregate(1, (product, size) => product * size))];
            row = lengths.Sum();
            Count = parts.Sum(part => part.Count);
        }

        public override int Count { get; }

        public override bool IsWhole => parts[0].IsWhole;

        public override float Single(int index)
        {
            (ConstantTensor part, int place) = Find(index);
            return part.values.Single(place);
        }

        public override long Whole(int index)
        {
            (ConstantTensor part, int place) = Find(index);
            return part.values.Whole(place);
        }

        private (ConstantTensor Part, int Place) Find(int index)
        {
            int within = index % row;
            int part = 0;
            while (within >= lengths[part])
            {
                within -= lengths[part++];
            }

            return (parts[part], parts[part].Place((index / row * lengths[part]) + within));
        }
    }
}
