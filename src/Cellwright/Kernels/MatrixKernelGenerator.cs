using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>
/// Writes the code of one matrix kernel: a tile's sums in one local each, every k fully unrolled, fused multiply-adds
/// in the order of k. What it writes is the same at both vector widths but for the vector type.
/// </summary>
internal sealed class MatrixKernelGenerator
{
    /// <summary>How many k a turn of a product's loop takes.</summary>
    public const int ProductTurn = 8;

    private const int PanelBytes = PackedMatrix.PanelColumns * sizeof(float);

    private readonly MatrixKernelShape shape;
    private readonly MatrixVector vector;
    private readonly int vectors;
    private readonly int chains;
    private readonly ILGenerator il;
    private readonly DynamicMethod method;
    private readonly MatrixTileSums sums;
    private readonly MatrixAddresses[] a;
    private readonly MatrixAddresses[] b;
    private readonly LocalBuilder strideA;
    private readonly LocalBuilder strideB;
    private readonly LocalBuilder count;
    private readonly MatrixPrefetch? ahead;
    private readonly LocalBuilder[] broadcasts;
    private readonly LocalBuilder[] loaded;

    private MatrixKernelGenerator(MatrixKernelShape shape, VectorWidth width)
    {
        this.shape = shape;
        vector = MatrixVector.For(width);
        vectors = shape.Panels * vector.PerPanel;
        chains = Math.Max(1, shape.Runs);
        method = new DynamicMethod(
            $"Matrix{shape.Kind}{shape.Rows}x{shape.Panels}x{shape.Runs}w{width.Lanes}",
            typeof(void),
            [typeof(object), typeof(MatrixTile*)],
            typeof(MatrixKernelGenerator).Module,
            skipVisibility: true);
        il = method.GetILGenerator();
        sums = new MatrixTileSums(il, shape, vector);
        strideA = il.DeclareLocal(typeof(nint));
        strideB = il.DeclareLocal(typeof(nint));
        count = il.DeclareLocal(typeof(nint));
        ahead = (shape.Kind != MatrixKernelKind.Product || shape.Rows > 2) && Sse.IsSupported ? new MatrixPrefetch(il) : null;
        broadcasts = [.. Enumerable.Range(0, shape.Rows).Select(_ => il.DeclareLocal(vector.Type))];
        loaded = [.. Enumerable.Range(0, vectors).Select(_ => il.DeclareLocal(vector.Type))];
        a = new MatrixAddresses[chains];
        b = new MatrixAddresses[chains];
    }

    /// <summary>Compiles the kernel of the given shape for vectors of the given width (8 or 16).</summary>
    public static MatrixKernel Generate(MatrixKernelShape shape, VectorWidth width)
    {
        MatrixKernelGenerator generator = new(shape, width);
        generator.Write();
        // A delegate that is closed over its first argument is called without a thunk that moves the others.
        return generator.method.CreateDelegate<MatrixKernel>(generator.vector);
    }

    private void Write()
    {
        Label nextBand = il.DefineLabel();
        Label nextTile = il.DefineLabel();
        il.MarkLabel(nextBand);
        il.Emit(OpCodes.Ldarg_1);
        LoadField(nameof(MatrixTile.Tiles));
        il.Emit(OpCodes.Stfld, Field(nameof(MatrixTile.Left)));
        il.MarkLabel(nextTile);
        LoadField(nameof(MatrixTile.StrideA));
        il.Emit(OpCodes.Stloc, strideA);
        if (shape.Kind != MatrixKernelKind.Product)
        {
            LoadField(nameof(MatrixTile.StrideB));
            il.Emit(OpCodes.Stloc, strideB);
        }
        WriteAddresses();
        ahead?.Begin();
        if (shape.Kind != MatrixKernelKind.Product) ahead?.Lines();
        sums.Begin();

        LoadField(nameof(MatrixTile.Count));
        il.Emit(OpCodes.Stloc, count);
        int unroll = shape.Kind == MatrixKernelKind.Product ? ProductTurn : 2;
        WriteLoop(unroll, 0);
        ahead?.End();
        WriteLoop(1, 0);
        if (shape.Runs > 0)
        {
            LoadField(nameof(MatrixTile.Tail));
            il.Emit(OpCodes.Stloc, count);
            WriteLoop(1, chains - 1);
        }
        sums.Finish();

        Advance(nameof(MatrixTile.A), nameof(MatrixTile.NextA));
        Advance(nameof(MatrixTile.B), nameof(MatrixTile.NextB));
        Advance(nameof(MatrixTile.Start), nameof(MatrixTile.NextStart));
        Advance(nameof(MatrixTile.C), nameof(MatrixTile.NextC));
        RepeatWhile(nameof(MatrixTile.Left), nextTile);

        Advance(nameof(MatrixTile.A), nameof(MatrixTile.BandA));
        Advance(nameof(MatrixTile.B), nameof(MatrixTile.BandB));
        Advance(nameof(MatrixTile.Start), nameof(MatrixTile.BandStart));
        Advance(nameof(MatrixTile.C), nameof(MatrixTile.BandC));
        RepeatWhile(nameof(MatrixTile.Bands), nextBand);
        il.Emit(OpCodes.Ret);
    }

    private void RepeatWhile(string counter, Label top)
    {
        il.Emit(OpCodes.Ldarg_1);
        LoadField(counter);
        Constant(1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stfld, Field(counter));
        LoadField(counter);
        Constant(0);
        il.Emit(OpCodes.Bgt, top);
    }

