namespace Cellwright.Kernels;

/// <summary>
/// What one call of a generated matrix kernel works on: tiles of a few rows by a few panels of 16 columns.
/// Strides are in bytes.
/// </summary>
internal unsafe struct MatrixTile
{
    /// <summary>The left operand at the tile's first row and first k.</summary>
    public float* A;

    /// <summary>From one row of the left operand to the next (product), or from one k to the next (gradient).</summary>
    public nint StrideA;

    /// <summary>The right operand at the tile's first panel and first k.</summary>
    public float* B;

    /// <summary>From one k of the right operand to the next; only the gradient kernels read it, packed panels have 64.</summary>
    public nint StrideB;

    /// <summary>From one panel of the right operand to the next.</summary>
    public nint PanelStride;

    /// <summary>How many k there are; in a kernel of several runs, how many there are in each.</summary>
    public nint Count;

    /// <summary>How many more k the last run has.</summary>
    public nint Tail;

    /// <summary>What the sums start from, at the tile's first element; null for zeros.</summary>
    public float* Start;

    /// <summary>From one row of the start to the next; 0 where all rows share one.</summary>
    public nint StrideStart;

    /// <summary>Where the sums go; may be the start.</summary>
    public float* C;

    /// <summary>From one row of the result to the next.</summary>
    public nint StrideC;

    /// <summary>
    /// How many tiles a band has, one beside or below the other, at least 1. After each the four pointers move by the
    /// distances that begin with Next.
    /// </summary>
    public nint Tiles;

    /// <summary>
    /// How many bands of tiles to do, at least 1; a call leaves 0. After each the four pointers move on from where the
    /// band's last tile left them, by the distances that begin with Band.
    /// </summary>
    public nint Bands;

    /// <summary>How many tiles of a band are left; the kernel's own.</summary>
    public nint Left;

    /// <summary>
    /// What will be read soon; it may point anywhere, and moves on. A product of several rows asks for
    /// <see cref="MatrixPrefetch.LinesATurn"/> cache lines in every turn of its loop, a gradient for
    /// <see cref="AheadLines"/> before each tile.
    /// </summary>
    public byte* Ahead;

    /// <summary>How many cache lines a gradient asks for before each tile.</summary>
    public nint AheadLines;

    /// <summary>From one of them to the next; in a product, from the first of a turn's to the first of the next's.</summary>
    public nint AheadStride;

    /// <summary>From one tile's left operand to the next's.</summary>
    public nint NextA;

    /// <summary>From one tile's right operand to the next's.</summary>
    public nint NextB;

    /// <summary>From one tile's start to the next's; 0 where there is none.</summary>
    public nint NextStart;

    /// <summary>From one tile's result to the next's.</summary>
    public nint NextC;

    /// <summary>From behind a band's left operand to the next band's.</summary>
    public nint BandA;

    /// <summary>From behind a band's right operand to the next band's.</summary>
    public nint BandB;

    /// <summary>From behind a band's start to the next band's; 0 where there is none.</summary>
    public nint BandStart;

    /// <summary>From behind a band's result to the next band's.</summary>
    public nint BandC;
}
