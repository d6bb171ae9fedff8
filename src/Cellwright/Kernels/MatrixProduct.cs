using System.Runtime.CompilerServices;
using Cellwright.Tensors;

namespace Cellwright.Kernels;

/// <summary>One of several left operands that stand one behind the other along k.</summary>
/// <param name="a">Its first row.</param>
/// <param name="stride">Floats from one of its rows to the next.</param>
/// <param name="count">How many k it covers.</param>
internal readonly unsafe struct MatrixOperand(float* a, nint stride, int count)
{
    /// <summary>The first row.</summary>
    public float* A { get; } = a;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride { get; } = stride;

    /// <summary>How many k it covers.</summary>
    public int Count { get; } = count;
}

/// <summary>
/// Products with a packed matrix: <c>C[i, n] = start[i, n] + Σ A[i, k]·W[k, n]</c>.
/// </summary>
/// <remarks>
/// A sum starts from <c>start[i, n]</c> and takes k = 0, 1, 2, … in order, each with one fused multiply-add; or, where
/// <see cref="PackedMatrix.Runs"/> is more than 1, it is cut into that many contiguous runs, each summed so from zero,
/// which are then added to the start in order. An element's bits therefore depend on its row of A, its column of W, its
/// start and the shape of W, and on nothing else: not on the rows beside it, the vector width or the number of threads.
/// Rows of the start and of C must be padded to whole panels (16 floats); what is written past column N is without
/// meaning.
/// </remarks>
internal static unsafe class MatrixProduct
{
    private const int PanelColumns = PackedMatrix.PanelColumns;

    /// <summary>
    /// The rows that go over a chunk of W together and stay in the second-level cache: a product of a multiple of them
    /// has whole blocks only.
    /// </summary>
    public const int BlockRows = 36;

    // Sums that stop less often lose less at tiles' ends than what they read from the second level instead of the first.
    private const int BlockK = 2048;

    // Of operands that are copied behind one another.
    private const int RowsAtATime = 24;

    [ThreadStatic]
    private static AlignedBuffer? threadJoined;

    /// <summary>The product of <paramref name="rows"/> rows with all of W.</summary>
    /// <param name="rows">How many rows of A, start and C there are.</param>
    /// <param name="a">The first row of A; K floats a row.</param>
    /// <param name="strideA">Floats from one row of A to the next.</param>
    /// <param name="w">The packed right operand.</param>
    /// <param name="start">What the sums start from; null for zeros; may be <paramref name="c"/> to accumulate.</param>
    /// <param name="strideStart">Floats from one row of the start to the next; 0 broadcasts one row (a bias) to all.</param>
    /// <param name="c">The result.</param>
    /// <param name="strideC">Floats from one row of C to the next.</param>
    public static void Multiply(int rows, float* a, nint strideA, PackedMatrix w, float* start, nint strideStart, float* c, nint strideC) =>
        Multiply(MatrixKernels.Current, rows, new MatrixOperand(a, strideA, w.K), w, start, strideStart, c, strideC, 0, w.Panels);

    /// <summary>As above for the panels from <paramref name="firstPanel"/> on only; start and C still point at column 0.</summary>
    public static void Multiply(int rows, float* a, nint strideA, PackedMatrix w, float* start, nint strideStart, float* c, nint strideC, int firstPanel, int panels) =>
        Multiply(MatrixKernels.Current, rows, new MatrixOperand(a, strideA, w.K), w, start, strideStart, c, strideC, firstPanel, panels);

    /// <summary>
    /// The product with several left operands one behind the other: row i of A is row i of the first, then of the
    /// second, and so on. Operands that touch in memory cost nothing; others cost a little.
    /// </summary>
    public static void Multiply(int rows, ReadOnlySpan<MatrixOperand> operands, PackedMatrix w, float* start, nint strideStart, float* c, nint strideC) =>
        Multiply(MatrixKernels.Current, rows, operands, w, start, strideStart, c, strideC, 0, w.Panels);

