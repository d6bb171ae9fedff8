namespace Cellwright.Tasks;

/// <summary>The bytes of a corpus as symbols, one file after the other, read from the mapped files as they are asked for.</summary>
internal sealed class MappedBytes : SymbolText
{
    private readonly CorpusFiles files;
    private readonly long[] ends;

    /// <summary>The bytes of files.</summary>
    public MappedBytes(CorpusFiles files)
    {
        this.files = files;
        ends = new long[files.Count];
        for (int file = 0; file < ends.Length; file++)
        {
            ends[file] = (file == 0 ? 0 : ends[file - 1]) + files[file].Length;
        }
    }

    /// <inheritdoc/>
    public override long Length => files.ByteCount;

    private protected override void ReadWithin(long start, Span<int> destination)
    {
        int file = Array.BinarySearch(ends, start + 1);
        for (file = file < 0 ? ~file : file; !destination.IsEmpty; file++)
        {
            long offset = start - (ends[file] - files[file].Length);
            int length = (int)Math.Min(destination.Length, files[file].Length - offset);
            ReadOnlySpan<byte> bytes = files[file].View(offset, length);
            for (int i = 0; i < length; i++)
            {
                destination[i] = bytes[i];
            }

            destination = destination[length..];
            start += length;
        }
    }
}
