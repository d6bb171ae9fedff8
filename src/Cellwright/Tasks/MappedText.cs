using System.Text;
using Cellwright.Files;

namespace Cellwright.Tasks;

/// <summary>A corpus as symbols, decoded where it is read: nothing is copied, and what memory it takes does not grow with its length.</summary>
internal sealed class MappedText(CorpusFiles files, CorpusIndex index, SymbolTable symbols) : SymbolText
{
    private const int ChunkLength = 1 << 16;
    private const int LongestCharacter = 4;

    /// <inheritdoc/>
    public override long Length => index.Characters;

    private protected override void ReadWithin(long start, Span<int> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        (int file, long offset, int skip) = index.Find(start);
        while (!destination.IsEmpty)
        {
            FileBytes bytes = files[file];
            if (offset < bytes.Length)
            {
                int length = (int)Math.Min(Math.Min(ChunkLength, bytes.Length - offset), ((long)skip + destination.Length) * LongestCharacter);
                ReadOnlySpan<byte> chunk = bytes.View(offset, (int)Math.Min(length + (long)LongestCharacter, bytes.Length - offset));
                offset += Decode(chunk, length, ref skip, ref destination);
                continue;
            }

            if (files.IsSeparated(file))
            {
                Take('\n', ref skip, ref destination);
            }

            file++;
            offset = files.Start(file);
        }
    }

    // The text was found to be UTF-8 by the pass that made the index.
    private int Decode(ReadOnlySpan<byte> chunk, int length, ref int skip, ref Span<int> destination)
    {
        int position = 0;
        while (position < length && !destination.IsEmpty)
        {
            int value = chunk[position];
            if (value >= 0x80)
            {
                _ = Rune.DecodeFromUtf8(chunk[position..], out Rune character, out int bytes);
                Take(character.Value, ref skip, ref destination);
                position += bytes;
                continue;
            }

            if (value != '\r' || position + 1 >= chunk.Length || chunk[position + 1] != '\n')
            {
                Take(value, ref skip, ref destination);
            }

            position++;
        }

        return position;
    }

    private void Take(int codePoint, ref int skip, ref Span<int> destination)
    {
        int symbol = symbols[codePoint];
        if (symbol < 0)
        {
            return;
        }

        if (skip > 0)
        {
            skip--;
            return;
        }

        destination[0] = symbol;
        destination = destination[1..];
    }
}
