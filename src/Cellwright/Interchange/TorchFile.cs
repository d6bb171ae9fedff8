using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>
/// A file that torch.save wrote (PyTorch 1.6 and later): a zip archive with a pickle of the dictionary and one file for each
/// storage. The pickle is read by <see cref="PickleReader"/>, which runs nothing.
/// </summary>
internal sealed class TorchFile : StateDictionary
{
    private const string PickleFile = "data.pkl";
    private const int LongestPickle = 1 << 28;
    private const int ChunkElements = 1 << 14;
    private const int DeepestDictionary = 16;
    private const int FreeNameLength = 1 << 20;

    // The numbers that the format of PyTorch before 1.6 begins with: a pickle of this number.
    private static readonly byte[] LegacyMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
    private static readonly byte[] ZipStart = "PK\u0003\u0004"u8.ToArray();

    private readonly FileBytes bytes;
    private readonly StoredArchive archive;
    private readonly string root;
    private readonly Dictionary<string, TorchTensor> tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> verified = new(StringComparer.Ordinal);
    private readonly HashSet<object> listed = new(ReferenceEqualityComparer.Instance);
    private long nameLength;
    private byte[]? storageBytes;
    private string? storageKey;

    private TorchFile(FileBytes bytes)
    {
        this.bytes = bytes;
        archive = StoredArchive.Open(bytes);
        StoredArchiveEntry[] pickles = [.. archive.Entries.Values.Where(entry => entry.Name == PickleFile || entry.Name.EndsWith("/" + PickleFile, StringComparison.Ordinal))];
        if (pickles is not [var pickle])
        {
            throw Invalid($"it is a zip archive with {pickles.Length} files {PickleFile}, and torch.save writes one.");
        }

        root = pickle.Name[..^PickleFile.Length];
        if (archive.Entries.ContainsKey(root + "constants.pkl"))
        {
            throw Invalid("it is a TorchScript module (torch.jit.save); save model.state_dict() instead.");
        }

        CheckByteOrder();
        if (pickle.Length > LongestPickle)
        {
            throw Invalid($"its pickle has {pickle.Length} bytes, and that of a state_dict at most {LongestPickle}.");
        }

        archive.Verify(pickle);
        byte[] text = new byte[pickle.Length];
        archive.Read(pickle, 0, text);
        if (PickleReader.Read(text, bytes.Length, Name) is not PickleDictionary dictionary)
        {
            throw Invalid("it holds no dictionary; save model.state_dict().");
        }

        nameLength = FreeNameLength + pickle.Length;
        Add(string.Empty, dictionary, 0);
        Tensors = [.. tensors.Select(pair => new StoredTensor(pair.Key, pair.Value.Storage.Type.Describe(), pair.Value.Sizes))];
    }

    public override string Name => bytes.Name;

    public override IReadOnlyList<StoredTensor> Tensors { get; }

    public override long MostElements => 2 * tensors.Values.Select(tensor => tensor.Storage).Distinct().Sum(storage => storage.Count);

    /// <summary>Whether a file begins as one of torch.save does, whether it can be read or not.</summary>
    public static bool IsArchive(string path)
    {
        using FileBytes bytes = FileBytes.Open(path, "a file that torch.save wrote, or a safetensors file,");
        Span<byte> start = stackalloc byte[(int)Math.Min(bytes.Length, 16)];
        bytes.Read(0, start);
        return Matches(path, start);
    }

    /// <summary>Whether a file is one of torch.save by its first bytes and the end of its name.</summary>
    public static bool Matches(string path, ReadOnlySpan<byte> start) =>
        start.StartsWith(ZipStart) || start.StartsWith(LegacyMagic)
        || (!(start.Length > 8 && start[8] == '{') && (path.EndsWith(".pt", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".pth", StringComparison.OrdinalIgnoreCase)));

    public static new TorchFile Open(string path) => Of(FileBytes.Open(path, "a file that torch.save wrote"));

    /// <summary>Reads the contents of a file, which is disposed with this.</summary>
    public static TorchFile Of(FileBytes bytes)
    {
        try
        {
            RefuseLegacy(bytes);
            return new TorchFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public override void Read(string name, long first, Span<float> destination)
    {
        TorchTensor tensor = tensors[name];
        if (first < 0 || first > tensor.Count - destination.Length)
        {
            throw Invalid($"the tensor {SafetensorsHeader.Quote(name)} has {tensor.Count} elements where {destination.Length} from number {first} on were expected.");
        }

        StoredArchiveEntry entry = EntryOf(tensor.Storage);
        if (verified.Add(entry.Name))
        {
            archive.Verify(entry);
        }

        if (tensor.IsContiguous)
        {
            ReadRun(tensor.Storage.Type, entry, tensor.Offset + first, destination);
        }
        else
        {
            ReadScattered(tensor, entry, first, destination);
        }
    }

    public override void Dispose()
    {
        GiveBack();
        bytes.Dispose();
    }

    private static void RefuseLegacy(FileBytes bytes)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(bytes.Length, 512)];
        bytes.Read(0, start);
        if (start.StartsWith(LegacyMagic))
        {
            throw new InvalidFileException(bytes.Name, "it is in the format of PyTorch before 1.6 (pickles without a zip archive), which is not read; load it in PyTorch and torch.save its state_dict again.");
        }

        // The oldest format of all: a tar archive, whose signature stands at byte 257.
        if (start.Length > 262 && start.Slice(257, 5).SequenceEqual("ustar"u8))
        {
            throw new InvalidFileException(bytes.Name, "it is in the tar format of PyTorch before 0.1.10, which is not read; load it in PyTorch and torch.save its state_dict again.");
        }

        if (!start.StartsWith(ZipStart))
        {
            throw new InvalidFileException(bytes.Name, "it is not a file that torch.save wrote: it does not begin as a zip archive.");
        }
    }

