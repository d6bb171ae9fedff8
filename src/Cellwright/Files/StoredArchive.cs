using System.Buffers.Binary;
using System.Text;

namespace Cellwright.Files;

/// <summary>
/// A zip archive whose files are stored uncompressed, as PyTorch writes them, also with the 64-bit fields of large files.
/// Nothing is unpacked, so no file in it is larger than the archive.
/// </summary>
/// <remarks>Source: PKWARE, APPNOTE.TXT, .ZIP File Format Specification, sections 4.3 and 4.5.3. Archives that begin in the middle of a file or span several are refused.</remarks>
internal sealed class StoredArchive
{
    internal const uint EndSignature = 0x06054b50;
    private const uint End64Signature = 0x06064b50;
    private const uint Locator64Signature = 0x07064b50;
    internal const uint DirectorySignature = 0x02014b50;
    internal const uint LocalSignature = 0x04034b50;
    private const int EndLength = 22;
    private const int Locator64Length = 20;
    private const int End64Length = 56;
    private const int DirectoryEntryLength = 46;
    private const int LocalHeaderLength = 30;
    private const int LongestComment = ushort.MaxValue;
    private const int ChunkLength = 1 << 16;

    private readonly FileBytes bytes;
    private readonly Dictionary<string, StoredArchiveEntry> entries = new(StringComparer.Ordinal);
    private byte[]? chunk;

    private StoredArchive(FileBytes bytes)
    {
        this.bytes = bytes;
        (long offset, long length, long count) = FindDirectory();
        ReadDirectory(offset, length, count);
        CheckLayout(offset);
    }

    /// <summary>The files by their names.</summary>
    public IReadOnlyDictionary<string, StoredArchiveEntry> Entries => entries;

    /// <summary>Reads an archive's directory.</summary>
    /// <param name="bytes">The archive; not disposed here.</param>
    /// <exception cref="InvalidFileException">It is no such archive.</exception>
    public static StoredArchive Open(FileBytes bytes) => new(bytes);

