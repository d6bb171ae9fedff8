using System.Buffers.Binary;
using System.Text;

namespace Cellwright.Files;

/// <summary>Writes a zip archive whose files are stored uncompressed, each beginning at a multiple of 64 bytes, as PyTorch wants them.</summary>
internal sealed class StoredArchiveWriter
{
    private const int Alignment = 64;
    private const int LocalHeaderLength = 30;
    private const int DirectoryEntryLength = 46;
    private const int EndLength = 22;
    private const ushort Utf8Names = 0x800;
    private const ushort NeededVersion = 20;
    private const ushort FirstOfJanuary1980 = 0x21;
    private const ushort PaddingField = 0x4246;

    private readonly Stream stream;
    private readonly MemoryStream directory = new();
    private long place;
    private int count;

    /// <summary>Begins an archive where the stream is.</summary>
    public StoredArchiveWriter(Stream stream)
    {
        this.stream = stream;
    }

    /// <summary>Adds a file.</summary>
    /// <exception cref="IOException">The archive becomes larger than its 32-bit offsets allow.</exception>
    public void Add(string name, ReadOnlySpan<byte> contents)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        int unpadded = LocalHeaderLength + text.Length + 4;
        int padding = (int)((Alignment - ((place + unpadded) % Alignment)) % Alignment);
        if (place + unpadded + padding + contents.Length >= uint.MaxValue)
        {
            throw new IOException("the archive is longer than 4 GB, which is not written; choose a file that ends with .safetensors");
        }

        uint checksum = Crc32.Append(0, contents);
        Span<byte> entry = stackalloc byte[DirectoryEntryLength];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, StoredArchive.DirectorySignature);
        Short(entry[4..], NeededVersion);
        Fields(entry[6..], text.Length, contents.Length, checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], (uint)place);
        directory.Write(entry);
        directory.Write(text);

        Span<byte> header = stackalloc byte[LocalHeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, StoredArchive.LocalSignature);
        Fields(header[4..], text.Length, contents.Length, checksum);
        Short(header[28..], (ushort)(4 + padding));
        stream.Write(header);
        stream.Write(text);
        Span<byte> extra = stackalloc byte[4 + padding];
        extra.Clear();
        Short(extra, PaddingField);
        Short(extra[2..], (ushort)padding);
        stream.Write(extra);
        stream.Write(contents);
        place += unpadded + padding + contents.Length;
        count++;
    }

    /// <summary>Ends the archive with its directory.</summary>
    public void Finish()
    {
        Span<byte> end = stackalloc byte[EndLength];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, StoredArchive.EndSignature);
        Short(end[8..], checked((ushort)count));
        Short(end[10..], (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], (uint)place);
        directory.WriteTo(stream);
        stream.Write(end);
    }

    // What the local header and the directory have alike, from the version that is needed on.
    private static void Fields(Span<byte> fields, int nameLength, int length, uint checksum)
    {
        Short(fields, NeededVersion);
        Short(fields[2..], Utf8Names);
        Short(fields[8..], FirstOfJanuary1980);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[14..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[18..], (uint)length);
        Short(fields[22..], (ushort)nameLength);
    }

    private static void Short(Span<byte> place, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(place, value);
}
