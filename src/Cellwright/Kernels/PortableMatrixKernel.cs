using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Kernels;

/// <summary>
/// The matrix kernels as plain code, for machines without wide vectors and where no code can be made at run time: up
/// to four rows by one panel.
/// </summary>
internal static unsafe class PortableMatrixKernel
{
    /// <summary>The most rows of a tile.</summary>
    public const int MaxRows = 4;

    private const int Columns = PackedMatrix.PanelColumns;

    /// <summary>The code for a shape of one panel and at most one run.</summary>
    public static MatrixKernel For(MatrixKernelShape shape)
    {
        if (shape.Rows is < 1 or > MaxRows || shape.Panels != 1 || shape.Runs > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, $"Portable kernels take up to {MaxRows} rows, one panel and one run.");
        }

        return tile => Do(tile, shape);
    }

    private static void Do(MatrixTile* tile, MatrixKernelShape shape)
    {
        bool isProduct = shape.Kind == MatrixKernelKind.Product;
        // The left operand's rows are apart by its stride in a product, next to each other in a gradient; its k the other way round.
        nint stepA = isProduct ? sizeof(float) : tile->StrideA;
        nint rowA = isProduct ? tile->StrideA : sizeof(float);
        nint stepB = isProduct ? Columns * sizeof(float) : tile->StrideB;
        for (; tile->Bands > 0; tile->Bands--)
        {
            for (tile->Left = tile->Tiles; tile->Left > 0; tile->Left--)
            {
                bool hasTotals = shape.Kind == MatrixKernelKind.GradientWithTotals;
                if (shape.Rows == MaxRows && !hasTotals)
                {
                    DoFourRows(tile, stepA, rowA, stepB, inRuns: shape.Runs > 0);
                }
                else
                {
                    int rows = hasTotals ? shape.Rows - 1 : shape.Rows;
                    for (int row = 0; row < rows; row++)
                    {
                        DoRow(tile, row, stepA, rowA, stepB, inRuns: shape.Runs > 0);
                    }

                    if (hasTotals) DoTotals(tile, rows, stepB);
                }

                Move(tile, tile->NextA, tile->NextB, tile->NextStart, tile->NextC);
            }

            Move(tile, tile->BandA, tile->BandB, tile->BandStart, tile->BandC);
        }
    }

    private static void Move(MatrixTile* tile, nint a, nint b, nint start, nint c)
    {
        tile->A = At(tile->A, a);
        tile->B = At(tile->B, b);
        tile->Start = At(tile->Start, start);
        tile->C = At(tile->C, c);
    }

    private static float* At(float* address, nint bytes) => (float*)((byte*)address + bytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DoRow(MatrixTile* tile, int row, nint stepA, nint rowA, nint stepB, bool inRuns)
    {
        float* a = At(tile->A, row * rowA);
        float* b = tile->B;
        Vector512<float> start = tile->Start is null ? Vector512<float>.Zero : Vector512.Load(At(tile->Start, row * tile->StrideStart));
        Vector512<float> sum = inRuns ? Vector512<float>.Zero : start;
        for (nint k = tile->Count + (inRuns ? tile->Tail : 0); k > 0; k--, a = At(a, stepA), b = At(b, stepB))
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(*a), Vector512.Load(b), sum);
        }

        (inRuns ? start + sum : sum).Store(At(tile->C, row * tile->StrideC));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DoTotals(MatrixTile* tile, int row, nint stepB)
    {
        float* b = tile->B;
        Vector512<float> sum = tile->Start is null ? Vector512<float>.Zero : Vector512.Load(At(tile->Start, row * tile->StrideStart));
        for (nint k = tile->Count; k > 0; k--, b = At(b, stepB)) sum += Vector512.Load(b);
        sum.Store(At(tile->C, row * tile->StrideC));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DoFourRows(MatrixTile* tile, nint stepA, nint rowA, nint stepB, bool inRuns)
    {
        float* a = tile->A;
        float* b = tile->B;
        Vector256<float> start0, start1, start2, start3, start4, start5, start6, start7;
        start0 = start1 = start2 = start3 = start4 = start5 = start6 = start7 = Vector256<float>.Zero;
        if (tile->Start is not null)
        {
            float* from = tile->Start;
            (start0, start1) = (Vector256.Load(from), Vector256.Load(from + 8));
            from = At(from, tile->StrideStart);
            (start2, start3) = (Vector256.Load(from), Vector256.Load(from + 8));
            from = At(from, tile->StrideStart);
            (start4, start5) = (Vector256.Load(from), Vector256.Load(from + 8));
            from = At(from, tile->StrideStart);
            (start6, start7) = (Vector256.Load(from), Vector256.Load(from + 8));
        }

        Vector256<float> sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7;
        if (inRuns)
        {
            sum0 = sum1 = sum2 = sum3 = sum4 = sum5 = sum6 = sum7 = Vector256<float>.Zero;
        }
        else
        {
            (sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7) = (start0, start1, start2, start3, start4, start5, start6, start7);
        }

        for (nint k = tile->Count + (inRuns ? tile->Tail : 0); k > 0; k--, a = At(a, stepA), b = At(b, stepB))
        {
            Vector256<float> low = Vector256.Load(b);
            Vector256<float> high = Vector256.Load(b + 8);
            Vector256<float> left = Vector256.Create(*a);
            sum0 = Vector256.FusedMultiplyAdd(left, low, sum0);
            sum1 = Vector256.FusedMultiplyAdd(left, high, sum1);
            left = Vector256.Create(*At(a, rowA));
            sum2 = Vector256.FusedMultiplyAdd(left, low, sum2);
            sum3 = Vector256.FusedMultiplyAdd(left, high, sum3);
            left = Vector256.Create(*At(a, 2 * rowA));
            sum4 = Vector256.FusedMultiplyAdd(left, low, sum4);
            sum5 = Vector256.FusedMultiplyAdd(left, high, sum5);
            left = Vector256.Create(*At(a, 3 * rowA));
            sum6 = Vector256.FusedMultiplyAdd(left, low, sum6);
            sum7 = Vector256.FusedMultiplyAdd(left, high, sum7);
        }

        if (inRuns)
        {
            (sum0, sum1, sum2, sum3) = (start0 + sum0, start1 + sum1, start2 + sum2, start3 + sum3);
            (sum4, sum5, sum6, sum7) = (start4 + sum4, start5 + sum5, start6 + sum6, start7 + sum7);
        }

        float* to = tile->C;
        sum0.Store(to);
        sum1.Store(to + 8);
        to = At(to, tile->StrideC);
        sum2.Store(to);
        sum3.Store(to + 8);
        to = At(to, tile->StrideC);
        sum4.Store(to);
        sum5.Store(to + 8);
        to = At(to, tile->StrideC);
        sum6.Store(to);
        sum7.Store(to + 8);
    }
}
