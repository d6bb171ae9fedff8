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
        new(values, count == 0 ? 0 : offset + (first * strides[axis]), With(Shape, axis, count), With(strides, axis, strides[axis] * step));

    /// <summary>One place on an axis, which is gone then.</summary>
    public ConstantTensor At(int axis, int index) => Slice(axis, index, 1).Squeeze(axis);

    /// <summary>Without an axis of one place.</summary>
    public ConstantTensor Squeeze(int axis) => new(values, offset, Without(Shape, axis), Without(strides, axis));

    /// <summary>With an axis of one place more.</summary>
    public ConstantTensor Unsqueeze(int axis) => new(values, offset, [.. Shape.Take(axis), 1, .. Shape.Skip(axis)], [.. strides.Take(axis), 0, .. strides.Skip(axis)]);

    /// <summary>With its axes in another order.</summary>
    public ConstantTensor Transpose(IReadOnlyList<int> axes) => new(values, offset, [.. axes.Select(axis => Shape[axis])], [.. axes.Select(axis => strides[axis])]);

    /// <summary>The same elements in another shape of as many; copied where they do not lie one behind the other.</summary>
    public ConstantTensor Reshape(int[] shape) =>
        strides.AsSpan().SequenceEqual(Dense(Shape)) ? new ConstantTensor(values, offset, shape, Dense(shape)) : Copy().Reshape(shape);

    /// <summary>Tensors one behind the other on an axis.</summary>
    public static ConstantTensor Concat(IReadOnlyList<ConstantTensor> parts, int axis)
    {
        int[] shape = With(parts[0].Shape, axis, parts.Sum(part => part.Shape[axis]));
        int inner = shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        int row = shape[axis] * inner;
        int outer = shape.Take(axis).Aggregate(1, (product, size) => product * size);
        bool isWhole = parts[0].IsWhole;
        long[]? wholes = isWhole ? new long[outer * row] : null;
        float[]? singles = isWhole ? null : new float[outer * row];
        int start = 0;
        foreach (ConstantTensor part in parts)
        {
            int length = part.Shape[axis] * inner;
            int next = 0;
            foreach (int index in part.Indices())
            {
                int place = (next / length * row) + start + (next % length);
                next++;
                if (wholes is not null)
                {
                    wholes[place] = part.values.Whole(index);
                }
                else
                {
                    singles![place] = part.values.Single(index);
                }
            }

            start += length;
        }

        return new ConstantTensor(new ComputedValues(singles, wholes), 0, shape, Dense(shape));
    }

    private ConstantTensor Copy() => IsWhole ? Of(Wholes(), [.. Shape]) : Of([.. Indices().Select(values.Single)], [.. Shape]);

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
}
