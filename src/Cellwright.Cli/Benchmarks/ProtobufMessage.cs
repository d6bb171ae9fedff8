using System.Text;

namespace Cellwright.Cli.Benchmarks;

/// <summary>A protocol buffers message in the making: fields by number, as the wire format has them.</summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly MemoryStream bytes = new();

    /// <summary>Adds a whole number from 0 up.</summary>
    public ProtobufMessage Add(int field, long value)
    {
        WriteVarint((ulong)((field << 3) | Varint));
        WriteVarint((ulong)value);
        return this;
    }

    /// <summary>Adds a text.</summary>
    public ProtobufMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a message.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, value.ToArray());

    /// <summary>Adds bytes.</summary>
    public ProtobufMessage Add(int field, ReadOnlySpan<byte> value)
    {
        WriteVarint((ulong)((field << 3) | Delimited));
        WriteVarint((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    /// <summary>The message so far.</summary>
    public byte[] ToArray() => bytes.ToArray();

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.WriteByte((byte)(value | 0x80));
        }

        bytes.WriteByte((byte)value);
    }
}
