using System.Buffers.Binary;
using System.Text;

namespace Cellwright.Tests.Files;

/// <summary>Files put together by hand, valid or not.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Join(string header, byte[] data) => Join(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Join(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    /// <summary>A header of one float32 tensor with the given fields, over data of the given length.</summary>
    public static byte[] One(string fields, int dataLength) => Join("{\"w\":{" + fields + "}}", new byte[dataLength]);
}
