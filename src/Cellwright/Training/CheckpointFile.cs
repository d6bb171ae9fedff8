using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cellwright.Files;

namespace Cellwright.Training;

/// <summary>
/// A safetensors file with a seal: a hash of all its bytes in the metadata, the hash's own digits taken as zeros. A
/// checkpoint in which one bit has changed would go on to different bits, so it is refused.
/// </summary>
internal static class CheckpointFile
{
    private const string SealKey = "cellwright.seal";
    private const int MostHeader = 1 << 27;

    private static readonly string Unsealed = new('0', ContentHash.Digits);

    /// <summary>Seals what was collected and writes it, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, SafetensorsWriter writer)
    {
        writer.Metadata[SealKey] = Unsealed;
        using (SHA256 hash = SHA256.Create())
        {
            using (CryptoStream stream = new(Stream.Null, hash, CryptoStreamMode.Write))
            {
                writer.WriteTo(stream);
            }

            writer.Metadata[SealKey] = ContentHash.Shortened(hash.Hash);
        }

        writer.Save(path);
    }

    /// <summary>Opens a file after holding it against its seal.</summary>
    /// <exception cref="InvalidFileException">The file is missing, damaged or has no seal.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, "there is no such checkpoint; start the run again");
        }

        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            if (!file.Metadata.TryGetValue(SealKey, out string? seal))
            {
                throw new InvalidFileException(path, "it is no checkpoint of a run");
            }

            return seal == Hash(path, seal)
                ? file
                : throw new InvalidFileException(path, "it is damaged: its contents are not those that were written; start the run again, or from a copy");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string Hash(string path, string seal)
    {
        using FileStream stream = File.OpenRead(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] prefix = new byte[sizeof(ulong)];
        stream.ReadExactly(prefix);

        // The file has been opened as safetensors, so the length is within it.
        byte[] header = new byte[Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(prefix), MostHeader)];
        stream.ReadExactly(header);
        int at = header.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{SealKey}\":\"{seal}\""));
        if (at >= 0)
        {
            header.AsSpan(at + SealKey.Length + 4, Math.Min(seal.Length, ContentHash.Digits)).Fill((byte)'0');
        }

        hash.AppendData(prefix);
        hash.AppendData(header);
        byte[] chunk = new byte[1 << 16];
        for (int read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            hash.AppendData(chunk, 0, read);
        }

        return ContentHash.Shortened(hash.GetHashAndReset());
    }
}
