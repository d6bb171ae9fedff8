using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>The matrix kernels in plain scalar code, for machines without wide vectors: one row by one panel.</summary>
internal static unsafe class PortableMatrixKernel
{
    private const int Columns = PackedMatrix.PanelColumns;

    /// <summary>The code for a shape of one row, one panel and at most one run.</summary>
    public static MatrixKernel For(MatrixKernelShape shape)
    {
        if (shape.Rows != 1 || shape.Panels != 1 || shape.Runs > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "Portable kernels take one row, one panel and one run.");
        }
        return (shape.Kind, shape.Runs) switch
        {
            (MatrixKernelKind.Product, 0) => static tile => Do(tile, sizeof(float), Columns * sizeof(float), inRuns: false),
            (MatrixKernelKind.Product, _) => static tile => Do(tile, sizeof(float), Columns * sizeof(float), inRuns: true),
            (_, 0) => static tile => Do(tile, tile->StrideA, tile->StrideB, inRuns: false),
            _ => static tile => Do(tile, tile->StrideA, tile->StrideB, inRuns: true),
        };
    }

    private static void Do(MatrixTile* tile, nint stepA, nint stepB, bool inRuns)
    {
        for (; tile->Tiles > 0; tile->Tiles--)
        {
            if (inRuns) Run(tile, stepA, stepB);
            else Chain(tile, stepA, stepB);
            tile->A = (float*)((byte*)tile->A + tile->NextA);
            tile->B = (float*)((byte*)tile->B + tile->NextB);
            tile->Start = (float*)((byte*)tile->Start + tile->NextStart);
            tile->C = (float*)((byte*)tile->C + tile->NextC);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chain(MatrixTile* tile, nint stepA, nint stepB)
    {
        float* sums = stackalloc float[Columns];
        for (int n = 0; n < Columns; n++) sums[n] = tile->Start is null ? 0f : tile->Start[n];
        Sum(tile, sums, tile->Count, stepA, stepB);
        for (int n = 0; n < Columns; n++) tile->C[n] = sums[n];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(MatrixTile* tile, nint stepA, nint stepB)
    {
        float* sums = stackalloc float[Columns];
        for (int n = 0; n < Columns; n++) sums[n] = 0f;
        Sum(tile, sums, tile->Count + tile->Tail, stepA, stepB);
        for (int n = 0; n < Columns; n++) tile->C[n] = (tile->Start is null ? 0f : tile->Start[n]) + sums[n];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(MatrixTile* tile, float* sums, nint count, nint stepA, nint stepB)
    {
        byte* a = (byte*)tile->A;
        byte* b = (byte*)tile->B;
        for (nint k = 0; k < count; k++, a += stepA, b += stepB)
        {
            float left = *(float*)a;
            float* right = (float*)b;
            for (int n = 0; n < Columns; n++) sums[n] = MathF.FusedMultiplyAdd(left, right[n], sums[n]);
        }
    }
}
