using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>Transposes matrices, 8 × 8 elements at a time in registers where the processor can.</summary>
internal static unsafe class MatrixTransposition
{
    /// <summary>The rows and columns of a block.</summary>
    public const int Block = 8;

    /// <summary>Writes <c>to[j, i] = from[i, j]</c> for i &lt; rows and j &lt; columns; both have rows of floats side by side.</summary>
    /// <param name="from">The first element.</param>
    /// <param name="strideFrom">Floats from row to row.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="to">The first element of the result.</param>
    /// <param name="strideTo">Floats from row to row of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, nint strideFrom, int rows, int columns, float* to, nint strideTo)
    {
        int wholeRows = Avx.IsSupported ? rows / Block * Block : 0;
        int wholeColumns = columns / Block * Block;
        // A column of blocks fills whole rows of the result.
        for (int j = 0; j < wholeColumns; j += Block)
        {
            for (int i = 0; i < wholeRows; i += Block) CopyBlock(from + (i * strideFrom) + j, strideFrom, to + (j * strideTo) + i, strideTo);
        }
        for (int i = 0; i < rows; i++)
        {
            for (int j = i < wholeRows ? wholeColumns : 0; j < columns; j++) to[(j * strideTo) + i] = from[(i * strideFrom) + j];
        }
    }

    /// <summary>The transpose of one block; only where AVX is supported.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyBlock(float* from, nint strideFrom, float* to, nint strideTo)
    {
        // Halves of rows four apart share a vector, so that what is left is a 4 × 4 transposition within each half.
        // Addresses are a base and a multiple that instructions have room for.
        nint thirdFrom = 3 * strideFrom;
        nint thirdTo = 3 * strideTo;
        float* lower = from + (4 * strideFrom);
        Vector256<float> r0 = Halves(from, lower);
        Vector256<float> r1 = Halves(from + strideFrom, lower + strideFrom);
        Vector256<float> r2 = Halves(from + (2 * strideFrom), lower + (2 * strideFrom));
        Vector256<float> r3 = Halves(from + thirdFrom, lower + thirdFrom);
        StoreTransposed(r0, r1, r2, r3, to, strideTo, thirdTo);
        r0 = Halves(from + 4, lower + 4);
        r1 = Halves(from + strideFrom + 4, lower + strideFrom + 4);
        r2 = Halves(from + (2 * strideFrom) + 4, lower + (2 * strideFrom) + 4);
        r3 = Halves(from + thirdFrom + 4, lower + thirdFrom + 4);
        StoreTransposed(r0, r1, r2, r3, to + (4 * strideTo), strideTo, thirdTo);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* lower, float* upper) =>
        Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTransposed(Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, float* to, nint stride, nint third)
    {
        Vector256<float> low01 = Avx.UnpackLow(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3);
        Vector256<float> high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> high23 = Avx.UnpackHigh(r2, r3);
        const byte LowerPairs = 0b01_00_01_00;
        const byte UpperPairs = 0b11_10_11_10;
        Vector256.Store(Avx.Shuffle(low01, low23, LowerPairs), to);
        Vector256.Store(Avx.Shuffle(low01, low23, UpperPairs), to + stride);
        Vector256.Store(Avx.Shuffle(high01, high23, LowerPairs), to + (2 * stride));
        Vector256.Store(Avx.Shuffle(high01, high23, UpperPairs), to + third);
    }
}
