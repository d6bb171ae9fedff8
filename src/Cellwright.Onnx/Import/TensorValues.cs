using System.Buffers.Binary;
using Cellwright.Onnx.Format;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Cellwright.Onnx.Import;

/// <summary>The elements of a tensor of a file, each read when it is asked for: no second copy of the weights is made.</summary>
internal abstract class TensorValues
{
    /// <summary>How many elements there are.</summary>
    public abstract int Count { get; }

    /// <summary>Whether they are whole numbers.</summary>
    public abstract bool IsWhole { get; }

    /// <summary>An element as float32; what is wider is rounded.</summary>
    public abstract float Single(int index);

    /// <summary>An element as a whole number.</summary>
    public virtual long Whole(int index) => (long)Single(index);

    /// <summary>The elements of a stored tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="count">How many its shape asks for.</param>
    /// <param name="problem">What is wrong, where the result is null.</param>
    public static TensorValues? Of(TensorProto tensor, int count, out string? problem)
    {
        TensorProto.Types.DataType type = (TensorProto.Types.DataType)tensor.DataType;
        if (RawType.SizeOf(type) is not { } size)
        {
            problem = $"its elements are of type {type}, where float, double, float16, bfloat16, int64, int32 or bool was expected";
            return null;
        }

        if (tensor.HasRawData)
        {
            problem = tensor.RawData.Length == (long)count * size ? null : $"it has {tensor.RawData.Length} bytes where its shape asks for {(long)count * size}";
            return problem is null ? new RawValues(tensor.RawData, type, count) : null;
        }

        TensorValues values = type switch
        {
            TensorProto.Types.DataType.Float => new ListValues<float>(tensor.FloatData, value => value, isWhole: false),
            TensorProto.Types.DataType.Double => new ListValues<double>(tensor.DoubleData, value => (float)value, isWhole: false),
            TensorProto.Types.DataType.Float16 => new ListValues<int>(tensor.Int32Data, bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits), isWhole: false),
            TensorProto.Types.DataType.Bfloat16 => new ListValues<int>(tensor.Int32Data, bits => BitConverter.Int32BitsToSingle(bits << 16), isWhole: false),
            TensorProto.Types.DataType.Int64 => new WholeValues<long>(tensor.Int64Data, value => value),
            _ => new WholeValues<int>(tensor.Int32Data, value => value),
        };
        problem = values.Count == count ? null : $"it has {values.Count} elements where its shape asks for {count}";
        return problem is null ? values : null;
    }

    private sealed class ListValues<T>(RepeatedField<T> list, Func<T, float> convert, bool isWhole) : TensorValues
    {
        public override int Count => list.Count;

        public override bool IsWhole => isWhole;

        public override float Single(int index) => convert(list[index]);
    }

    private sealed class WholeValues<T>(RepeatedField<T> list, Func<T, long> convert) : TensorValues
    {
        public override int Count => list.Count;

        public override bool IsWhole => true;

        public override float Single(int index) => convert(list[index]);

        public override long Whole(int index) => convert(list[index]);
    }

    private sealed class RawValues(ByteString bytes, TensorProto.Types.DataType type, int count) : TensorValues
    {
        public override int Count => count;

        public override bool IsWhole => type is TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Bool;

        public override float Single(int index) => type switch
        {
            TensorProto.Types.DataType.Float => BinaryPrimitives.ReadSingleLittleEndian(At(index, sizeof(float))),
            TensorProto.Types.DataType.Double => (float)BinaryPrimitives.ReadDoubleLittleEndian(At(index, sizeof(double))),
            TensorProto.Types.DataType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(At(index, sizeof(ushort))),
            TensorProto.Types.DataType.Bfloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(At(index, sizeof(ushort))) << 16),
            _ => Whole(index),
        };

        public override long Whole(int index) => type switch
        {
            TensorProto.Types.DataType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(At(index, sizeof(long))),
            TensorProto.Types.DataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(At(index, sizeof(int))),
            TensorProto.Types.DataType.Bool => bytes[index],
            _ => (long)Single(index),
        };

        private ReadOnlySpan<byte> At(int index, int size) => bytes.Span.Slice(index * size, size);
    }

    private static class RawType
    {
        public static int? SizeOf(TensorProto.Types.DataType type) => type switch
        {
            TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Int32 => 4,
            TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Int64 => 8,
            TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 => 2,
            TensorProto.Types.DataType.Bool => 1,
            _ => null,
        };
    }
}

/// <summary>Elements that were put together while the file was read.</summary>
internal sealed class ComputedValues(float[]? singles, long[]? wholes) : TensorValues
{
    public override int Count => singles?.Length ?? wholes!.Length;

    public override bool IsWhole => wholes is not null;

    public override float Single(int index) => singles is not null ? singles[index] : wholes![index];

    public override long Whole(int index) => wholes is not null ? wholes[index] : (long)singles![index];
}
