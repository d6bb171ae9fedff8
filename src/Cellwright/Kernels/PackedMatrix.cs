using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Cellwright.Tensors;

namespace Cellwright.Kernels;

/// <summary>
/// The right operand <c>W[k, n]</c> of a matrix product, in the order in which its kernels read it: panels of 16
/// columns, in each panel one row of 16 after the other; columns past the last are zero. It is filled part by part, so
/// that several matrices can stand side by side (gates) or one behind the other (operands of one sum).
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>The columns of a panel; the rows of results and addends are padded to a multiple of it.</summary>
    public const int PanelColumns = 16;

    private const int Block = MatrixTransposition.Block;

    private readonly AlignedBuffer memory;
    private readonly MatrixPlan?[] plans = new MatrixPlan?[MatrixKernels.Current.MaxRows + 1];
    private readonly Dictionary<(MatrixKernels, int, int, int, int, int), MatrixPlan> otherPlans = [];

    /// <summary>Takes memory for K × N; everything is zero until packed.</summary>
    /// <param name="k">Rows of W: the length of the sums.</param>
    /// <param name="n">Columns of W: the length of a result's row.</param>
    public PackedMatrix(int k, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        K = k;
        N = n;
        Panels = PanelsOf(n);
        Runs = RunsOf(k, n);
        RunLength = k / Runs;
        RunTail = k % Runs;
        PanelStride = (nint)k * PanelColumns;
        memory = new AlignedBuffer(PanelStride * Panels);
    }

    /// <summary>The length of the sums.</summary>
    public int K { get; }

    /// <summary>The columns of a result.</summary>
    public int N { get; }

    /// <summary>How many panels of 16 columns there are.</summary>
    public int Panels { get; }

    /// <summary>Into how many runs each sum is cut (see <see cref="RunsOf"/>).</summary>
    public int Runs { get; }

    /// <summary>How many k each run has.</summary>
    public int RunLength { get; }

    /// <summary>How many more the last run has.</summary>
    public int RunTail { get; }

    /// <summary>Floats from one panel to the next.</summary>
    public nint PanelStride { get; }

    /// <summary>The first panel.</summary>
    public float* Pointer => memory.Pointer;

    /// <summary>How many panels hold <paramref name="n"/> columns.</summary>
    public static int PanelsOf(int n) => (n + PanelColumns - 1) / PanelColumns;

    /// <summary>
    /// Into how many contiguous runs the sums of a K × N product are cut. It follows from the shape alone, because it
    /// is part of the result's definition: one run is one chain from the start; more are summed from zero, each
    /// <c>K / runs</c> long and the last with the remainder, and added to the start in order. Only where few columns
    /// would leave one row with too few independent chains are there more than one.
    /// </summary>
    public static int RunsOf(int k, int n)
    {
        const int ShortestRun = 8;
        int runs = PanelsOf(n) switch
        {
            1 => 8,
            <= 3 => 4,
            <= 7 => 2,
            _ => 1,
        };
        while (runs > 1 && k / runs < ShortestRun) runs /= 2;
        return runs;
    }

    /// <summary>
    /// Packs <c>W[k0 + k, n0 + n] = source[k·strideK + n·strideN]</c> for k &lt; kCount and n &lt; nCount, and leaves the
    /// rest as it is. Quick where one of the strides is 1.
    /// </summary>
    /// <param name="source">The first element of the block.</param>
    /// <param name="strideK">Floats from one k to the next: 1 packs a transposed matrix.</param>
    /// <param name="strideN">Floats from one n to the next: 1 packs a matrix as it lies.</param>
    /// <param name="k0">The first row of W to write.</param>
    /// <param name="kCount">How many rows.</param>
    /// <param name="n0">The first column of W to write.</param>
    /// <param name="nCount">How many columns.</param>
    public void Pack(float* source, nint strideK, nint strideN, int k0, int kCount, int n0, int nCount)
    {
        CheckRange(k0, kCount, K, nameof(k0));
        CheckRange(n0, nCount, N, nameof(n0));
        if (strideN == 1) PackRows(source, strideK, k0, kCount, n0, nCount);
        else PackColumns(source, strideK, strideN, k0, kCount, n0, nCount);
    }

    /// <summary>The plan of a product of a few rows, made on first use; see <see cref="MatrixPlan"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public MatrixPlan Plan(MatrixKernels kernels, int rows, int k0, int count, int firstPanel, int panels)
    {
        if (count != K || panels != Panels || kernels != MatrixKernels.Current)
        {
            lock (otherPlans)
            {
                (MatrixKernels, int, int, int, int, int) key = (kernels, rows, k0, count, firstPanel, panels);
                return otherPlans.TryGetValue(key, out MatrixPlan? known) ? known : otherPlans[key] = new MatrixPlan(kernels, rows, this, k0, count, firstPanel, panels);
            }
        }

        return Plan(rows);
    }

    /// <summary>The plan of a product of a few rows with the whole matrix.</summary>
    // Two threads may make the same plan; either is good.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixPlan Plan(int rows) => Volatile.Read(ref plans[rows]) ?? (plans[rows] = new MatrixPlan(MatrixKernels.Current, rows, this, 0, K, 0, Panels));

    /// <summary>Packs a whole row-major K × N matrix.</summary>
    public void Pack(ReadOnlySpan<float> source)
    {
        CheckLength(source);
        fixed (float* pointer = source) Pack(pointer, N, 1, 0, K, 0, N);
    }

    /// <summary>Takes over a matrix of the same shape, or itself, rounded to bfloat16.</summary>
    public void CopyRounded(PackedMatrix other)
    {
        for (nint i = 0; i < PanelStride * Panels; i++)
        {
            Pointer[i] = BFloat16Matrix.Round(other.Pointer[i]);
        }
    }

    /// <summary>Packs the transpose of a whole row-major N × K matrix.</summary>
    public void PackTransposed(ReadOnlySpan<float> source)
    {
        CheckLength(source);
        fixed (float* pointer = source) Pack(pointer, 1, K, 0, K, 0, N);
    }

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();

    private static void CheckRange(int first, int count, int limit, string name)
    {
        if (first < 0 || count < 0 || first > limit - count)
        {
            throw new ArgumentOutOfRangeException(name, $"The part from {first} to {first + count} does not lie within the packed matrix's 0 to {limit}.");
        }
    }

    private void CheckLength(ReadOnlySpan<float> source)
    {
        if (source.Length != (long)K * N)
        {
            throw new ArgumentException($"The matrix has {source.Length} elements; {K} × {N} were expected.", nameof(source));
        }
    }

    /// <summary>Rows of the source lie along rows of the panels: copies, a few source rows at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRows(float* source, nint strideK, int k0, int kCount, int n0, int nCount)
    {
        const int RowsAtATime = 32;
        for (int k = 0; k < kCount; k += RowsAtATime)
        {
            int rows = Math.Min(RowsAtATime, kCount - k);
            int width;
            for (int n = 0; n < nCount; n += width)
            {
                int column = (n0 + n) % PanelColumns;
                width = Math.Min(PanelColumns - column, nCount - n);
                float* from = source + (k * strideK) + n;
                float* to = Pointer + ((n0 + n) / PanelColumns * PanelStride) + ((nint)(k0 + k) * PanelColumns) + column;
                for (int row = 0; row < rows; row++, from += strideK, to += PanelColumns)
                {
                    if (width == PanelColumns)
                    {
                        Vector256.Store(Vector256.Load(from), to);
                        Vector256.Store(Vector256.Load(from + 8), to + 8);
                    }
                    else
                    {
                        for (int i = 0; i < width; i++) to[i] = from[i];
                    }
                }
            }
        }
    }

    /// <summary>Columns of the source lie along rows of the panels: transposition, block by block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackColumns(float* source, nint strideK, nint strideN, int k0, int kCount, int n0, int nCount)
    {
        int width;
        for (int n = 0; n < nCount; n += width)
        {
            int column = (n0 + n) % Block;
            width = Math.Min(Block - column, nCount - n);
            float* from = source + (n * strideN);
            float* to = Pointer + ((n0 + n) / PanelColumns * PanelStride) + ((nint)k0 * PanelColumns) + ((n0 + n) % PanelColumns);
            int k = 0;
            if (strideK == 1 && width == Block && Avx.IsSupported)
            {
                for (; k <= kCount - Block; k += Block) MatrixTransposition.CopyBlock(from + k, strideN, to + ((nint)k * PanelColumns), PanelColumns);
            }
            for (; k < kCount; k++)
            {
                for (int i = 0; i < width; i++) to[((nint)k * PanelColumns) + i] = from[(k * strideK) + (i * strideN)];
            }
        }
    }
}
