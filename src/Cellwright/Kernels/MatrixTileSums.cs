using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>The sums of a tile in a generated matrix kernel, one local each: where they start from and where they go.</summary>
internal sealed class MatrixTileSums
{
    private readonly ILGenerator il;
    private readonly MatrixKernelShape shape;
    private readonly MatrixVector vector;
    private readonly int vectors;
    private readonly int chains;
    private readonly LocalBuilder[,,] sums;

    /// <summary>Declares the locals.</summary>
    public MatrixTileSums(ILGenerator il, MatrixKernelShape shape, MatrixVector vector)
    {
        (this.il, this.shape, this.vector) = (il, shape, vector);
        vectors = shape.Panels * vector.PerPanel;
        chains = Math.Max(1, shape.Runs);
        sums = new LocalBuilder[chains, shape.Rows, vectors];
        for (int run = 0; run < chains; run++)
        {
            for (int row = 0; row < shape.Rows; row++)
            {
                for (int v = 0; v < vectors; v++) sums[run, row, v] = il.DeclareLocal(vector.Type);
            }
        }
    }

    /// <summary>The local of one sum.</summary>
    public LocalBuilder this[int run, int row, int vector] => sums[run, row, vector];

    /// <summary>Sets the sums to the tile's start, or to zero where runs are added to it.</summary>
    public void Begin()
    {
        PrefetchResult();
        if (shape.Runs == 0)
        {
            LoadStart();
            return;
        }
        foreach (LocalBuilder sum in sums) StoreZero(sum);
    }

    /// <summary>Adds runs to the start, and writes the sums down.</summary>
    public void Finish()
    {
        LocalBuilder pointer = il.DeclareLocal(typeof(nint));
        if (shape.Runs > 0)
        {
            LocalBuilder[,] totals = new LocalBuilder[shape.Rows, vectors];
            LocalBuilder zero = il.DeclareLocal(vector.Type);
            StoreZero(zero);
            Label noStart = il.DefineLabel();
            Label add = il.DefineLabel();
            for (int row = 0; row < shape.Rows; row++)
            {
                for (int v = 0; v < vectors; v++) totals[row, v] = il.DeclareLocal(vector.Type);
            }
            LoadField(nameof(MatrixTile.Start));
            il.Emit(OpCodes.Stloc, pointer);
            il.Emit(OpCodes.Ldloc, pointer);
            il.Emit(OpCodes.Brfalse, noStart);
            ForEachRow(pointer, nameof(MatrixTile.StrideStart), (row, v) =>
            {
                LoadVector(pointer, v);
                AddFirstRun(totals, row, v);
            });
            il.Emit(OpCodes.Br, add);
            il.MarkLabel(noStart);
            for (int row = 0; row < shape.Rows; row++)
            {
                for (int v = 0; v < vectors; v++)
                {
                    // Not a plain copy: 0 + −0 is 0.
                    il.Emit(OpCodes.Ldloc, zero);
                    AddFirstRun(totals, row, v);
                }
            }
            il.MarkLabel(add);
            LoadField(nameof(MatrixTile.C));
            il.Emit(OpCodes.Stloc, pointer);
            ForEachRow(pointer, nameof(MatrixTile.StrideC), (row, v) =>
            {
                il.Emit(OpCodes.Ldloc, totals[row, v]);
                for (int run = 1; run < chains; run++)
                {
                    il.Emit(OpCodes.Ldloc, sums[run, row, v]);
                    il.Emit(OpCodes.Call, vector.Add);
                }
                StoreVector(pointer, v);
            });
            return;
        }
        LoadField(nameof(MatrixTile.C));
        il.Emit(OpCodes.Stloc, pointer);
        ForEachRow(pointer, nameof(MatrixTile.StrideC), (row, v) =>
        {
            il.Emit(OpCodes.Ldloc, sums[0, row, v]);
            StoreVector(pointer, v);
        });
    }

