namespace Cellwright.Randomness;

/// <summary>The four random words of one Philox counter.</summary>
internal readonly record struct PhiloxBlock(uint Word0, uint Word1, uint Word2, uint Word3)
{
    /// <summary>The first two words, the first one low.</summary>
    public ulong Low => ((ulong)Word1 << 32) | Word0;

    /// <summary>The last two words, the third one low.</summary>
    public ulong High => ((ulong)Word3 << 32) | Word2;

    /// <summary>Word 0 to 3.</summary>
    public uint this[int index] => index switch
    {
        0 => Word0,
        1 => Word1,
        2 => Word2,
        _ => Word3,
    };
}
