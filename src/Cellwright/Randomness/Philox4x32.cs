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
}
