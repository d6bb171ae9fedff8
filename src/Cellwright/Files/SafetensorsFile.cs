using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cellwright.Files;

/// <summary>
/// A safetensors file, open for reading. The header is read and checked on opening, tensors when they are asked for.
/// Nothing the header claims is believed, nor memory taken for it, before it fits the file's length.
/// </summary>
/// <remarks>
/// The format: eight bytes, the little-endian length of the header; the header, a JSON object; the tensors, row-major and
/// little-endian, one after the other without a gap.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const int ChunkElements = 1 << 14;

    private readonly FileBytes bytes;
    private readonly Dictionary<string, SafetensorsEntry> entries;
    private readonly long dataStart;

    private SafetensorsFile(FileBytes bytes)
    {
        this.bytes = bytes;
        if (bytes.Length < sizeof(ulong))
        {
            throw new InvalidFileException(Name, $"it has {bytes.Length} bytes, fewer than the eight a safetensors file begins with.");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        bytes.Read(0, prefix);
        int headerLength = SafetensorsHeader.CheckedLength(BinaryPrimitives.ReadUInt64LittleEndian(prefix), bytes.Length, Name);
        byte[] json = new byte[headerLength];
        bytes.Read(sizeof(ulong), json);
        dataStart = sizeof(ulong) + headerLength;

        SafetensorsHeader header = SafetensorsHeader.Parse(json, bytes.Length - dataStart, Name);
        entries = header.Entries;
        Metadata = header.Metadata;
        Tensors = [.. entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>The path, or the name given for contents in memory; errors name the file by it.</summary>
    public string Name => bytes.Name;

    /// <summary>The strings of <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Every tensor, in ordinal order of the names.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidFileException">There is no such file, or it is not a valid safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafetensorsFile Open(string path) => Open(path, map: false);

    /// <summary>
    /// Opens a file and maps it into the address space, so that <see cref="ViewBytes"/> and <see cref="ViewSingles"/> give tensors
    /// where they lie, without a copy: for files larger than what should be in memory. A program that cuts the file short
    /// meanwhile ends this process.
    /// </summary>
    /// <inheritdoc cref="Open(string)"/>
    public static SafetensorsFile Map(string path) => Open(path, map: true);

    /// <summary>Reads a file that is in memory. The memory is not copied.</summary>
    /// <param name="contents">The whole file.</param>
    /// <param name="name">The name that errors give it.</param>
    /// <exception cref="InvalidFileException">The contents are not a valid safetensors file.</exception>
    public static SafetensorsFile FromMemory(ReadOnlyMemory<byte> contents, string name) => new(FileBytes.FromMemory(contents, name));

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>What the header says of a tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">The file has no such tensor.</exception>
    public SafetensorsEntry this[string name] => entries.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new InvalidFileException(Name, $"it has no tensor {SafetensorsHeader.Quote(name)}.");

    /// <summary>
    /// A tensor as float32, row-major. F16, BF16 and small integers are exact; F64 and large integers are rounded to the nearest float;
    /// F32 keeps every bit.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">The file has no such tensor, it is too large for an array, or the file has been cut since it was opened.</exception>
    public float[] ReadSingles(string name)
    {
        float[] values = new float[ArrayLength(this[name])];
        Read(this[name], 0, values.AsSpan());
        return values;
    }

    /// <summary>A tensor as float32 into a span; otherwise as <see cref="ReadSingles(string)"/>.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">As long as the tensor has elements.</param>
    /// <exception cref="InvalidFileException">The file has no such tensor, or not one of this length.</exception>
    public void ReadSingles(string name, Span<float> destination)
    {
        SafetensorsEntry entry = this[name];
        if (entry.Count != destination.Length)
        {
            throw new InvalidFileException(Name, $"the tensor {SafetensorsHeader.Quote(name)} has {entry.Count} elements where {destination.Length} were expected.");
        }

        Read(entry, 0, destination);
    }

    /// <summary>Some elements of a tensor as float32, such as a few of its rows; otherwise as <see cref="ReadSingles(string)"/>.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="first">The first element, counted row-major.</param>
    /// <param name="destination">As long as elements are wanted.</param>
    /// <exception cref="InvalidFileException">The file has no such tensor, or it ends sooner.</exception>
    public void ReadSingles(string name, long first, Span<float> destination)
    {
        SafetensorsEntry entry = this[name];
        if (first < 0 || first > entry.Count - destination.Length)
        {
            throw new InvalidFileException(Name, $"the tensor {SafetensorsHeader.Quote(name)} has {entry.Count} elements where {destination.Length} from number {first} on were expected.");
        }

        Read(entry, first, destination);
    }

    /// <summary>A tensor as float64, row-major: exact for all types but large I64 and U64.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">As <see cref="ReadSingles(string)"/>.</exception>
    public double[] ReadDoubles(string name)
    {
        double[] values = new double[ArrayLength(this[name])];
        Read(this[name], 0, values.AsSpan());
        return values;
    }

    /// <summary>A tensor of whole numbers or booleans, exactly.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">As <see cref="ReadSingles(string)"/>, or the tensor holds floating-point numbers or U64.</exception>
    public long[] ReadInt64s(string name)
    {
        SafetensorsEntry entry = this[name];
        if (entry.Type is SafetensorsType.Float64 or SafetensorsType.Float32 or SafetensorsType.Float16 or SafetensorsType.BFloat16 or SafetensorsType.UInt64)
        {
            throw new InvalidFileException(Name, $"the tensor {SafetensorsHeader.Quote(name)} is {entry.Type.Code()} where whole numbers up to 64 bits with a sign were expected.");
        }

        long[] values = new long[ArrayLength(entry)];
        Read(entry, 0, values.AsSpan());
        return values;
    }

    /// <summary>The bytes of a tensor of any type, as they are in the file.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">As <see cref="ReadSingles(string)"/>.</exception>
    public byte[] ReadBytes(string name)
    {
        SafetensorsEntry entry = this[name];
        byte[] values = new byte[ArrayLength(entry, entry.End - entry.Begin)];
        bytes.Read(dataStart + entry.Begin, values);
        return values;
    }

    /// <summary>The bytes of a tensor where they lie in a mapped file or in memory; valid until this is disposed.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">The file has no such tensor, or it is too long for a span.</exception>
    /// <exception cref="InvalidOperationException">The file was opened without mapping it.</exception>
    public ReadOnlySpan<byte> ViewBytes(string name)
    {
        SafetensorsEntry entry = this[name];
        return bytes.View(dataStart + entry.Begin, ArrayLength(entry, entry.End - entry.Begin));
    }

    /// <summary>A float32 tensor where it lies in a mapped file or in memory, row-major; valid until this is disposed.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">The file has no such tensor, it is of another type, or it is too long for a span.</exception>
    /// <exception cref="InvalidOperationException">The file was opened without mapping it.</exception>
    public ReadOnlySpan<float> ViewSingles(string name) => this[name] is { Type: SafetensorsType.Float32 }
        ? MemoryMarshal.Cast<byte, float>(ViewBytes(name))
        : throw new InvalidFileException(Name, $"the tensor {SafetensorsHeader.Quote(name)} is {this[name].Type.Code()} where F32 was expected; read it instead.");

    /// <summary>Closes the file.</summary>
    public void Dispose() => bytes.Dispose();

    private static SafetensorsFile Open(string path, bool map)
    {
        FileBytes bytes = FileBytes.Open(path, "a safetensors file", map);
        try
        {
            return new SafetensorsFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private int ArrayLength(SafetensorsEntry entry) => ArrayLength(entry, entry.Count);

    private int ArrayLength(SafetensorsEntry entry, long count) => count <= Array.MaxLength
        ? (int)count
        : throw new InvalidFileException(Name, $"the tensor {SafetensorsHeader.Quote(entry.Name)} is too large for one array.");

    // Elements from the given one on.
    private void Read<T>(SafetensorsEntry entry, long first, Span<T> destination)
        where T : unmanaged, INumberBase<T>
    {
        int size = entry.Type.Size();
        long offset = dataStart + entry.Begin + (first * size);
        if (ElementConversion.IsSame<T>(entry.Type))
        {
            // In parts, since the bytes of a long array are more than one span can hold.
            for (int done = 0; done < destination.Length; done += ChunkElements)
            {
                bytes.Read(offset + ((long)done * size), MemoryMarshal.AsBytes(destination[done..Math.Min(done + ChunkElements, destination.Length)]));
            }

            return;
        }

        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkElements * size);
        try
        {
            while (!destination.IsEmpty)
            {
                Span<T> target = destination[..Math.Min(ChunkElements, destination.Length)];
                Span<byte> source = chunk.AsSpan(0, target.Length * size);
                bytes.Read(offset, source);
                ElementConversion.Read(entry.Type, source, target);
                offset += source.Length;
                destination = destination[target.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
