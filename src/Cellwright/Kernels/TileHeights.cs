using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>
/// How the rows of a block are cut into tiles: evenly, so that no small remainder runs slowly; where that would give
/// tiles with too few independent sums, a lower last tile, which is wider, leaves better ones to the rest.
/// </summary>
internal readonly struct TileHeights
{
    private const int LowestLast = 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TileHeights(MatrixKernels kernels, int rows)
    {
        Even = new EvenSplit(rows, kernels.MaxRows);
        if (rows <= kernels.MaxRows || !HasLean(kernels, Even)) return;
        for (int last = kernels.MaxRows / 2; last >= LowestLast; last--)
        {
            EvenSplit rest = new(rows - last, kernels.MaxRows);
            if (HasLean(kernels, rest)) continue;
            (Even, Last) = (rest, last);
            return;
        }
    }

    /// <summary>The tiles of about one height.</summary>
    public EvenSplit Even { get; }

    /// <summary>The height of the last tile, below the others; 0 where there is none.</summary>
    public int Last { get; }

    private static bool HasLean(MatrixKernels kernels, EvenSplit split) =>
        kernels.IsLean(split.Smaller) || (split.LargerParts > 0 && kernels.IsLean(split.Smaller + 1));
}
