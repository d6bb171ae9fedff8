using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Cellwright.Tensors;

namespace Cellwright.Kernels;

/// <summary>
/// Weight gradients: <c>G[m, n] (+)= Σ D[r, m]·V[r, n]</c> over rows r (steps and sequences) from the last to the first.
/// </summary>
/// <remarks>
/// Each element is one chain of fused multiply-adds that starts from G (or zero) and takes the rows in descending order,
/// so calls for successive segments of rows, the last segment first, give the bits of one call for all, and the output
/// may be cut among threads in any way. G may have one more row for the totals of V's columns, with the bits of
/// <see cref="ColumnTotals"/>.
/// </remarks>
internal static unsafe class MatrixGradient
{
    private const int PanelColumns = PackedMatrix.PanelColumns;

    // A panel of V for this many rows stays in the first-level cache, the block of D in the second; fewer where D is
    // read as it lies, in which the rows of a tile are a cache line each.
    private const int PackedRows = 256;
    private const int RowsInPlace = 128;
    private const int BlockM = 180;
    private const int BlockPanels = 64;

    // What is packed is read once a panel: not worth it for few panels, nor for a D so narrow that its rows stay near.
    private const int FewRows = 64;
    private const int RowsAhead = 6;
    private const int MostLinesAhead = 32;
    private const int CacheLine = 64;
    private const int PanelsToPack = 4;
    private const int PanelsTimesColumnsToPack = 2048;

    // What is packed is a little more than a power of two apart, so that it does not compete for the same cache lines;
    // and the last store into a tile is a whole vector, which may reach past it.
    private const int Gap = PanelColumns;
    private const int PackedDLength = BlockM * (PackedRows + Gap);
    private const int PackedVLength = BlockPanels * PanelColumns * (PackedRows + 1);

    [ThreadStatic]
    private static AlignedBuffer? threadPacked;

