namespace Cellwright.Kernels;

/// <summary>
/// A count cut into as few parts as a limit allows, all equally large but for one: first the larger parts, then the
/// smaller. 32 with at most 6 a part is 6, 6, 5, 5, 5, 5, so no small remainder is left to run slowly.
/// </summary>
internal readonly struct EvenSplit
{
    public EvenSplit(int total, int limit)
    {
        if (total <= limit)
        {
            Parts = Math.Min(total, 1);
            Smaller = total;
            LargerParts = 0;
            return;
        }
        Parts = (int)(((uint)total + (uint)limit - 1) / (uint)limit);
        Smaller = (int)((uint)total / (uint)Parts);
        LargerParts = total - (Parts * Smaller);
    }

    /// <summary>How many parts there are.</summary>
    public int Parts { get; }

    /// <summary>How many of them are one larger than the rest.</summary>
    public int LargerParts { get; }

    /// <summary>The size of the other parts.</summary>
    public int Smaller { get; }

    /// <summary>The size of a part.</summary>
    public int Size(int part) => part < LargerParts ? Smaller + 1 : Smaller;

    /// <summary>Where a part begins.</summary>
    public int Begin(int part) => (part * Smaller) + Math.Min(part, LargerParts);
}
