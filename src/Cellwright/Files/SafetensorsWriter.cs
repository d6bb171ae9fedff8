using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cellwright.Files;

/// <summary>
/// Collects tensors and metadata and writes them as one safetensors file. What is written depends on what was added alone,
/// not on the order: tensors stand by element size, the largest first so that each is aligned, and then by name.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int ChunkElements = 1 << 16;

    private readonly SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);

    /// <summary>The strings written as <c>__metadata__</c>, in ordinal order of the keys.</summary>
    public IDictionary<string, string> Metadata => metadata;

    /// <summary>Adds a float32 tensor. The values are read when the file is written, not now.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its sizes, outermost first; empty for a single number.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or the shape does not fit the number of values.</exception>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values) => Add(name, SafetensorsType.Float32, shape, values);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlyMemory{float})"/>
    /// <summary>Adds a float64 tensor.</summary>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<double> values) => Add(name, SafetensorsType.Float64, shape, values);

    /// <summary>Adds a tensor that is stored as another floating-point type: wider exactly, narrower rounded to the nearest, ties to even.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <param name="shape">Its sizes, outermost first; empty for a single number.</param>
    /// <param name="values">Its elements, row-major, read when the file is written.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or the shape does not fit the number of values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is none for numbers with a fraction.</exception>
    public void AddAs(string name, SafetensorsType type, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values) => AddConverted(name, type, shape, values);

    /// <inheritdoc cref="AddAs(string, SafetensorsType, ReadOnlySpan{int}, ReadOnlyMemory{float})"/>
    public void AddAs(string name, SafetensorsType type, ReadOnlySpan<int> shape, ReadOnlyMemory<double> values) => AddConverted(name, type, shape, values);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlyMemory{float})"/>
    /// <summary>Adds a tensor of 64-bit whole numbers.</summary>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<long> values) => Add(name, SafetensorsType.Int64, shape, values);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlyMemory{float})"/>
    /// <summary>Adds a tensor of 32-bit whole numbers.</summary>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<int> values) => Add(name, SafetensorsType.Int32, shape, values);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlyMemory{float})"/>
    /// <summary>Adds a tensor of bytes.</summary>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> values) => Add(name, SafetensorsType.UInt8, shape, values);

    /// <summary>Writes the file atomically (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>Writes the file's bytes to a stream.</summary>
    /// <param name="stream">Where they go.</param>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Tensor[] ordered = [.. tensors.Values.OrderByDescending(tensor => tensor.Type.Size())];
        var header = new ArrayBufferWriter<byte>();
        WriteHeader(header, ordered);

        // Spaces after the JSON are allowed, and bring the data to a multiple of eight.
        int padded = (header.WrittenCount + 7) / 8 * 8;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)padded);
        stream.Write(prefix);
        stream.Write(header.WrittenSpan);
        Span<byte> spaces = stackalloc byte[8];
        spaces.Fill((byte)' ');
        stream.Write(spaces[..(padded - header.WrittenCount)]);
        foreach (Tensor tensor in ordered)
        {
            tensor.WriteData(stream);
        }
    }

    private static UInt128 TensorSize(ReadOnlySpan<int> shape)
    {
        UInt128 count = 1;
        foreach (int size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            count = checked(count * (UInt128)size);
        }

        return count;
    }

    private void AddConverted<T>(string name, SafetensorsType type, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!type.IsFloatingPoint())
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "numbers with a fraction are stored as F64, F32, F16 or BF16");
        }

        if (ElementConversion.IsSame<T>(type))
        {
            Add(name, type, shape, values);
        }
        else
        {
            Add(name, shape, values.Length, new ConvertedTensor<T>(name, type, shape.ToArray(), values));
        }
    }

    private void Add<T>(string name, SafetensorsType type, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        where T : unmanaged => Add(name, shape, values.Length, new Tensor<T>(name, type, shape.ToArray(), values));

    private void Add(string name, ReadOnlySpan<int> shape, int count, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == SafetensorsHeader.MetadataKey)
        {
            throw new ArgumentException($"No tensor can have the name {name}, which is the metadata's.", nameof(name));
        }

        if (TensorSize(shape) != (UInt128)count)
        {
            throw new ArgumentException($"The shape [{string.Join(", ", shape.ToArray())}] of the tensor {name} does not hold the {count} values given.", nameof(shape));
        }

        if (!tensors.TryAdd(name, tensor))
        {
            throw new ArgumentException($"The tensor {name} was added twice.", nameof(name));
        }
    }

    private void WriteHeader(ArrayBufferWriter<byte> header, Tensor[] ordered)
    {
        // Equations in the metadata stay readable; the header is never put into a page.
        using var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        if (metadata.Count > 0)
        {
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach ((string key, string value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        long offset = 0;
        foreach (Tensor tensor in ordered)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type.Code());
            json.WriteStartArray("shape");
            foreach (int size in tensor.Shape)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            offset += tensor.Length;
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private abstract class Tensor(string name, SafetensorsType type, int[] shape)
    {
        public string Name => name;

        public SafetensorsType Type => type;

        public int[] Shape => shape;

        public abstract long Length { get; }

        public abstract void WriteData(Stream stream);
    }

    private sealed class Tensor<T>(string name, SafetensorsType type, int[] shape, ReadOnlyMemory<T> values) : Tensor(name, type, shape)
        where T : unmanaged
    {
        public override long Length => (long)values.Length * Type.Size();

        public override void WriteData(Stream stream)
        {
            // In chunks, since the bytes of a long array are more than one span can hold.
            for (int done = 0; done < values.Length; done += ChunkElements)
            {
                stream.Write(MemoryMarshal.AsBytes(values.Span[done..Math.Min(done + ChunkElements, values.Length)]));
            }
        }
    }

    private sealed class ConvertedTensor<T>(string name, SafetensorsType type, int[] shape, ReadOnlyMemory<T> values) : Tensor(name, type, shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public override long Length => (long)values.Length * Type.Size();

        public override void WriteData(Stream stream)
        {
            byte[] chunk = new byte[Math.Min(values.Length, ChunkElements) * Type.Size()];
            for (int done = 0; done < values.Length; done += ChunkElements)
            {
                ReadOnlySpan<T> part = values.Span[done..Math.Min(done + ChunkElements, values.Length)];
                Span<byte> bytes = chunk.AsSpan(0, part.Length * Type.Size());
                ElementConversion.Write(Type, part, bytes);
                stream.Write(bytes);
            }
        }
    }
}
