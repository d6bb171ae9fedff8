using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>
/// A product of a few rows with a packed matrix, cut into kernel calls once and for all: a step at batch 1 takes a
/// hundred nanoseconds, of which choosing kernels would be a good part.
/// </summary>
internal sealed unsafe class MatrixPlan
{
    private const int PanelColumns = PackedMatrix.PanelColumns;

    private readonly Call[] calls;

    /// <summary>Plans a product of <paramref name="rows"/> rows, at most <see cref="MatrixKernels.MaxRows"/>.</summary>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="rows">How many rows of A there are.</param>
    /// <param name="w">The packed right operand.</param>
    /// <param name="k0">The first k; the whole of K where sums are cut into runs.</param>
    /// <param name="count">How many k.</param>
    /// <param name="firstPanel">The first panel of columns.</param>
    /// <param name="panels">How many panels.</param>
    public MatrixPlan(MatrixKernels kernels, int rows, PackedMatrix w, int k0, int count, int firstPanel, int panels)
    {
        List<Call> planned = [];
        if (w.Runs == 1)
        {
            Plan(planned, kernels, rows, w, k0, 0, firstPanel, panels, runs: 0, count, tail: 0);
        }
        else
        {
            // Rather all panels than all runs at once: a row's element then serves more sums.
            EvenSplit groups = new(w.Runs, Math.Max(1, kernels.MaxRuns(rows) / panels));
            for (int group = 0; group < groups.Parts; group++)
            {
                int k = groups.Begin(group) * w.RunLength;
                Plan(planned, kernels, rows, w, k, k, firstPanel, panels, groups.Size(group), w.RunLength, group == groups.Parts - 1 ? w.RunTail : 0);
            }
        }

        calls = [.. planned];
    }

    /// <summary>Runs the product.</summary>
    /// <param name="a">The first row of A at its first k.</param>
    /// <param name="strideA">Floats from one row of A to the next.</param>
    /// <param name="start">What the sums start from, at column 0; null for zeros.</param>
    /// <param name="strideStart">Floats from one row of the start to the next.</param>
    /// <param name="c">The result at column 0.</param>
    /// <param name="strideC">Floats from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public void Run(float* a, nint strideA, float* start, nint strideStart, float* c, nint strideC)
    {
        MatrixTile tile;
        tile.StrideA = strideA * sizeof(float);
        tile.StrideB = 0;
        tile.StrideC = strideC * sizeof(float);
        tile.NextA = 0;
        tile.BandA = tile.BandB = tile.BandC = tile.BandStart = 0;
        foreach (ref readonly Call call in calls.AsSpan())
        {
            float* from = call.GoesOn ? c : start;
            tile.A = a + call.A;
            tile.B = call.B;
            tile.Ahead = (byte*)call.B;
            tile.AheadStride = 0;
            tile.PanelStride = call.PanelStride;
            tile.Count = call.Count;
            tile.Tail = call.Tail;
            tile.Start = from is null ? null : from + call.Column;
            tile.StrideStart = (call.GoesOn ? strideC : strideStart) * sizeof(float);
            tile.C = c + call.Column;
            tile.Tiles = call.Tiles;
            tile.Bands = 1;
            tile.NextB = call.NextB;
            tile.NextC = call.NextC;
            tile.NextStart = from is null ? 0 : call.NextC;
            call.Kernel(&tile);
        }
    }

    /// <summary>One row of tiles from left to right, the wider ones first.</summary>
    private static void Plan(
        List<Call> planned, MatrixKernels kernels, int rows, PackedMatrix w, int k, int a, int firstPanel, int panels, int runs, int count, int tail)
    {
        EvenSplit widths = new(panels, kernels.MaxPanels(rows, runs));
        bool goesOn = planned.Count > 0;
        for (int part = 0; part < 2; part++)
        {
            int width = widths.Smaller + 1 - part;
            int tiles = part == 0 ? widths.LargerParts : widths.Parts - widths.LargerParts;
            if (tiles == 0)
            {
                continue;
            }

            int panel = firstPanel + (part == 0 ? 0 : widths.Begin(widths.LargerParts));
            planned.Add(new Call
            {
                Kernel = kernels.Get(MatrixKernelKind.Product, rows, width, runs),
                A = a,
                B = w.Pointer + (panel * w.PanelStride) + ((nint)k * PanelColumns),
                Column = panel * PanelColumns,
                PanelStride = w.PanelStride * sizeof(float),
                Count = count,
                Tail = tail,
                Tiles = tiles,
                NextB = width * w.PanelStride * sizeof(float),
                NextC = width * PanelColumns * sizeof(float),
                GoesOn = goesOn,
            });
        }
    }

    private struct Call
    {
        public MatrixKernel Kernel;
        public float* B;
        public nint A;
        public nint Column;
        public nint PanelStride;
        public nint Count;
        public nint Tail;
        public nint Tiles;
        public nint NextB;
        public nint NextC;
        public bool GoesOn;
    }
}