    /// <summary>Copies part of a file out. Its checksum is <see cref="Verify"/>'s to look at.</summary>
    public void Read(StoredArchiveEntry entry, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, entry.Length - destination.Length);
        bytes.Read(entry.Offset + offset, destination);
    }

    /// <summary>Holds a file's bytes against its checksum.</summary>
    /// <exception cref="InvalidFileException">They differ, or are compressed.</exception>
    public void Verify(StoredArchiveEntry entry)
    {
        if (entry.Method != 0)
        {
            throw Invalid($"{SafetensorsHeader.Quote(entry.Name)} in it is compressed (method {entry.Method}); PyTorch stores its files uncompressed.");
        }

        chunk ??= new byte[ChunkLength];
        uint checksum = 0;
        for (long done = 0; done < entry.Length; done += chunk.Length)
        {
            Span<byte> part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, entry.Length - done));
            bytes.Read(entry.Offset + done, part);
            checksum = Crc32.Append(checksum, part);
        }

        if (checksum != entry.Checksum)
        {
            throw Invalid($"the bytes of {SafetensorsHeader.Quote(entry.Name)} do not fit their checksum; it is damaged.");
        }
    }

    private static ushort Short(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt16LittleEndian(record[at..]);

    private static uint Word(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);

    private static ulong Long(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt64LittleEndian(record[at..]);

    private (long Offset, long Length, long Count) FindDirectory()
    {
        if (bytes.Length < EndLength)
        {
            throw Invalid("it is too short for a zip archive.");
        }

        // The record stands at the end, before a comment that is mostly empty.
        int tailLength = (int)Math.Min(bytes.Length, EndLength + LongestComment);
        byte[] tail = new byte[tailLength];
        bytes.Read(bytes.Length - tailLength, tail);
        for (int at = tailLength - EndLength; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (Word(end, 0) == EndSignature && Short(end, 20) == end.Length - EndLength)
            {
                long place = bytes.Length - tailLength + at;
                return Find64(place) ?? Checked(place, Word(end, 16), Word(end, 12), Short(end, 10), (uint)(Short(end, 4) | Short(end, 6)));
            }
        }

        throw Invalid("it has no directory of a zip archive at its end; it is cut short or not one.");
    }

    private (long, long, long)? Find64(long end)
    {
        if (end < Locator64Length)
        {
            return null;
        }

        Span<byte> locator = stackalloc byte[Locator64Length];
        bytes.Read(end - Locator64Length, locator);
        if (Word(locator, 0) != Locator64Signature)
        {
            return null;
        }

        ulong place = Long(locator, 8);
        if (place > (ulong)end || end - (long)place < End64Length)
        {
            throw Invalid("the place of its 64-bit directory is outside of it.");
        }

        Span<byte> record = stackalloc byte[End64Length];
        bytes.Read((long)place, record);
        return Word(record, 0) == End64Signature
            ? Checked((long)place, Long(record, 48), Long(record, 40), Long(record, 32), Word(record, 16) | Word(record, 20))
            : throw Invalid("its 64-bit directory is not where it says.");
    }

    private (long, long, long) Checked(long end, ulong offset, ulong length, ulong count, uint disk)
    {
        if (disk != 0)
        {
            throw Invalid("it is one of several parts of a zip archive.");
        }

        if (offset > (ulong)end || length > (ulong)end - offset || count > length / DirectoryEntryLength || length > (ulong)Array.MaxLength)
        {
            throw Invalid("its directory is outside of it.");
        }

        return ((long)offset, (long)length, (long)count);
    }

    private void ReadDirectory(long offset, long length, long count)
    {
        byte[] directory = new byte[length];
        bytes.Read(offset, directory);
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < count; i++)
        {
            if (rest.Length < DirectoryEntryLength || Word(rest, 0) != DirectorySignature)
            {
                throw Invalid($"entry {i} of its directory is none.");
            }

            int nameLength = Short(rest, 28);
            int extraLength = Short(rest, 30);
            int entryLength = DirectoryEntryLength + nameLength + extraLength + Short(rest, 32);
            if (entryLength > rest.Length)
            {
                throw Invalid($"entry {i} of its directory goes beyond its end.");
            }

            string name = NameOf(rest.Slice(DirectoryEntryLength, nameLength));
            if (!entries.TryAdd(name, ReadEntry(name, rest, rest.Slice(DirectoryEntryLength + nameLength, extraLength))))
            {
                throw Invalid($"it has {SafetensorsHeader.Quote(name)} twice.");
            }

            rest = rest[entryLength..];
        }
    }

    private string NameOf(ReadOnlySpan<byte> name)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(name);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidFileException(bytes.Name, "a name in its directory is not valid UTF-8.", exception);
        }
    }

    private StoredArchiveEntry ReadEntry(string name, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        if ((Short(entry, 8) & 1) != 0)
        {
            throw Invalid($"{SafetensorsHeader.Quote(name)} in it is encrypted.");
        }

        ulong size = Word(entry, 24);
        ulong packed = Word(entry, 20);
        ulong local = Word(entry, 42);
        ReadExtra(extra, ref size, ref packed, ref local);
        int method = Short(entry, 10);
        if (method == 0 && size != packed)
        {
            throw Invalid($"{SafetensorsHeader.Quote(name)} in it has two lengths, {packed} and {size}, though it is not compressed.");
        }

        if (local > (ulong)bytes.Length || bytes.Length - (long)local < LocalHeaderLength)
        {
            throw Invalid($"{SafetensorsHeader.Quote(name)} begins outside of it.");
        }

        Span<byte> header = stackalloc byte[LocalHeaderLength];
        bytes.Read((long)local, header);
        if (Word(header, 0) != LocalSignature)
        {
            throw Invalid($"{SafetensorsHeader.Quote(name)} is not where its directory says.");
        }

        long begin = (long)local + LocalHeaderLength + Short(header, 26) + Short(header, 28);
        return begin <= bytes.Length && packed <= (ulong)(bytes.Length - begin)
            ? new StoredArchiveEntry(name, begin, (long)packed, Word(entry, 16), method)
            : throw Invalid($"{SafetensorsHeader.Quote(name)} has {packed} bytes where {Math.Max(0, bytes.Length - begin)} follow; it is cut short or damaged.");
    }

    // Fields that do not fit 32 bits stand in an extra field, in this order, each only where it is needed.
    private static void ReadExtra(ReadOnlySpan<byte> extra, ref ulong size, ref ulong packed, ref ulong local)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(Short(extra, 2), extra.Length - 4);
            if (Short(extra, 0) == 1)
            {
                ReadOnlySpan<byte> values = extra.Slice(4, length);
                Take(ref values, ref size);
                Take(ref values, ref packed);
                Take(ref values, ref local);
                return;
            }

            extra = extra[(4 + length)..];
        }

        static void Take(ref ReadOnlySpan<byte> values, ref ulong field)
        {
            if (field == uint.MaxValue && values.Length >= 8)
            {
                field = Long(values, 0);
                values = values[8..];
            }
        }
    }

    // Files that share bytes could together be far larger than the archive.
    private void CheckLayout(long directory)
    {
        long end = 0;
        foreach (StoredArchiveEntry entry in entries.Values.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Length))
        {
            if (entry.Offset < end || entry.Offset + entry.Length > directory)
            {
                throw Invalid($"{SafetensorsHeader.Quote(entry.Name)} overlaps another file in it or its directory.");
            }

            end = entry.Offset + entry.Length;
        }
    }

    private InvalidFileException Invalid(string problem) => new(bytes.Name, problem);
}
