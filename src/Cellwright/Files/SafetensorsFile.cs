using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    private readonly SafeFileHandle? handle;
    private readonly ReadOnlyMemory<byte> contents;
    private readonly Dictionary<string, SafetensorsEntry> entries;
    private readonly long dataStart;

    private SafetensorsFile(string name, SafeFileHandle? handle, ReadOnlyMemory<byte> contents)
    {
        Name = name;
        this.handle = handle;
        this.contents = contents;
        long length = handle is null ? contents.Length : LengthOf(handle, name);
        if (length < sizeof(ulong))
        {
            throw new InvalidFileException(name, $"it has {length} bytes, fewer than the eight a safetensors file begins with.");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        ReadAt(0, prefix);
        int headerLength = SafetensorsHeader.CheckedLength(BinaryPrimitives.ReadUInt64LittleEndian(prefix), length, name);
        byte[] json = new byte[headerLength];
        ReadAt(sizeof(ulong), json);
        dataStart = sizeof(ulong) + headerLength;

        SafetensorsHeader header = SafetensorsHeader.Parse(json, length - dataStart, name);
        entries = header.Entries;
        Metadata = header.Metadata;
        Tensors = [.. entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>The path, or the name given for contents in memory; errors name the file by it.</summary>
    public string Name { get; }

    /// <summary>The strings of <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Every tensor, in ordinal order of the names.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidFileException">There is no such file, or it is not a valid safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, Directory.Exists(path) ? "it is a folder; a safetensors file was expected." : "there is no such file.");
        }

        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, handle, default);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file that is in memory. The memory is not copied.</summary>
    /// <param name="contents">The whole file.</param>
    /// <param name="name">The name that errors give it.</param>
    /// <exception cref="InvalidFileException">The contents are not a valid safetensors file.</exception>
    public static SafetensorsFile FromMemory(ReadOnlyMemory<byte> contents, string name) => new(name, handle: null, contents);

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
        Read(this[name], values.AsSpan());
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

        Read(entry, destination);
    }

    /// <summary>A tensor as float64, row-major: exact for all types but large I64 and U64.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">As <see cref="ReadSingles(string)"/>.</exception>
    public double[] ReadDoubles(string name)
    {
        double[] values = new double[ArrayLength(this[name])];
        Read(this[name], values.AsSpan());
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
        Read(entry, values.AsSpan());
        return values;
    }

    /// <summary>The bytes of a tensor of any type, as they are in the file.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidFileException">As <see cref="ReadSingles(string)"/>.</exception>
    public byte[] ReadBytes(string name)
    {
        SafetensorsEntry entry = this[name];
        byte[] values = new byte[ArrayLength(entry, entry.End - entry.Begin)];
        ReadAt(dataStart + entry.Begin, values);
        return values;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle?.Dispose();

    private static long LengthOf(SafeFileHandle handle, string name)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException exception)
        {
            throw new InvalidFileException(name, "it is a stream or a device; a regular file was expected.", exception);
        }
    }

    private int ArrayLength(SafetensorsEntry entry) => ArrayLength(entry, entry.Count);

    private int ArrayLength(SafetensorsEntry entry, long count) => count <= Array.MaxLength
        ? (int)count
        : throw new InvalidFileException(Name, $"the tensor {SafetensorsHeader.Quote(entry.Name)} is too large for one array.");

    private void Read<T>(SafetensorsEntry entry, Span<T> destination)
        where T : unmanaged, INumberBase<T>
    {
        switch (entry.Type)
        {
            case SafetensorsType.Float64:
                Convert<double, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.Float32:
                Convert<float, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.Float16:
                Convert<Half, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.BFloat16:
                Convert<ushort, T>(entry, destination, bits => T.CreateSaturating(BitConverter.UInt32BitsToSingle((uint)bits << 16)));
                break;
            case SafetensorsType.Int64:
                Convert<long, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.Int32:
                Convert<int, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.Int16:
                Convert<short, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.Int8:
                Convert<sbyte, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.UInt64:
                Convert<ulong, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.UInt32:
                Convert<uint, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.UInt16:
                Convert<ushort, T>(entry, destination, T.CreateSaturating);
                break;
            case SafetensorsType.UInt8:
                Convert<byte, T>(entry, destination, T.CreateSaturating);
                break;
            default:
                Convert<byte, T>(entry, destination, value => value == 0 ? T.Zero : T.One);
                break;
        }
    }

    private void Convert<TSource, TTarget>(SafetensorsEntry entry, Span<TTarget> destination, Func<TSource, TTarget> convert)
        where TSource : unmanaged
        where TTarget : unmanaged
    {
        // Without conversion where the type is the same, so that even the payload of a NaN survives.
        bool same = typeof(TSource) == typeof(TTarget);
        Span<TSource> chunk = same ? [] : new TSource[Math.Min(ChunkElements, destination.Length)];
        long offset = dataStart + entry.Begin;
        while (!destination.IsEmpty)
        {
            Span<TTarget> target = destination[..Math.Min(ChunkElements, destination.Length)];
            Span<TSource> source = same ? MemoryMarshal.Cast<TTarget, TSource>(target) : chunk[..target.Length];
            Span<byte> bytes = MemoryMarshal.AsBytes(source);
            ReadAt(offset, bytes);
            for (int i = 0; !same && i < target.Length; i++)
            {
                target[i] = convert(source[i]);
            }

            offset += bytes.Length;
            destination = destination[target.Length..];
        }
    }

    private void ReadAt(long offset, Span<byte> destination)
    {
        if (handle is null)
        {
            contents.Span.Slice((int)offset, destination.Length).CopyTo(destination);
            return;
        }

        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
            {
                throw new InvalidFileException(Name, "it has become shorter while it was being read.");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}
