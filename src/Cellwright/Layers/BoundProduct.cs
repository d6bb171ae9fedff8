using System.Runtime.CompilerServices;
using Cellwright.Kernels;
using Cellwright.Programs;
using Cellwright.Tensors;

namespace Cellwright.Layers;

/// <summary>A joint matrix product.</summary>
internal sealed unsafe class BoundProduct : BoundStage
{
    private readonly BoundPlace result;
    private readonly (BoundPlace Place, int Count)[] operands;
    private readonly (OnceValue Matrix, int K, int N)[] blocks;
    private readonly (OnceValue Bias, int N)[] biases;
    private readonly PackedMatrix packed;
    private readonly AlignedBuffer? start;
    private readonly bool continues;
    private readonly RowProductKernel?[] rowKernels = new RowProductKernel?[2];
    private MemberPlan[]? shares;

    public BoundProduct(ProductStage stage, LayerLayout layout, OnceEvaluator once)
    {
        result = new BoundPlace(layout, stage.Results[0].Place);
        operands = [.. Touching([.. stage.Operands.Select((operand, i) => (new BoundPlace(layout, operand.Place), layout.Width(stage.Matrices[0][i].Shape.Columns)))])];
        List<(OnceValue, int, int)> packing = [];
        List<(OnceValue, int)> adding = [];
        int n = 0;
        for (int j = 0; j < stage.Results.Count; j++)
        {
            int k = 0;
            for (int i = 0; i < stage.Operands.Count; i++)
            {
                OnceValue matrix = once.Request(stage.Matrices[j][i]);
                packing.Add((matrix, k, n));
                k += matrix.Columns;
            }

            if (stage.Biases.Count > 0 && stage.Biases[j] is { } bias)
            {
                adding.Add((once.Request(bias), n));
            }

            int width = layout.Width(stage.Matrices[j][0].Shape.Rows);
            n += j + 1 < stage.Results.Count ? LayerLayout.Padded(width) : width;
        }

        blocks = [.. packing];
        biases = [.. adding];
        continues = stage.Biases.Count == 0;
        packed = new PackedMatrix(operands.Sum(operand => operand.Count), n);
        start = biases.Length > 0 ? new AlignedBuffer(LayerLayout.Padded(n)) : null;
    }

    public override string Name => $"product {packed.K} -> {packed.N}";

    public override IEnumerable<string> Code
    {
        get
        {
            MatrixKernels kernels = MatrixKernels.Current;
            yield return $"the matrix in {packed.Panels} {(packed.Panels == 1 ? "panel" : "panels")} of {PackedMatrix.PanelColumns} columns, K {packed.K} in {packed.Runs} {(packed.Runs == 1 ? "run" : "runs")}";
            yield return $"tiles of up to {kernels.MaxRows} rows by {Math.Min(packed.Panels, kernels.MaxPanels(kernels.MaxRows, packed.Runs))} panels, {kernels.Width.Lanes} floats a vector; one row by up to {Math.Min(packed.Panels, kernels.MaxPanels(1, packed.Runs))}";
        }
    }

    /// <summary>Where the result begins.</summary>
    public BoundPlace Result => result;

    /// <summary>The columns of the result.</summary>
    public int Columns => packed.N;

    /// <summary>The vectors that are multiplied, and their widths.</summary>
    public IReadOnlyList<(BoundPlace Place, int Width)> Operands => operands;

    /// <summary>The joint matrix.</summary>
    public PackedMatrix Packed => packed;

    /// <summary>Whether the sums go on from what the result holds.</summary>
    public bool Continues => continues;

    /// <summary>What the sums start from otherwise; null for zeros.</summary>
    public float* Start => start is null ? null : start.Pointer;

    public override double MultiplyAdds => blocks.Sum(block => (double)block.Matrix.Rows * block.Matrix.Columns);

    public override void Prepare()
    {
        if (operands.Length > 1 && packed.Runs > 1)
        {
            _ = MatrixProduct.Reserve(packed.K);
        }
    }

