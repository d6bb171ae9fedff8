using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Cellwright.Tensors;

namespace Cellwright.Kernels;

/// <summary>
/// Weight gradients: <c>G[m, n] (+)= Σ D[r, m]·V[r, n]</c> over rows r (steps and sequences) from the last to the first.
/// </summary>
/// <remarks>
/// Each element is one chain of fused multiply-adds that starts from G (or zero) and takes the rows in descending order,
/// so calls for successive segments of rows, the last segment first, give the bits of one call for all, and the output
/// may be cut among threads in any way.
/// </remarks>
internal static unsafe class MatrixGradient
{
    private const int PanelColumns = PackedMatrix.PanelColumns;

    // A panel of V for this many rows stays in the first-level cache, the block of D in the second.
    private const int BlockRows = 256;
    private const int BlockM = 120;
    private const int BlockPanels = 64;

    // The last store into a tile is a whole vector and may reach past it.
    private const int PackedDLength = (BlockM * BlockRows) + PanelColumns;

    [ThreadStatic]
    private static AlignedBuffer? t_packed;

    /// <summary>Accumulates the gradient's elements m0 ≤ m &lt; m1, n0 ≤ n &lt; n1.</summary>
    /// <param name="rows">How many rows D and V have; 0 leaves G as it is, or zero.</param>
    /// <param name="d">The first row of D; 16 floats past the last one used must be readable.</param>
    /// <param name="strideD">Floats from one row of D to the next.</param>
    /// <param name="v">The first row of V; rows are readable up to a whole panel of 16 columns.</param>
    /// <param name="strideV">Floats from one row of V to the next.</param>
    /// <param name="g">G[0, 0]; its rows need no padding.</param>
    /// <param name="strideG">Floats from one row of G to the next.</param>
    /// <param name="m0">The first row of G to compute.</param>
    /// <param name="m1">The row of G to stop before.</param>
    /// <param name="n0">The first column of G to compute.</param>
    /// <param name="n1">The column of G to stop before.</param>
    /// <param name="accumulate">Whether the sums start from what G holds; otherwise from zero.</param>
    public static void Accumulate(long rows, float* d, nint strideD, float* v, nint strideV, float* g, nint strideG, int m0, int m1, int n0, int n1, bool accumulate) =>
        Accumulate(MatrixKernels.Current, rows, d, strideD, v, strideV, g, strideG, m0, m1, n0, n1, accumulate);