    private void Advance(string field, string distance)
    {
        il.Emit(OpCodes.Ldarg_1);
        LoadField(field);
        LoadField(distance);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stfld, Field(field));
    }

    private void WriteAddresses()
    {
        LocalBuilder? runA = null;
        LocalBuilder? runB = null;
        if (chains > 1)
        {
            runA = il.DeclareLocal(typeof(nint));
            runB = il.DeclareLocal(typeof(nint));
            LoadField(nameof(MatrixTile.Count));
            Constant(sizeof(float));
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, runA);
            LoadField(nameof(MatrixTile.Count));
            Constant(PanelBytes);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, runB);
        }
        LocalBuilder panelStride = il.DeclareLocal(typeof(nint));
        LoadField(nameof(MatrixTile.PanelStride));
        il.Emit(OpCodes.Stloc, panelStride);
        int rowBases = shape.Kind == MatrixKernelKind.Product ? shape.Rows : 1;
        for (int run = 0; run < chains; run++)
        {
            a[run] = new MatrixAddresses(il, rowBases, strideA);
            LoadField(nameof(MatrixTile.A));
            AddMultiple(runA, run);
            a[run].Start();
            b[run] = new MatrixAddresses(il, shape.Panels, panelStride);
            LoadField(nameof(MatrixTile.B));
            AddMultiple(runB, run);
            b[run].Start();
        }
    }

    private void WriteLoop(int unroll, int firstRun)
    {
        Label top = il.DefineLabel();
        Label end = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, count);
        Constant(unroll);
        il.Emit(OpCodes.Blt, end);
        il.MarkLabel(top);
        for (int step = 0; step < unroll; step++)
        {
            for (int run = firstRun; run < chains; run++) WriteStep(run, step);
            if (shape.Kind != MatrixKernelKind.Product)
            {
                a[0].Advance(strideA);
                b[0].Advance(strideB);
            }
        }
        if (unroll > 1 && shape.Kind == MatrixKernelKind.Product) ahead?.Turn();
        if (shape.Kind == MatrixKernelKind.Product)
        {
            for (int run = firstRun; run < chains; run++)
            {
                a[run].Advance(unroll * sizeof(float));
                b[run].Advance(unroll * PanelBytes);
            }
        }
        il.Emit(OpCodes.Ldloc, count);
        Constant(unroll);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, count);
        il.Emit(OpCodes.Ldloc, count);
        Constant(unroll);
        il.Emit(OpCodes.Bge, top);
        il.MarkLabel(end);
    }

    /// <summary>One k of one run: every sum of the tile takes one multiply-add.</summary>
    private void WriteStep(int run, int step)
    {
        if (shape.Rows == 1)
        {
            LoadLeft(run, 0, step);
            for (int v = 0; v < vectors; v++)
            {
                LoadB(run, v, step);
                MultiplyAdd(run, 0, v);
            }
        }
        else if (shape.Rows < vectors)
        {
            // Whatever there are fewer of stays in registers.
            for (int row = 0; row < shape.Rows; row++) LoadLeft(run, row, step);
            for (int v = 0; v < vectors; v++)
            {
                LoadB(run, v, step);
                il.Emit(OpCodes.Stloc, loaded[v]);
                for (int row = 0; row < shape.Rows; row++)
                {
                    il.Emit(OpCodes.Ldloc, loaded[v]);
                    MultiplyAdd(run, row, v);
                }
            }
        }
        else
        {
            for (int v = 0; v < vectors; v++)
            {
                LoadB(run, v, step);
                il.Emit(OpCodes.Stloc, loaded[v]);
            }
            for (int row = 0; row < shape.Rows; row++)
            {
                LoadLeft(run, row, step);
                for (int v = 0; v < vectors; v++)
                {
                    il.Emit(OpCodes.Ldloc, loaded[v]);
                    MultiplyAdd(run, row, v);
                }
            }
        }
    }

    /// <summary>Takes the right operand from the stack; ones times it are added as they are.</summary>
    private void MultiplyAdd(int run, int row, int v)
    {
        if (!IsOfOnes(row)) il.Emit(OpCodes.Ldloc, broadcasts[row]);
        il.Emit(OpCodes.Ldloc, sums[run, row, v]);
        il.Emit(OpCodes.Call, IsOfOnes(row) ? vector.Add : vector.MultiplyAdd);
        il.Emit(OpCodes.Stloc, sums[run, row, v]);
    }

    private bool IsOfOnes(int row) => shape.Kind == MatrixKernelKind.GradientWithTotals && row == shape.Rows - 1;

    private void LoadLeft(int run, int row, int step)
    {
        if (IsOfOnes(row)) return;
        if (shape.Kind == MatrixKernelKind.Product) a[run].Load(row, step * sizeof(float));
        else a[run].Load(0, row * sizeof(float));
        il.Emit(OpCodes.Ldind_R4);
        il.Emit(OpCodes.Call, vector.Broadcast);
        il.Emit(OpCodes.Stloc, broadcasts[row]);
    }

    private void LoadB(int run, int v, int step)
    {
        int offset = v % vector.PerPanel * vector.Bytes;
        if (shape.Kind == MatrixKernelKind.Product) offset += step * PanelBytes;
        b[run].Load(v / vector.PerPanel, offset);
        il.Emit(OpCodes.Call, vector.Load);
    }

    private void LoadField(string name)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldfld, Field(name));
    }

    private static FieldInfo Field(string name) => typeof(MatrixTile).GetField(name)!;

    private void AddMultiple(LocalBuilder? stride, int times)
    {
        if (stride is null || times == 0) return;
        il.Emit(OpCodes.Ldloc, stride);
        Constant(times);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Add);
    }

    private void Constant(int value)
    {
        il.Emit(OpCodes.Ldc_I4, value);
        il.Emit(OpCodes.Conv_I);
    }
}
