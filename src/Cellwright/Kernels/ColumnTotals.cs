using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Kernels;

/// <summary>Bias gradients: <c>g[n] (+)= Σ D[r, n]</c> over rows from the last to the first, one plain chain a column.</summary>
internal static unsafe class ColumnTotals
{
    private const int Lanes = 8;
    private const int ColumnsAtATime = 8 * Lanes;

    /// <summary>Accumulates the totals of the columns n0 ≤ n &lt; n1.</summary>
    /// <param name="rows">How many rows D has.</param>
    /// <param name="d">The first row of D.</param>
    /// <param name="strideD">Floats from one row of D to the next.</param>
    /// <param name="g">The totals, g[0]; nothing outside the given columns is written.</param>
    /// <param name="n0">The first column.</param>
    /// <param name="n1">The column to stop before.</param>
    /// <param name="accumulate">Whether the totals start from what g holds; otherwise from zero.</param>
    public static void Accumulate(long rows, float* d, nint strideD, float* g, int n0, int n1, bool accumulate) =>
        Accumulate(VectorWidth.Current, rows, d, strideD, g, n0, n1, accumulate);

    /// <summary>As above with vectors or (width 1) without.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(VectorWidth width, long rows, float* d, nint strideD, float* g, int n0, int n1, bool accumulate)
    {
        if (!accumulate) for (int i = n0; i < n1; i++) g[i] = 0f;
        float* last = d + ((nint)(rows - 1) * strideD);
        int n = n0;
        if (width.Lanes > 1)
        {
            for (; n <= n1 - ColumnsAtATime; n += ColumnsAtATime) AddColumns(rows, last + n, strideD, g + n);
            for (; n <= n1 - Lanes; n += Lanes)
            {
                Vector256<float> total = Vector256.Load(g + n);
                float* from = last + n;
                for (long r = 0; r < rows; r++, from -= strideD) total += Vector256.Load(from);
                Vector256.Store(total, g + n);
            }
        }
        for (; n < n1; n++)
        {
            float total = g[n];
            float* from = last + n;
            for (long r = 0; r < rows; r++, from -= strideD) total += *from;
            g[n] = total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddColumns(long rows, float* from, nint stride, float* g)
    {
        Vector256<float> t0 = Vector256.Load(g);
        Vector256<float> t1 = Vector256.Load(g + Lanes);
        Vector256<float> t2 = Vector256.Load(g + (2 * Lanes));
        Vector256<float> t3 = Vector256.Load(g + (3 * Lanes));
        Vector256<float> t4 = Vector256.Load(g + (4 * Lanes));
        Vector256<float> t5 = Vector256.Load(g + (5 * Lanes));
        Vector256<float> t6 = Vector256.Load(g + (6 * Lanes));
        Vector256<float> t7 = Vector256.Load(g + (7 * Lanes));
        for (long r = 0; r < rows; r++, from -= stride)
        {
            t0 += Vector256.Load(from);
            t1 += Vector256.Load(from + Lanes);
            t2 += Vector256.Load(from + (2 * Lanes));
            t3 += Vector256.Load(from + (3 * Lanes));
            t4 += Vector256.Load(from + (4 * Lanes));
            t5 += Vector256.Load(from + (5 * Lanes));
            t6 += Vector256.Load(from + (6 * Lanes));
            t7 += Vector256.Load(from + (7 * Lanes));
        }
        Vector256.Store(t0, g);
        Vector256.Store(t1, g + Lanes);
        Vector256.Store(t2, g + (2 * Lanes));
        Vector256.Store(t3, g + (3 * Lanes));
        Vector256.Store(t4, g + (4 * Lanes));
        Vector256.Store(t5, g + (5 * Lanes));
        Vector256.Store(t6, g + (6 * Lanes));
        Vector256.Store(t7, g + (7 * Lanes));
    }
}
