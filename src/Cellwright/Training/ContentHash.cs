using System.Security.Cryptography;
using System.Text;

namespace Cellwright.Training;

/// <summary>64 bits that tell whether contents are still what they were: the first eight bytes of their SHA-256, as 16 hexadecimal digits.</summary>
public static class ContentHash
{
    /// <summary>The number of digits.</summary>
    public const int Digits = 16;

    /// <summary>The hash of a text's UTF-8 bytes.</summary>
    public static string OfText(string text) => Shortened(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The hash of a file's bytes.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string OfFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Shortened(SHA256.HashData(stream));
    }

    internal static string Shortened(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..(Digits / 2)]);
}