    private void LoadStart()
    {
        LocalBuilder pointer = il.DeclareLocal(typeof(nint));
        Label zeros = il.DefineLabel();
        Label done = il.DefineLabel();
        LoadField(nameof(MatrixTile.Start));
        il.Emit(OpCodes.Stloc, pointer);
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Brfalse, zeros);
        LocalBuilder distance = il.DeclareLocal(typeof(nint));
        // The band's last tile is followed by the next band's first: NextStart, and BandStart where Left is 1.
        LoadField(nameof(MatrixTile.Left));
        il.Emit(OpCodes.Ldc_I4_2);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ldc_I4, 63);
        il.Emit(OpCodes.Shr);
        LoadField(nameof(MatrixTile.BandStart));
        il.Emit(OpCodes.And);
        LoadField(nameof(MatrixTile.NextStart));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, distance);
        ForEachRow(pointer, nameof(MatrixTile.StrideStart), (row, v) =>
        {
            LoadVector(pointer, v);
            il.Emit(OpCodes.Stloc, sums[0, row, v]);
            if (v % vector.PerPanel == 0) PrefetchNextStart(pointer, distance, v);
        });
        il.Emit(OpCodes.Br, done);
        il.MarkLabel(zeros);
        for (int row = 0; row < shape.Rows; row++)
        {
            for (int v = 0; v < vectors; v++) StoreZero(sums[0, row, v]);
        }
        il.MarkLabel(done);
    }

    /// <summary>Where the sums go may be in no cache yet; by the time they are done it is.</summary>
    private void PrefetchResult()
    {
        if (!Sse.IsSupported || shape.Rows <= 2 || shape.Kind != MatrixKernelKind.Product) return;
        LocalBuilder pointer = il.DeclareLocal(typeof(nint));
        LoadField(nameof(MatrixTile.C));
        il.Emit(OpCodes.Stloc, pointer);
        ForEachRow(pointer, nameof(MatrixTile.StrideC), (row, v) =>
        {
            if (v % vector.PerPanel != 0) return;
            il.Emit(OpCodes.Ldloc, pointer);
            AddConstant(v * vector.Bytes);
            il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch0))!);
        });
    }

    /// <summary>The sums wait for their start, so the next tile's is asked for a tile ahead.</summary>
    private void PrefetchNextStart(LocalBuilder pointer, LocalBuilder distance, int v)
    {
        if (!Sse.IsSupported) return;
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Ldloc, distance);
        il.Emit(OpCodes.Add);
        AddConstant(v * vector.Bytes);
        il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch0))!);
    }

    private void AddFirstRun(LocalBuilder[,] totals, int row, int v)
    {
        il.Emit(OpCodes.Ldloc, sums[0, row, v]);
        il.Emit(OpCodes.Call, vector.Add);
        il.Emit(OpCodes.Stloc, totals[row, v]);
    }

    /// <summary>Goes over the vectors of the tile with a pointer that moves from row to row.</summary>
    private void ForEachRow(LocalBuilder pointer, string strideField, Action<int, int> write)
    {
        for (int row = 0; row < shape.Rows; row++)
        {
            if (row > 0)
            {
                il.Emit(OpCodes.Ldloc, pointer);
                LoadField(strideField);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, pointer);
            }
            for (int v = 0; v < vectors; v++) write(row, v);
        }
    }

    private void LoadVector(LocalBuilder pointer, int v)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        AddConstant(v * vector.Bytes);
        il.Emit(OpCodes.Call, vector.Load);
    }

    private void StoreVector(LocalBuilder pointer, int v)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        AddConstant(v * vector.Bytes);
        il.Emit(OpCodes.Call, vector.Store);
    }

    private void StoreZero(LocalBuilder local)
    {
        il.Emit(OpCodes.Call, vector.Zero);
        il.Emit(OpCodes.Stloc, local);
    }

    private void LoadField(string name)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldfld, Field(name));
    }

    private static FieldInfo Field(string name) => typeof(MatrixTile).GetField(name)!;

    private void AddConstant(int value)
    {
        if (value == 0) return;
        il.Emit(OpCodes.Ldc_I4, value);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
    }
}
