using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>Covers a block of a product with tiles as large as the registers allow.</summary>
internal static unsafe class MatrixSweep
{
    private const int PanelBytes = PackedMatrix.PanelColumns * sizeof(float);

    // So much of the right operand stays near, beside the rows that go over it, while what follows is on its way.
    private const int ChunkBytes = 1 << 16;

    /// <summary>
    /// Covers rows × panels from the tile's pointers on; the tile's strides and counts are set, what a kernel advances
    /// is this method's; <paramref name="next"/> is the right operand of what comes behind. All rows go over one chunk
    /// of panels before the next, in as few kernel calls as there are shapes of tile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cover(MatrixKernels kernels, MatrixTile* tile, int rows, int panels, int runs, float* next)
    {
        TileHeights tiles = new(kernels, rows);
        EvenSplit heights = tiles.Even;
        EvenSplit chunks = new(panels, (int)Math.Max(1, ChunkBytes / (tile->Count * Math.Max(1, runs) * PanelBytes)));
        tile->AheadStride = LinesAhead(kernels, tiles, panels, runs) * MatrixPrefetch.CacheLine;
        Corner corner = new() { A = (byte*)tile->A, B = (byte*)tile->B, C = (byte*)tile->C, Start = (byte*)tile->Start };
        for (int i = 0; i < chunks.Parts; i++)
        {
            int width = chunks.Size(i);
            tile->Ahead = i + 1 < chunks.Parts ? corner.B + (width * tile->PanelStride) : (byte*)next;
            Bands(kernels, tile, ref corner, 0, heights.Smaller + 1, heights.LargerParts, width, runs);
            Bands(kernels, tile, ref corner, heights.Begin(heights.LargerParts), heights.Smaller, heights.Parts - heights.LargerParts, width, runs);
            if (tiles.Last > 0) Bands(kernels, tile, ref corner, rows - tiles.Last, tiles.Last, 1, width, runs);
            corner.B += width * tile->PanelStride;
            corner.C += width * PanelBytes;
            corner.Start += corner.Start is null ? 0 : width * PanelBytes;
        }
    }

    /// <summary>
    /// How many cache lines of the next chunk a turn of a kernel's loop must ask for, so that the chunk is near when its
    /// turn comes: the fewer bands of rows go over a chunk, the more. A panel has a line for each k.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LinesAhead(MatrixKernels kernels, TileHeights tiles, int panels, int runs)
    {
        int bands = tiles.Even.Parts + (tiles.Last > 0 ? 1 : 0);
        int width = Math.Min(panels, kernels.MaxPanels(tiles.Even.Size(0), runs));
        return Math.Clamp(((MatrixKernelGenerator.ProductTurn * width) + bands - 1) / bands, 1, MatrixPrefetch.LinesATurn);
    }

    /// <summary>Some bands of tiles of one height from left to right, the wider ones first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Bands(MatrixKernels kernels, MatrixTile* tile, ref Corner corner, int row, int height, int count, int panels, int runs)
    {
        if (count == 0) return;
        EvenSplit widths = new(panels, kernels.MaxPanels(height, runs));
        nint panel = 0;
        for (int width = widths.Smaller + 1; width >= widths.Smaller; width--)
        {
            int tiles = width > widths.Smaller ? widths.LargerParts : widths.Parts - widths.LargerParts;
            if (tiles == 0) continue;
            nint bytes = width * PanelBytes;
            tile->A = (float*)(corner.A + (row * tile->StrideA));
            tile->B = (float*)(corner.B + (panel * tile->PanelStride));
            tile->C = (float*)(corner.C + (row * tile->StrideC) + (panel * PanelBytes));
            tile->Tiles = tiles;
            tile->Bands = count;
            tile->NextA = 0;
            tile->NextB = width * tile->PanelStride;
            tile->NextC = bytes;
            tile->BandA = height * tile->StrideA;
            tile->BandB = -tiles * tile->NextB;
            tile->BandC = (height * tile->StrideC) - (tiles * bytes);
            tile->Start = null;
            tile->NextStart = 0;
            tile->BandStart = 0;
            if (corner.Start is not null)
            {
                tile->Start = (float*)(corner.Start + (row * tile->StrideStart) + (panel * PanelBytes));
                tile->NextStart = bytes;
                tile->BandStart = (height * tile->StrideStart) - (tiles * bytes);
            }
            kernels.Get(MatrixKernelKind.Product, height, width, runs)(tile);
            panel += tiles * width;
        }
    }

    /// <summary>Where the operands and the result of a chunk begin.</summary>
    private struct Corner
    {
        public byte* A;
        public byte* B;
        public byte* C;
        public byte* Start;
    }
}
