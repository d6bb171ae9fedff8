using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cellwright.Files;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>
/// What one pass over a corpus finds: how many characters there are, which ones, and where every
/// <see cref="BlockLength"/>th of them begins, so that any can be found without reading what is before it.
/// </summary>
internal sealed class CorpusIndex
{
    /// <summary>The characters from one place that is kept to the next.</summary>
    public const int BlockLength = 4096;

    private const int ChunkLength = 1 << 20;
    private const int LongestCharacter = 4;

    private readonly CorpusFiles files;
    private readonly SymbolTable? known;
    private readonly bool[] seen = new bool[0x110000];
    private readonly SortedDictionary<Rune, long> unknown = [];
    private readonly List<int> blockFiles = [];
    private readonly List<long> blockOffsets = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private CorpusIndex(CorpusFiles files, SymbolTable? known)
    {
        this.files = files;
        this.known = known;
    }

    /// <summary>The number of characters, those without a symbol not counted.</summary>
    public long Characters { get; private set; }

    /// <summary>The characters that are there and were not left out, in the order of code points.</summary>
    public IEnumerable<Rune> Kinds => Enumerable.Range(0, seen.Length).Where(codePoint => seen[codePoint]).Select(codePoint => new Rune(codePoint));

    /// <summary>The characters that have no symbol, in the order of code points, and how often each is there.</summary>
    public IReadOnlyDictionary<Rune, long> Unknown => unknown;

    /// <summary>The <see cref="ContentHash"/> of the text.</summary>
    public string Hash { get; private set; } = string.Empty;

    /// <summary>Reads a corpus once.</summary>
    /// <param name="files">The corpus.</param>
    /// <param name="known">The characters that count; null for all.</param>
    /// <exception cref="CorpusException">A file is no UTF-8 text.</exception>
    public static CorpusIndex Of(CorpusFiles files, SymbolTable? known = null)
    {
        CorpusIndex index = new(files, known);
        using (index.hash)
        {
            for (int file = 0; file < files.Count; file++)
            {
                index.Scan(file);
            }

            index.Hash = ContentHash.Shortened(index.hash.GetHashAndReset());
        }

        return index;
    }

    /// <summary>A place at or before a character.</summary>
    /// <param name="character">Which one, from 0.</param>
    /// <returns>The file, the offset in it, and how many characters on from there the character is.</returns>
    public (int File, long Offset, int Skip) Find(long character)
    {
        int block = (int)(character / BlockLength);
        int skip = (int)(character % BlockLength);
        (int file, long offset) = (blockFiles[block], blockOffsets[block]);

        // As many bytes as characters: each is one byte, and none is left out.
        bool isPlain = block + 1 < blockFiles.Count && blockFiles[block + 1] == file && blockOffsets[block + 1] - offset == BlockLength;
        return isPlain ? (file, offset + skip, 0) : (file, offset, skip);
    }

    private void Scan(int file)
    {
        FileBytes bytes = files[file];
        for (long start = files.Start(file); start < bytes.Length;)
        {
            int length = (int)Math.Min(ChunkLength, bytes.Length - start);
            ReadOnlySpan<byte> chunk = bytes.View(start, (int)Math.Min(length + (long)LongestCharacter, bytes.Length - start));
            start += Scan(file, chunk, length, start);
        }

        if (files.IsSeparated(file))
        {
            hash.AppendData("\n"u8);
            Count('\n', file, bytes.Length);
        }
    }

    // Reads characters that begin within the first bytes of a chunk; returns where the next one begins.
    private int Scan(int file, ReadOnlySpan<byte> chunk, int length, long start)
    {
        int position = 0;
        int hashed = 0;
        while (position < length)
        {
            int value = chunk[position];
            if (value >= 0x80)
            {
                if (Rune.DecodeFromUtf8(chunk[position..], out Rune character, out int bytes) != OperationStatus.Done)
                {
                    throw NotText(file, chunk, position, start);
                }

                Count(character.Value, file, start + position);
                position += bytes;
                continue;
            }

            if (value == 0)
            {
                throw NotText(file, chunk, position, start);
            }

            if (value == '\r' && position + 1 < chunk.Length && chunk[position + 1] == '\n')
            {
                hash.AppendData(chunk[hashed..position]);
                hashed = position + 1;
            }
            else
            {
                Count(value, file, start + position);
            }

            position++;
        }

        hash.AppendData(chunk[hashed..position]);
        return position;
    }

    private CorpusException NotText(int file, ReadOnlySpan<byte> chunk, int position, long start)
    {
        // A zero byte tells more than the first bytes that are no character.
        int zero = chunk.IndexOf((byte)0);
        return new CorpusException(zero >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"'{files[file].Name}' is not text: it has a zero byte at offset {start + zero}; leave it out, convert it to UTF-8, or train on bytes")
            : string.Create(CultureInfo.InvariantCulture, $"'{files[file].Name}' is not UTF-8 text: the bytes at offset {start + position} are no character; convert it to UTF-8, for example with iconv, or train on bytes"));
    }

    private void Count(int codePoint, int file, long offset)
    {
        if (known is not null && known[codePoint] < 0)
        {
            Rune character = new(codePoint);
            unknown[character] = unknown.GetValueOrDefault(character) + 1;
            return;
        }

        seen[codePoint] = true;
        if (Characters++ % BlockLength == 0)
        {
            blockFiles.Add(file);
            blockOffsets.Add(offset);
        }
    }
}