    /// <summary>As above with kernels of a chosen width, for the given panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        MatrixKernels kernels,
        int rows,
        ReadOnlySpan<MatrixOperand> operands,
        PackedMatrix w,
        float* start,
        nint strideStart,
        float* c,
        nint strideC,
        int firstPanel,
        int panels)
    {
        int k = 0;
        for (int i = 0; i < operands.Length; i++) k += operands[i].Count;
        if (k != w.K)
        {
            throw new ArgumentException($"The left operands have {k} columns in all; the packed matrix has {w.K} rows.", nameof(operands));
        }
        if (rows == 0) return;
        if (w.Runs == 1)
        {
            k = 0;
            for (int i = 0; i < operands.Length;)
            {
                MatrixOperand operand = Merge(operands, ref i);
                Chains(kernels, rows, operand, k, w, start, strideStart, c, strideC, firstPanel, panels);
                start = c;
                strideStart = strideC;
                k += operand.Count;
            }
            return;
        }

        int used = 0;
        MatrixOperand whole = Merge(operands, ref used);
        if (used == operands.Length) InRuns(kernels, rows, whole, w, start, strideStart, c, strideC, firstPanel, panels);
        else Joined(kernels, rows, operands, w, start, strideStart, c, strideC, firstPanel, panels);
    }

    /// <summary>Takes the memory in which the calling thread joins operands of K columns, once.</summary>
    public static AlignedBuffer Reserve(int k)
    {
        AlignedBuffer joined = threadJoined ??= new AlignedBuffer();
        joined.Reserve((long)k * RowsAtATime);
        return joined;
    }

    private static void Multiply(
        MatrixKernels kernels,
        int rows,
        MatrixOperand operand,
        PackedMatrix w,
        float* start,
        nint strideStart,
        float* c,
        nint strideC,
        int firstPanel,
        int panels)
    {
        if (rows == 0) return;
        if (w.Runs == 1) Chains(kernels, rows, operand, 0, w, start, strideStart, c, strideC, firstPanel, panels);
        else InRuns(kernels, rows, operand, w, start, strideStart, c, strideC, firstPanel, panels);
    }

    /// <summary>The operand at <paramref name="index"/> with all that follow it in memory; moves the index past them.</summary>
    private static MatrixOperand Merge(ReadOnlySpan<MatrixOperand> operands, ref int index)
    {
        MatrixOperand first = operands[index++];
        int count = first.Count;
        while (index < operands.Length && operands[index].Stride == first.Stride && operands[index].A == first.A + count)
        {
            count += operands[index++].Count;
        }
        return new MatrixOperand(first.A, first.Stride, count);
    }

    /// <summary>Copies the operands' rows behind one another, some rows at a time, so that runs may cross their borders.</summary>
    private static void Joined(
        MatrixKernels kernels,
        int rows,
        ReadOnlySpan<MatrixOperand> operands,
        PackedMatrix w,
        float* start,
        nint strideStart,
        float* c,
        nint strideC,
        int firstPanel,
        int panels)
    {
        int k = w.K;
        AlignedBuffer joined = Reserve(k);
        for (int row = 0; row < rows; row += RowsAtATime)
        {
            int count = Math.Min(RowsAtATime, rows - row);
            for (int i = 0; i < count; i++)
            {
                float* to = joined.Pointer + ((nint)i * k);
                foreach (MatrixOperand operand in operands)
                {
                    new ReadOnlySpan<float>(operand.A + ((row + i) * operand.Stride), operand.Count).CopyTo(new Span<float>(to, operand.Count));
                    to += operand.Count;
                }
            }
            float* rowStart = start is null ? null : start + (row * strideStart);
            InRuns(kernels, count, new MatrixOperand(joined.Pointer, k, k), w, rowStart, strideStart, c + (row * strideC), strideC, firstPanel, panels);
        }
    }

    /// <summary>Sums of one chain each, over the operand's part of K.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chains(
        MatrixKernels kernels,
        int rows,
        MatrixOperand operand,
        int k0,
        PackedMatrix w,
        float* start,
        nint strideStart,
        float* c,
        nint strideC,
        int firstPanel,
        int panels)
    {
        if (rows <= kernels.MaxRows)
        {
            w.Plan(kernels, rows, k0, operand.Count, firstPanel, panels).Run(operand.A, operand.Stride, start, strideStart, c, strideC);
            return;
        }

        MatrixTile tile = default;
        tile.StrideA = operand.Stride * sizeof(float);
        tile.PanelStride = w.PanelStride * sizeof(float);
        EvenSplit rowBlocks = new(rows, BlockRows);
        EvenSplit blocks = new(operand.Count, BlockK);
        for (int rowBlock = 0; rowBlock < rowBlocks.Parts; rowBlock++)
        {
            int row = rowBlocks.Begin(rowBlock);
            float* from = start;
            nint strideFrom = strideStart;
            for (int block = 0; block < blocks.Parts; block++)
            {
                int k = blocks.Begin(block);
                tile.A = operand.A + (row * operand.Stride) + k;
                tile.B = w.Pointer + (firstPanel * w.PanelStride) + ((nint)(k0 + k) * PanelColumns);
                tile.Count = blocks.Size(block);
                tile.Start = from is null ? null : from + (row * strideFrom) + (firstPanel * PanelColumns);
                tile.StrideStart = strideFrom * sizeof(float);
                tile.C = c + (row * strideC) + (firstPanel * PanelColumns);
                tile.StrideC = strideC * sizeof(float);
                // Behind the last block comes the first, for the next rows.
                float* next = block + 1 < blocks.Parts ? tile.B + ((nint)tile.Count * PanelColumns) : w.Pointer + (firstPanel * w.PanelStride) + ((nint)k0 * PanelColumns);
                MatrixSweep.Cover(kernels, &tile, rowBlocks.Size(rowBlock), panels, 0, next);
                from = c;
                strideFrom = strideC;
            }
        }
    }

    /// <summary>Sums of several runs each, over the whole of K.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InRuns(
        MatrixKernels kernels,
        int rows,
        MatrixOperand operand,
        PackedMatrix w,
        float* start,
        nint strideStart,
        float* c,
        nint strideC,
        int firstPanel,
        int panels)
    {
        if (rows <= kernels.MaxRows)
        {
            w.Plan(kernels, rows, 0, w.K, firstPanel, panels).Run(operand.A, operand.Stride, start, strideStart, c, strideC);
            return;
        }

        MatrixTile tile = default;
        tile.StrideA = operand.Stride * sizeof(float);
        tile.PanelStride = w.PanelStride * sizeof(float);
        tile.StrideC = strideC * sizeof(float);
        tile.Count = w.RunLength;
        EvenSplit rowBlocks = new(rows, BlockRows);
        EvenSplit groups = new(w.Runs, kernels.MaxRuns(Math.Min(rows, kernels.MaxRows)));
        for (int rowBlock = 0; rowBlock < rowBlocks.Parts; rowBlock++)
        {
            int row = rowBlocks.Begin(rowBlock);
            float* from = start;
            nint strideFrom = strideStart;
            for (int group = 0; group < groups.Parts; group++)
            {
                nint k = groups.Begin(group) * tile.Count;
                tile.A = operand.A + (row * operand.Stride) + k;
                tile.B = w.Pointer + (firstPanel * w.PanelStride) + (k * PanelColumns);
                tile.Tail = group == groups.Parts - 1 ? w.RunTail : 0;
                tile.Start = from is null ? null : from + (row * strideFrom) + (firstPanel * PanelColumns);
                tile.StrideStart = strideFrom * sizeof(float);
                tile.C = c + (row * strideC) + (firstPanel * PanelColumns);
                MatrixSweep.Cover(kernels, &tile, rowBlocks.Size(rowBlock), panels, groups.Size(group), w.Pointer);
                from = c;
                strideFrom = strideC;
            }
        }
    }
}
