using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Randomness;

/// <summary>
/// The block function Philox4x32-10: 128 random bits from a 128-bit counter and a 64-bit key.
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
/// </summary>
internal static class Philox4x32
{
    private const int Rounds = 10;

    // The paper's multipliers, and the Weyl increments of the key: the golden ratio and √3 − 1.
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier2 = 0xCD9E8D57;
    private const uint KeyIncrement0 = 0x9E3779B9;
    private const uint KeyIncrement1 = 0xBB67AE85;

    /// <summary>The block at a counter of two halves, the low words first.</summary>
    public static PhiloxBlock Block(ulong counterLow, ulong counterHigh, ulong key)
    {
        uint c0 = (uint)counterLow;
        uint c1 = (uint)(counterLow >> 32);
        uint c2 = (uint)counterHigh;
        uint c3 = (uint)(counterHigh >> 32);
        uint k0 = (uint)key;
        uint k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product2 = (ulong)Multiplier2 * c2;
            c0 = (uint)(product2 >> 32) ^ c1 ^ k0;
            c1 = (uint)product2;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            unchecked
            {
                k0 += KeyIncrement0;
                k1 += KeyIncrement1;
            }
        }

        return new PhiloxBlock(c0, c1, c2, c3);
    }

    /// <summary>How many blocks <see cref="Blocks"/> computes.</summary>
    public const int BlocksAtOnce = 8;

    /// <summary>The words of consecutive counters' blocks, one block behind the other: the same as <see cref="Block"/> one by one.</summary>
    /// <param name="counterLow">The low half of the first counter.</param>
    /// <param name="counterHigh">The high half of all counters.</param>
    /// <param name="key">The key.</param>
    /// <param name="words">Receives four words for each of <see cref="BlocksAtOnce"/> blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blocks(ulong counterLow, ulong counterHigh, ulong key, Span<uint> words)
    {
        // A lane for each block; the low 32 bits of a lane are a word, so that a lane's product is whole.
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> counters = Vector512.Create(counterLow) + Vector512<ulong>.Indices;
        Vector512<ulong> c0 = counters & low;
        Vector512<ulong> c1 = counters >> 32;
        Vector512<ulong> c2 = Vector512.Create((ulong)(uint)counterHigh);
        Vector512<ulong> c3 = Vector512.Create(counterHigh >> 32);
        uint k0 = (uint)key;
        uint k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            Vector512<ulong> product0 = c0 * Multiplier0;
            Vector512<ulong> product2 = c2 * Multiplier2;
            c0 = (product2 >> 32) ^ c1 ^ Vector512.Create((ulong)k0);
            c1 = product2 & low;
            c2 = (product0 >> 32) ^ c3 ^ Vector512.Create((ulong)k1);
            c3 = product0 & low;
            unchecked
            {
                k0 += KeyIncrement0;
                k1 += KeyIncrement1;
            }
        }

        Vector512<ulong> first = c0 | (c1 << 32);
        Vector512<ulong> last = c2 | (c3 << 32);
        for (int i = 0; i < BlocksAtOnce; i++)
        {
            (words[4 * i], words[(4 * i) + 1]) = ((uint)first[i], (uint)(first[i] >> 32));
            (words[(4 * i) + 2], words[(4 * i) + 3]) = ((uint)last[i], (uint)(last[i] >> 32));
        }
    }
}