    /// <summary>As above with kernels of a chosen width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(
        MatrixKernels kernels,
        long rows,
        float* d,
        nint strideD,
        float* v,
        nint strideV,
        float* g,
        nint strideG,
        int m0,
        int m1,
        int n0,
        int n1,
        bool accumulate)
    {
        if (m1 <= m0 || n1 <= n0) return;
        if (rows == 0)
        {
            if (!accumulate) for (int m = m0; m < m1; m++) new Span<float>(g + (m * strideG) + n0, n1 - n0).Clear();
            return;
        }
        AlignedBuffer packed = t_packed ??= new AlignedBuffer(PackedDLength + (BlockPanels * PanelColumns * BlockRows));
        float* packedD = packed.Pointer;
        float* packedV = packedD + PackedDLength;
        EvenSplit blocksM = new(m1 - m0, BlockM);
        EvenSplit blocksN = new(PackedMatrix.PanelsOf(n1 - n0), BlockPanels);
        for (long end = rows; end > 0; end -= BlockRows)
        {
            int count = (int)Math.Min(BlockRows, end);
            float* lastD = d + ((nint)(end - 1) * strideD);
            float* lastV = v + ((nint)(end - 1) * strideV);
            bool fromG = accumulate || end < rows;
            for (int blockN = 0; blockN < blocksN.Parts; blockN++)
            {
                int n = n0 + (blocksN.Begin(blockN) * PanelColumns);
                int panels = blocksN.Size(blockN);
                PackV(lastV + n, strideV, count, panels, packedV);
                for (int blockM = 0; blockM < blocksM.Parts; blockM++)
                {
                    int m = m0 + blocksM.Begin(blockM);
                    EvenSplit tiles = new(blocksM.Size(blockM), kernels.MaxRows);
                    PackD(lastD + m, strideD, count, tiles, packedD);
                    Sweep(kernels, tiles, count, packedD, packedV, panels, g + (m * strideG) + n, strideG, n1 - n, fromG);
                }
            }
        }
    }

    /// <summary>Goes over the tiles of a block, the panels outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(MatrixKernels kernels, EvenSplit tiles, int count, float* packedD, float* packedV, int panels, float* g, nint strideG, int columns, bool fromG)
    {
        float* edge = stackalloc float[16 * 4 * PanelColumns];
        MatrixTile tile = default;
        tile.Count = count;
        tile.StrideB = PanelColumns * sizeof(float);
        tile.PanelStride = (nint)count * PanelColumns * sizeof(float);
        for (int part = 0; part < 2; part++)
        {
            int height = tiles.Smaller + 1 - part;
            int first = part == 0 ? 0 : tiles.LargerParts;
            int last = part == 0 ? tiles.LargerParts : tiles.Parts;
            if (first == last || height == 0) continue;
            tile.StrideA = height * sizeof(float);
            EvenSplit widths = new(panels, Math.Min(4, kernels.MaxPanels(height)));
            for (int i = 0; i < widths.Parts; i++)
            {
                int panel = widths.Begin(i);
                int width = widths.Size(i);
                MatrixKernel kernel = kernels.Get(MatrixKernelKind.Gradient, height, width, 0);
                tile.B = packedV + ((nint)panel * count * PanelColumns);
                int valid = Math.Min(width * PanelColumns, columns - (panel * PanelColumns));
                bool whole = valid == width * PanelColumns;
                for (int t = first; t < last; t++)
                {
                    tile.A = packedD + ((nint)tiles.Begin(t) * count);
                    float* target = g + (tiles.Begin(t) * strideG) + (panel * PanelColumns);
                    if (whole)
                    {
                        tile.C = target;
                        tile.StrideC = strideG * sizeof(float);
                        tile.Start = fromG ? target : null;
                        tile.StrideStart = tile.StrideC;
                        kernel(&tile);
                        continue;
                    }
                    // The last columns go by way of a tile of their own: what lies behind them in G is not ours.
                    int strideEdge = width * PanelColumns;
                    if (fromG)
                    {
                        for (int row = 0; row < height; row++) Copy(target + (row * strideG), edge + (row * strideEdge), valid);
                    }
                    tile.C = edge;
                    tile.StrideC = strideEdge * sizeof(float);
                    tile.Start = fromG ? edge : null;
                    tile.StrideStart = tile.StrideC;
                    kernel(&tile);
                    for (int row = 0; row < height; row++) Copy(edge + (row * strideEdge), target + (row * strideG), valid);
                }
            }
        }
    }

    private static void Copy(float* from, float* to, int count)
    {
        for (int i = 0; i < count; i++) to[i] = from[i];
    }

    /// <summary>Packs rows of V, the last first, into panels of 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackV(float* last, nint stride, int count, int panels, float* to)
    {
        for (int r = 0; r < count; r++, last -= stride, to += PanelColumns)
        {
            float* target = to;
            for (int panel = 0; panel < panels; panel++, target += (nint)count * PanelColumns)
            {
                Vector256.Store(Vector256.Load(last + (panel * PanelColumns)), target);
                Vector256.Store(Vector256.Load(last + (panel * PanelColumns) + 8), target + 8);
            }
        }
    }

    /// <summary>Packs rows of D, the last first, into tiles of a kernel's height.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackD(float* last, nint stride, int count, EvenSplit tiles, float* to)
    {
        for (int t = 0; t < tiles.Parts; t++)
        {
            int height = tiles.Size(t);
            float* from = last + tiles.Begin(t);
            float* target = to + ((nint)tiles.Begin(t) * count);
            for (int r = 0; r < count; r++, from -= stride, target += height)
            {
                // A whole vector each time: what is too much, the next row overwrites.
                Vector256.Store(Vector256.Load(from), target);
            }
        }
    }
}
