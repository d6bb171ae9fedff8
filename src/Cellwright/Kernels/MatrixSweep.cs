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
    /// is this method's; <paramref name="next"/> is the right operand of what comes behind. A chunk of panels at a time, and in it along the longer side, since one kernel call does a whole
    /// row or column of tiles.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cover(MatrixKernels kernels, MatrixTile* tile, int rows, int panels, int runs, float* next)
    {
        EvenSplit heights = new(rows, kernels.MaxRows);
        EvenSplit chunks = new(panels, (int)Math.Max(1, ChunkBytes / (tile->Count * Math.Max(1, runs) * PanelBytes)));
        byte* a = (byte*)tile->A;
        byte* b = (byte*)tile->B;
        byte* c = (byte*)tile->C;
        byte* start = (byte*)tile->Start;
        for (int i = 0; i < chunks.Parts; i++)
        {
            int width = chunks.Size(i);
            nint left = chunks.Begin(i);
            tile->Ahead = i + 1 < chunks.Parts ? b + ((left + width) * tile->PanelStride) : (byte*)next;
            if (width < heights.Parts)
            {
                int taller = heights.LargerParts * (heights.Smaller + 1);
                for (int panel = 0; panel < width;)
                {
                    Place(tile, a, b + ((left + panel) * tile->PanelStride), c, start, left + panel, 0);
                    panel += Down(kernels, tile, heights.Smaller + 1, heights.LargerParts, width - panel, runs);
                }
                for (int panel = 0; panel < width;)
                {
                    Place(tile, a, b + ((left + panel) * tile->PanelStride), c, start, left + panel, taller);
                    panel += Down(kernels, tile, heights.Smaller, heights.Parts - heights.LargerParts, width - panel, runs);
                }
                continue;
            }
            for (int t = 0; t < heights.Parts; t++)
            {
                Place(tile, a, b + (left * tile->PanelStride), c, start, left, heights.Begin(t));
                Across(kernels, tile, heights.Size(t), width, runs);
            }
        }
    }

    /// <summary>Sets the tile's pointers to the given panel and row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(MatrixTile* tile, byte* a, byte* b, byte* c, byte* start, nint panel, nint row)
    {
        tile->A = (float*)(a + (row * tile->StrideA));
        tile->B = (float*)b;
        tile->C = (float*)(c + (row * tile->StrideC) + (panel * PanelBytes));
        tile->Start = start is null ? null : (float*)(start + (row * tile->StrideStart) + (panel * PanelBytes));
    }

    /// <summary>One row of tiles from left to right, the wider ones first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Across(MatrixKernels kernels, MatrixTile* tile, int height, int panels, int runs)
    {
        EvenSplit widths = new(panels, kernels.MaxPanels(height, runs));
        int width = widths.Smaller + 1;
        int count = widths.LargerParts;
        nint hasStart = tile->Start is null ? 0 : 1;
        tile->NextA = 0;
        if (count == 0)
        {
            width--;
            count = widths.Parts;
        }
        while (true)
        {
            tile->Tiles = count;
            tile->NextB = width * tile->PanelStride;
            tile->NextC = width * PanelBytes;
            tile->NextStart = width * PanelBytes * hasStart;
            kernels.Get(MatrixKernelKind.Product, height, width, runs)(tile);
            if (width == widths.Smaller) return;
            width = widths.Smaller;
            count = widths.Parts - widths.LargerParts;
        }
    }

    /// <summary>One column of tiles from top to bottom; returns how many panels it covered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Down(MatrixKernels kernels, MatrixTile* tile, int height, int count, int panels, int runs)
    {
        if (count == 0) return panels;
        // The first part of an even split of what is left: the wider ones come first.
        EvenSplit widths = new(panels, kernels.MaxPanels(height, runs));
        int width = widths.Size(0);
        tile->Tiles = count;
        tile->NextA = height * tile->StrideA;
        tile->NextB = 0;
        tile->NextC = height * tile->StrideC;
        tile->NextStart = tile->Start is null ? 0 : height * tile->StrideStart;
        kernels.Get(MatrixKernelKind.Product, height, width, runs)(tile);
        return width;
    }
}