    /// <summary>Takes the memory that the calling thread's gradients pack into, once.</summary>
    public static AlignedBuffer Reserve() => threadPacked ??= new AlignedBuffer(PackedDLength + PackedVLength);

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
    /// <param name="withTotals">Whether row m1 of G is to hold the totals of V's columns.</param>
    public static void Accumulate(
        long rows, float* d, nint strideD, float* v, nint strideV, float* g, nint strideG, int m0, int m1, int n0, int n1, bool accumulate, bool withTotals = false) =>
        Accumulate(MatrixKernels.Current, rows, d, strideD, v, strideV, g, strideG, m0, m1, n0, n1, accumulate, withTotals);

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
        bool accumulate,
        bool withTotals = false)
    {
        if (m1 <= m0 || n1 <= n0) return;
        if (rows == 0)
        {
            if (!accumulate) for (int m = m0; m < m1 + (withTotals ? 1 : 0); m++) new Span<float>(g + (m * strideG) + n0, n1 - n0).Clear();
            return;
        }
        float* packedD = Reserve().Pointer;
        float* packedV = packedD + PackedDLength;
        // A few last columns go the other way round: along m, with V broadcast.
        int narrow = (n1 - n0) % PanelColumns;
        if (narrow > kernels.MaxRows) narrow = 0;
        int wide = n1 - n0 - narrow;
        int allPanels = PackedMatrix.PanelsOf(wide);
        bool isWorthPacking = allPanels >= PanelsToPack && (rows > FewRows || allPanels >= 4 * PanelsToPack)
            && (long)allPanels * (m1 - m0) > PanelsTimesColumnsToPack;
        int blockRows = isWorthPacking ? PackedRows : RowsInPlace;
        if (withTotals && narrow > 0) ColumnTotals.Accumulate(kernels.Width, rows, v, strideV, g + (m1 * strideG), n0 + wide, n1, accumulate);
        EvenSplit blocksM = new(m1 - m0 + (withTotals ? 1 : 0), BlockM);
        bool packsV = isWorthPacking && !CanStay(v + n0, strideV);
        EvenSplit blocksN = new(allPanels, packsV ? BlockPanels : allPanels);
        for (long end = rows; end > 0; end -= blockRows)
        {
            int count = (int)Math.Min(blockRows, end);
            float* lastD = d + ((nint)(end - 1) * strideD);
            float* lastV = v + ((nint)(end - 1) * strideV) + n0;
            bool fromG = accumulate || end < rows;
            for (int blockN = 0; blockN < blocksN.Parts; blockN++)
            {
                int n = blocksN.Begin(blockN) * PanelColumns;
                int panels = blocksN.Size(blockN);
                if (packsV) PackV(lastV + n, strideV, count, panels, packedV);
                for (int blockM = 0; blockM < blocksM.Parts; blockM++)
                {
                    int m = blocksM.Begin(blockM);
                    EvenSplit heights = new(blocksM.Size(blockM), kernels.MaxRows);
                    MatrixTile tile = default;
                    tile.Count = count;
                    tile.StrideC = strideG * sizeof(float);
                    tile.StrideStart = tile.StrideC;
                    tile.A = lastD + m0 + m;
                    tile.StrideA = -strideD * sizeof(float);
                    tile.B = packsV ? packedV : lastV + n;
                    tile.StrideB = packsV ? PanelColumns * sizeof(float) : -strideV * sizeof(float);
                    tile.PanelStride = (packsV ? (nint)(count + 1) * PanelColumns : PanelColumns) * sizeof(float);
                    tile.AheadStride = tile.StrideB;
                    if (isWorthPacking)
                    {
                        PackD(tile.A, strideD, count, heights, packedD);
                        tile.A = packedD;
                        tile.AheadLines = packsV ? 0 : Math.Min(MostLinesAhead, (count + heights.Parts - 1) / heights.Parts);
                    }
                    // Behind the last block come the rows before it.
                    float* next = blockM + 1 < blocksM.Parts ? tile.B : lastV - (count * strideV);
                    bool totals = withTotals && blockM + 1 == blocksM.Parts;
                    Sweep(kernels, &tile, heights, totals, isWorthPacking, panels, g + ((m0 + m) * strideG) + n0 + n, wide - n, fromG, next);
                }
            }
            if (narrow > 0)
            {
                float* narrowG = g + (m0 * strideG) + n0 + wide;
                Narrow(kernels, count, lastD + m0, strideD, lastV + wide, strideV, narrowG, strideG, m1 - m0, narrow, fromG);
            }
        }
    }

    /// <summary>
    /// Whether V is read where it lies: whole cache lines, and the lines of one panel in different places of the cache.
    /// </summary>
    private static bool CanStay(float* v, nint stride) => (nint)v % CacheLine == 0 && stride % PanelColumns == 0 && stride / PanelColumns % 4 != 0;

    /// <summary>Goes over the tiles of a block, column by column; <paramref name="next"/> is the panel behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(MatrixKernels kernels, MatrixTile* tile, EvenSplit heights, bool totals, bool packed, int panels, float* g, int columns, bool fromG, float* next)
    {
        byte* a = (byte*)tile->A;
        byte* b = (byte*)tile->B;
        nint stride = tile->StrideC / sizeof(float);
        EvenSplit widths = new(panels, kernels.MaxPanels(heights.LargerParts > 0 ? heights.Smaller + 1 : heights.Smaller, 0));
        for (int i = 0; i < widths.Parts; i++)
        {
            int panel = widths.Begin(i);
            int width = widths.Size(i);
            int valid = Math.Min(width * PanelColumns, columns - (panel * PanelColumns));
            tile->A = (float*)a;
            tile->Ahead = i + 1 < widths.Parts ? b + ((panel + width) * tile->PanelStride) : (byte*)next;
            float* target = g + (panel * PanelColumns);
            // The larger tiles, the smaller, and the last with the totals.
            int last = totals ? 1 : 0;
            for (int part = 0; part < 3; part++)
            {
                int height = part == 0 ? heights.Smaller + 1 : heights.Smaller;
                int count = part == 0 ? heights.LargerParts : part == 1 ? heights.Parts - heights.LargerParts - last : last;
                if (count == 0) continue;
                if (packed) tile->StrideA = height * sizeof(float);
                tile->NextA = packed ? ((height * tile->Count) + Gap) * sizeof(float) : height * sizeof(float);
                tile->NextC = height * stride * sizeof(float);
                tile->NextStart = fromG ? tile->NextC : 0;
                tile->B = (float*)(b + (panel * tile->PanelStride));
                MatrixKernel kernel = kernels.Get(part < 2 ? MatrixKernelKind.Gradient : MatrixKernelKind.GradientWithTotals, height, width, 0);
                if (valid == width * PanelColumns)
                {
                    tile->C = target;
                    tile->Start = fromG ? target : null;
                    tile->Tiles = count;
                    tile->Bands = 1;
                    kernel(tile);
                }
                else
                {
                    Edge(kernel, tile, height, width * PanelColumns, count, target, stride, valid, fromG);
                }
                target += count * height * stride;
            }
        }
    }

    /// <summary>
    /// A column of tiles whose last columns are not ours: each goes by way of memory of its own. It is the last column,
    /// so the tile's strides of C need not be put back.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Edge(MatrixKernel kernel, MatrixTile* tile, int height, int width, int count, float* target, nint stride, int valid, bool fromG)
    {
        float* edge = stackalloc float[height * width];
        tile->StrideC = width * sizeof(float);
        tile->StrideStart = tile->StrideC;
        tile->NextC = 0;
        tile->NextStart = 0;
        for (int t = 0; t < count; t++, target += height * stride)
        {
            if (fromG)
            {
                for (int row = 0; row < height; row++) Copy(target + (row * stride), edge + (row * width), valid);
            }
            tile->C = edge;
            tile->Start = fromG ? edge : null;
            tile->Tiles = 1;
            tile->Bands = 1;
            kernel(tile);
            for (int row = 0; row < height; row++) Copy(edge + (row * width), target + (row * stride), valid);
        }
    }

    /// <summary>The few columns of a narrow G, transposed: its columns are the tile's rows, D lies along the panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(
        MatrixKernels kernels, int count, float* lastD, nint strideD, float* lastV, nint strideV, float* g, nint strideG, int rows, int columns, bool fromG)
    {
        EvenSplit widths = new(PackedMatrix.PanelsOf(rows), kernels.MaxPanels(columns, 0));
        int stride = widths.Size(0) * PanelColumns;
        float* transposed = stackalloc float[columns * stride];
        MatrixTile tile = default;
        tile.Count = count;
        tile.StrideA = -strideV * sizeof(float);
        tile.StrideB = -strideD * sizeof(float);
        tile.PanelStride = PanelColumns * sizeof(float);
        tile.StrideC = stride * sizeof(float);
        tile.StrideStart = tile.StrideC;
        for (int i = 0; i < widths.Parts; i++)
        {
            int m = widths.Begin(i) * PanelColumns;
            int valid = Math.Min(widths.Size(i) * PanelColumns, rows - m);
            if (fromG)
            {
                for (int row = 0; row < valid; row++)
                {
                    for (int column = 0; column < columns; column++) transposed[(column * stride) + row] = g[((m + row) * strideG) + column];
                }
            }
            tile.A = lastV;
            tile.B = lastD + m;
            tile.C = transposed;
            tile.Start = fromG ? transposed : null;
            tile.Tiles = 1;
            tile.Bands = 1;
            kernels.Get(MatrixKernelKind.Gradient, columns, widths.Size(i), 0)(&tile);
            for (int row = 0; row < valid; row++)
            {
                for (int column = 0; column < columns; column++) g[((m + row) * strideG) + column] = transposed[(column * stride) + row];
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
        nint panelStride = (nint)(count + 1) * PanelColumns;
        for (int r = 0; r < count; r++, last -= stride, to += PanelColumns)
        {
            float* from = last;
            float* target = to;
            for (int panel = 0; panel < panels; panel++, from += PanelColumns, target += panelStride)
            {
                Vector256.Store(Vector256.Load(from), target);
                Vector256.Store(Vector256.Load(from + 8), target + 8);
            }
        }
    }

    /// <summary>Packs rows of D, the last first, into tiles of a kernel's height.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackD(float* last, nint stride, int count, EvenSplit heights, float* to)
    {
        // Row by row, since a column of D is spread over as many cache lines and pages as it has rows.
        int height = heights.Smaller;
        nint next = ((nint)height * count) + Gap;
        int width = heights.Begin(heights.Parts);
        for (int r = 0; r < count; r++, last -= stride)
        {
            float* from = last;
            float* target = to + (r * (height + 1));
            if (Sse.IsSupported)
            {
                // Rows are pages apart, so the hardware does not look ahead by itself.
                float* ahead = last - (RowsAhead * stride);
                for (int m = 0; m < width; m += PanelColumns) Sse.Prefetch0(ahead + m);
            }
            int t = 0;
            for (; t < heights.LargerParts; t++, from += height + 1, target += next + count) Vector256.Store(Vector256.Load(from), target);
            target -= r;
            // A whole vector each time: what is too much, the next row overwrites.
            for (; t < heights.Parts; t++, from += height, target += next) Vector256.Store(Vector256.Load(from), target);
        }
    }
}
