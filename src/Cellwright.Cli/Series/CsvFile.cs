using System.Globalization;
using System.IO.Compression;
using System.Text.Unicode;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>The text of a CSV file: UTF-8 with or without a byte order mark, gzip unpacked.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Text">Its UTF-8 bytes, without a byte order mark.</param>
internal sealed record CsvFile(string Path, ReadOnlyMemory<byte> Text)
{
    // Header, the shortest block, and trailer; of less the decoder makes nothing without a word.
    private const int SmallestGzip = 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="SeriesException">It is missing, cannot be read, is no UTF-8 text, or is empty.</exception>
    public static CsvFile Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new SeriesException($"'{path}' is a folder; give a CSV file");
        }

        if (!File.Exists(path))
        {
            throw new SeriesException($"there is no file '{path}'");
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SeriesException($"'{path}' cannot be read: {problem.Message.TrimEnd('.')}", problem);
        }

        ReadOnlyMemory<byte> text = bytes is [0x1F, 0x8B, ..] ? Unpacked(path, bytes) : bytes;
        if (text.Span is [0xEF, 0xBB, 0xBF, ..])
        {
            text = text[3..];
        }

        Check(path, text.Span);
        return new CsvFile(path, text);
    }

    private static ReadOnlyMemory<byte> Unpacked(string path, byte[] bytes)
    {
        try
        {
            using GZipStream packed = new(new MemoryStream(bytes), CompressionMode.Decompress);
            using MemoryStream unpacked = new();
            packed.CopyTo(unpacked);
            if (unpacked.Length == 0 && bytes.Length < SmallestGzip)
            {
                throw new InvalidDataException(FormattableString.Invariant($"it has {bytes.Length} bytes"));
            }

            return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException)
        {
            throw new SeriesException($"'{path}' begins as a gzip file does but cannot be unpacked: {problem.Message.TrimEnd('.')}; it is cut short or damaged", problem);
        }
    }

    private static void Check(string path, ReadOnlySpan<byte> text)
    {
        if (text is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new SeriesException($"'{path}' is UTF-16 text; save it as UTF-8");
        }

        int zero = text.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new SeriesException(string.Create(CultureInfo.InvariantCulture, $"'{path}' is no CSV file: line {Line(text, zero)} has a zero byte; give a text file with separated columns"));
        }

        if (!Utf8.IsValid(text))
        {
            throw new SeriesException(string.Create(
                CultureInfo.InvariantCulture, $"'{path}' is not UTF-8 text: line {Line(text, FirstInvalid(text))} has bytes that are no character; save it as UTF-8, for example with iconv"));
        }

        if (text.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw new SeriesException($"there is nothing in '{path}'; give a CSV file with a line of names and at least one row");
        }
    }

    private static int Line(ReadOnlySpan<byte> text, int offset) => text[..offset].Count((byte)'\n') + 1;

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int valid = 0;
        while (System.Text.Rune.DecodeFromUtf8(text[valid..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            valid += consumed;
        }

        return valid;
    }
}