    private void CheckByteOrder()
    {
        if (archive.Entries.TryGetValue(root + "byteorder", out StoredArchiveEntry entry))
        {
            Span<byte> order = stackalloc byte[(int)Math.Min(entry.Length, 16)];
            archive.Read(entry, 0, order);
            if (!order.SequenceEqual("little"u8))
            {
                throw Invalid($"its byte order is {SafetensorsHeader.Quote(Encoding.Latin1.GetString(order))}, and only \"little\" is read.");
            }
        }
    }

    // Checkpoints keep dictionaries in dictionaries; what is neither is no weight. One that stands there twice is listed once.
    private void Add(string prefix, PickleDictionary dictionary, int depth)
    {
        if (depth > DeepestDictionary || !listed.Add(dictionary))
        {
            return;
        }

        foreach ((object? key, object? value) in dictionary.Items)
        {
            if (key is not string name || value is not (TorchTensor or PickleDictionary))
            {
                continue;
            }

            nameLength -= prefix.Length + name.Length + 1;
            if (nameLength < 0)
            {
                throw Invalid("its names of tensors are together far longer than it is.");
            }

            if (value is PickleDictionary inner)
            {
                Add($"{prefix}{name}.", inner, depth + 1);
            }
            else if (value is TorchTensor tensor)
            {
                CheckStorage(prefix + name, tensor.Storage);
                tensors[prefix + name] = tensor;
            }
        }
    }

    private void CheckStorage(string name, TorchStorage storage)
    {
        StoredArchiveEntry entry = EntryOf(storage);
        if ((UInt128)storage.Count * (UInt128)storage.Type.Size() != (UInt128)entry.Length)
        {
            throw Invalid($"the storage of {SafetensorsHeader.Quote(name)} is {storage.Count} numbers of {storage.Type.Describe()}, and its file has {entry.Length} bytes.");
        }
    }

    private StoredArchiveEntry EntryOf(TorchStorage storage) => archive.Entries.TryGetValue($"{root}data/{storage.Key}", out StoredArchiveEntry entry)
        ? entry
        : throw Invalid($"it has no file {SafetensorsHeader.Quote($"{root}data/{storage.Key}")}, which a tensor needs.");

    private void ReadRun(SafetensorsType type, StoredArchiveEntry entry, long first, Span<float> destination)
    {
        int size = type.Size();
        if (ElementConversion.IsSame<float>(type))
        {
            archive.Read(entry, first * size, MemoryMarshal.AsBytes(destination));
            return;
        }

        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkElements * size);
        try
        {
            while (!destination.IsEmpty)
            {
                Span<float> part = destination[..Math.Min(destination.Length, ChunkElements)];
                Span<byte> source = chunk.AsSpan(0, part.Length * size);
                archive.Read(entry, first * size, source);
                ElementConversion.Read(type, source, part);
                first += part.Length;
                destination = destination[part.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    // Transposed weights and the like: element by element, from the storage as a whole.
    private void ReadScattered(TorchTensor tensor, StoredArchiveEntry entry, long first, Span<float> destination)
    {
        ReadOnlySpan<byte> storage = WholeStorage(entry);
        int size = tensor.Storage.Type.Size();
        for (int i = 0; i < destination.Length; i++)
        {
            long rest = first + i;
            long place = tensor.Offset;
            for (int dimension = tensor.Sizes.Length - 1; dimension >= 0; dimension--)
            {
                (rest, long index) = Math.DivRem(rest, tensor.Sizes[dimension]);
                place += index * tensor.Strides[dimension];
            }

            ElementConversion.Read(tensor.Storage.Type, storage.Slice((int)(place * size), size), destination.Slice(i, 1));
        }
    }

    // Kept for the rows that are asked for next.
    private ReadOnlySpan<byte> WholeStorage(StoredArchiveEntry entry)
    {
        if (storageKey != entry.Name)
        {
            if (entry.Length > Array.MaxLength)
            {
                throw Invalid($"the storage {SafetensorsHeader.Quote(entry.Name)} is too large to be read in another order than its own.");
            }

            GiveBack();
            storageBytes = ArrayPool<byte>.Shared.Rent((int)entry.Length);
            archive.Read(entry, 0, storageBytes.AsSpan(0, (int)entry.Length));
            storageKey = entry.Name;
        }

        return storageBytes.AsSpan(0, (int)entry.Length);
    }

    private void GiveBack()
    {
        if (storageBytes is { } taken)
        {
            (storageBytes, storageKey) = (null, null);
            ArrayPool<byte>.Shared.Return(taken);
        }
    }

    private InvalidFileException Invalid(string problem) => new(Name, problem);
}