    public override void Load()
    {
        foreach ((OnceValue matrix, int k, int n) in blocks)
        {
            packed.Pack(matrix.Pointer, matrix.ColumnStride, matrix.RowStride, k, matrix.Columns, n, matrix.Rows);
        }

        foreach ((OnceValue bias, int n) in biases)
        {
            new OnceValue((nint)(start!.Pointer + n), bias.Rows, 1, 1, 1).CopyFrom(bias);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(LayerMemory memory, in RowCursor cursor) => Run(memory, cursor, packed);

    /// <summary>Runs with another matrix of the same shape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(LayerMemory memory, in RowCursor cursor, PackedMatrix packed)
    {
        float* c = result.Address(memory, cursor);
        float* from = continues ? c : start is null ? null : start.Pointer;
        nint fromStride = continues ? result.Stride : 0;
        if (operands.Length == 1 && cursor.Count == 1 && RowProductKernels.AreSupported)
        {
            // Every other step from the last columns to the first: a cache still holds those that came last.
            nint* table = stackalloc nint[4] { (nint)from, (nint)c, (nint)operands[0].Place.Address(memory, cursor), (nint)packed.Pointer };
            (Volatile.Read(ref rowKernels[cursor.IsOdd ? 1 : 0]) ?? RowKernel(from is not null, cursor.IsOdd))(table);
            return;
        }

        if (operands.Length == 1 && cursor.Count <= MatrixKernels.Current.MaxRows)
        {
            packed.Plan(cursor.Count).Run(operands[0].Place.Address(memory, cursor), operands[0].Place.Stride, from, fromStride, c, result.Stride);
            return;
        }

        if (operands.Length == 1)
        {
            MatrixProduct.Multiply(cursor.Count, operands[0].Place.Address(memory, cursor), operands[0].Place.Stride, packed, from, fromStride, c, result.Stride);
            return;
        }

        Span<MatrixOperand> joined = stackalloc MatrixOperand[operands.Length];
        for (int i = 0; i < joined.Length; i++)
        {
            joined[i] = new MatrixOperand(operands[i].Place.Address(memory, cursor), operands[i].Place.Stride, operands[i].Count);
        }

        MatrixProduct.Multiply(cursor.Count, joined, packed, from, fromStride, c, result.Stride);
    }

    // Operands without a gap between them are one.
    private static IEnumerable<(BoundPlace Place, int Count)> Touching(IReadOnlyList<(BoundPlace Place, int Count)> operands)
    {
        for (int i = 0; i < operands.Count;)
        {
            (BoundPlace place, int count) = operands[i++];
            while (i < operands.Count && operands[i].Place == place.At(place.Offset + count))
            {
                count += operands[i++].Count;
            }

            yield return (place, count);
        }
    }

    // Two threads may ask for the same kernel; it is the same one.
    private RowProductKernel RowKernel(bool hasStart, bool isOdd) => rowKernels[isOdd ? 1 : 0] =
        RowProductKernels.Get(new RowProductShape(packed.Panels, hasStart, IsNarrow: false, isOdd, [new RowProductTerm(packed.Runs, [packed.K])]));

    /// <summary>Computes one of several members' share of the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RunShare(LayerMemory memory, in RowCursor cursor, int member, int members)
    {
        (int first, int count) = Share(member, members);
        if (count == 0)
        {
            return;
        }

        float* c = result.Address(memory, cursor);
        float* from = continues ? c : start is null ? null : start.Pointer;
        if (operands.Length == 1 && cursor.Count <= MatrixKernels.Current.MaxRows)
        {
            // Two members may make the array; either is good, for each fills its own place.
            MemberPlan[] plans = Volatile.Read(ref shares) is { } known && known.Length == members ? known : shares = new MemberPlan[members];
            if (plans[member].Rows != cursor.Count)
            {
                plans[member] = new MemberPlan(packed.Plan(MatrixKernels.Current, cursor.Count, 0, packed.K, first, count), cursor.Count);
            }

            plans[member].Plan.Run(operands[0].Place.Address(memory, cursor), operands[0].Place.Stride, from, continues ? result.Stride : 0, c, result.Stride);
            return;
        }

        Span<MatrixOperand> joined = stackalloc MatrixOperand[operands.Length];
        for (int i = 0; i < joined.Length; i++)
        {
            joined[i] = new MatrixOperand(operands[i].Place.Address(memory, cursor), operands[i].Place.Stride, operands[i].Count);
        }

        MatrixProduct.Multiply(MatrixKernels.Current, cursor.Count, joined, packed, from, continues ? result.Stride : 0, c, result.Stride, first, count);
    }

    /// <summary>The panels of columns that one of several members computes.</summary>
    public (int First, int Count) Share(int member, int members)
    {
        int first = packed.Panels * member / members;
        return (first, (packed.Panels * (member + 1) / members) - first);
    }

    public override FixedStage Fix(LayerMemory memory, in RowCursor cursor) => operands.Length == 1 && cursor.Count <= MatrixKernels.Current.MaxRows
        ? new Fixed(this, memory, cursor)
        : base.Fix(memory, cursor);

    public override void Dispose()
    {
        packed.Dispose();
        start?.Dispose();
    }

    private readonly record struct MemberPlan(MatrixPlan Plan, int Rows);

    private sealed class Fixed(BoundProduct stage, LayerMemory memory, in RowCursor cursor) : FixedStage
    {
        private readonly MatrixPlan plan = stage.packed.Plan(cursor.Count);
        private readonly float* a = stage.operands[0].Place.Address(memory, cursor);
        private readonly nint strideA = stage.operands[0].Place.Stride;
        private readonly float* c = stage.result.Address(memory, cursor);
        private readonly nint strideC = stage.result.Stride;
        private readonly float* start = stage.continues ? stage.result.Address(memory, cursor) : stage.start is null ? null : stage.start.Pointer;
        private readonly nint strideStart = stage.continues ? stage.result.Stride : 0;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run() => plan.Run(a, strideA, start, strideStart, c, strideC);
    }
}
