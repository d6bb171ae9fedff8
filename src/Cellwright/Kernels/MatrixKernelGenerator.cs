using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>
/// Writes the code of one matrix kernel: a tile's sums in one local each, every k fully unrolled, fused multiply-adds
/// in the order of k. What it writes is the same at both vector widths but for the vector type.
/// </summary>
internal sealed class MatrixKernelGenerator
{
    private const int PanelBytes = PackedMatrix.PanelColumns * sizeof(float);

    private readonly MatrixKernelShape _shape;
    private readonly VectorMethods _vector;
    private readonly int _vectors;
    private readonly int _chains;
    private readonly ILGenerator _il;
    private readonly DynamicMethod _method;
    private readonly LocalBuilder[,,] _sums;
    private readonly Addresses[] _a;
    private readonly Addresses[] _b;
    private readonly LocalBuilder _strideA;
    private readonly LocalBuilder _strideB;
    private readonly LocalBuilder _count;
    private readonly LocalBuilder[] _broadcasts;
    private readonly LocalBuilder[] _loaded;

    private MatrixKernelGenerator(MatrixKernelShape shape, VectorWidth width)
    {
        _shape = shape;
        _vector = VectorMethods.For(width);
        _vectors = shape.Panels * _vector.PerPanel;
        _chains = Math.Max(1, shape.Runs);
        _method = new DynamicMethod(
            $"Matrix{shape.Kind}{shape.Rows}x{shape.Panels}x{shape.Runs}w{width.Lanes}",
            typeof(void),
            [typeof(object), typeof(MatrixTile*)],
            typeof(MatrixKernelGenerator).Module,
            skipVisibility: true);
        _il = _method.GetILGenerator();
        _sums = new LocalBuilder[_chains, shape.Rows, _vectors];
        _strideA = _il.DeclareLocal(typeof(nint));
        _strideB = _il.DeclareLocal(typeof(nint));
        _count = _il.DeclareLocal(typeof(nint));
        _broadcasts = [.. Enumerable.Range(0, shape.Rows).Select(_ => _il.DeclareLocal(_vector.Type))];
        _loaded = [.. Enumerable.Range(0, _vectors).Select(_ => _il.DeclareLocal(_vector.Type))];
        _a = new Addresses[_chains];
        _b = new Addresses[_chains];
    }

    /// <summary>Compiles the kernel of the given shape for vectors of the given width (8 or 16).</summary>
    public static MatrixKernel Generate(MatrixKernelShape shape, VectorWidth width)
    {
        MatrixKernelGenerator generator = new(shape, width);
        generator.Write();
        // A delegate that is closed over its first argument is called without a thunk that moves the others.
        return generator._method.CreateDelegate<MatrixKernel>(generator._vector);
    }

    private void Write()
    {
        Label nextTile = _il.DefineLabel();
        _il.MarkLabel(nextTile);
        LoadField(nameof(MatrixTile.StrideA));
        _il.Emit(OpCodes.Stloc, _strideA);
        if (_shape.Kind == MatrixKernelKind.Gradient)
        {
            LoadField(nameof(MatrixTile.StrideB));
            _il.Emit(OpCodes.Stloc, _strideB);
        }
        WriteAddresses();
        WriteInitialSums();

        LoadField(nameof(MatrixTile.Count));
        _il.Emit(OpCodes.Stloc, _count);
        int unroll = _shape.Kind == MatrixKernelKind.Gradient ? 2 : 4;
        WriteLoop(unroll, 0);
        WriteLoop(1, 0);
        if (_shape.Runs > 0)
        {
            LoadField(nameof(MatrixTile.Tail));
            _il.Emit(OpCodes.Stloc, _count);
            WriteLoop(1, _chains - 1);
        }
        WriteResults();

        Advance(nameof(MatrixTile.A), nameof(MatrixTile.NextA));
        Advance(nameof(MatrixTile.B), nameof(MatrixTile.NextB));
        Advance(nameof(MatrixTile.Start), nameof(MatrixTile.NextStart));
        Advance(nameof(MatrixTile.C), nameof(MatrixTile.NextC));
        _il.Emit(OpCodes.Ldarg_1);
        LoadField(nameof(MatrixTile.Tiles));
        Constant(1);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stfld, Field(nameof(MatrixTile.Tiles)));
        LoadField(nameof(MatrixTile.Tiles));
        Constant(0);
        _il.Emit(OpCodes.Bgt, nextTile);
        _il.Emit(OpCodes.Ret);
    }

    private void Advance(string field, string distance)
    {
        _il.Emit(OpCodes.Ldarg_1);
        LoadField(field);
        LoadField(distance);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stfld, Field(field));
    }

    private void WriteAddresses()
    {
        LocalBuilder? runA = null;
        LocalBuilder? runB = null;
        if (_chains > 1)
        {
            runA = _il.DeclareLocal(typeof(nint));
            runB = _il.DeclareLocal(typeof(nint));
            LoadField(nameof(MatrixTile.Count));
            Constant(sizeof(float));
            _il.Emit(OpCodes.Mul);
            _il.Emit(OpCodes.Stloc, runA);
            LoadField(nameof(MatrixTile.Count));
            Constant(PanelBytes);
            _il.Emit(OpCodes.Mul);
            _il.Emit(OpCodes.Stloc, runB);
        }
        LocalBuilder panelStride = _il.DeclareLocal(typeof(nint));
        LoadField(nameof(MatrixTile.PanelStride));
        _il.Emit(OpCodes.Stloc, panelStride);
        int rowBases = _shape.Kind == MatrixKernelKind.Gradient ? 1 : _shape.Rows;
        for (int run = 0; run < _chains; run++)
        {
            _a[run] = new Addresses(_il, rowBases, _strideA);
            LoadField(nameof(MatrixTile.A));
            AddMultiple(runA, run);
            _a[run].Start();
            _b[run] = new Addresses(_il, _shape.Panels, panelStride);
            LoadField(nameof(MatrixTile.B));
            AddMultiple(runB, run);
            _b[run].Start();
        }
    }

    private void WriteInitialSums()
    {
        for (int run = 0; run < _chains; run++)
        {
            for (int row = 0; row < _shape.Rows; row++)
            {
                for (int v = 0; v < _vectors; v++)
                {
                    _sums[run, row, v] = _il.DeclareLocal(_vector.Type);
                    if (_shape.Runs > 0) StoreZero(_sums[run, row, v]);
                }
            }
        }
        if (_shape.Runs == 0) WriteLoadStart(0);
    }

    /// <summary>Sets the sums of one run to the tile's start.</summary>
    private void WriteLoadStart(int run)
    {
        LocalBuilder pointer = _il.DeclareLocal(typeof(nint));
        Label zeros = _il.DefineLabel();
        Label done = _il.DefineLabel();
        LoadField(nameof(MatrixTile.Start));
        _il.Emit(OpCodes.Stloc, pointer);
        _il.Emit(OpCodes.Ldloc, pointer);
        _il.Emit(OpCodes.Brfalse, zeros);
        ForEachRow(pointer, nameof(MatrixTile.StrideStart), (row, v) =>
        {
            LoadVector(pointer, v);
            _il.Emit(OpCodes.Stloc, _sums[run, row, v]);
            if (v % _vector.PerPanel == 0) PrefetchNextStart(pointer, v);
        });
        _il.Emit(OpCodes.Br, done);
        _il.MarkLabel(zeros);
        for (int row = 0; row < _shape.Rows; row++)
        {
            for (int v = 0; v < _vectors; v++) StoreZero(_sums[run, row, v]);
        }
        _il.MarkLabel(done);
    }

    /// <summary>The sums wait for their start, so the next tile's is asked for a tile ahead.</summary>
    private void PrefetchNextStart(LocalBuilder pointer, int v)
    {
        if (!Sse.IsSupported) return;
        _il.Emit(OpCodes.Ldloc, pointer);
        LoadField(nameof(MatrixTile.NextStart));
        _il.Emit(OpCodes.Add);
        AddConstant(v * _vector.Bytes);
        _il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch0))!);
    }

    private void WriteLoop(int unroll, int firstRun)
    {
        Label top = _il.DefineLabel();
        Label end = _il.DefineLabel();
        _il.Emit(OpCodes.Ldloc, _count);
        Constant(unroll);
        _il.Emit(OpCodes.Blt, end);
        _il.MarkLabel(top);
        for (int step = 0; step < unroll; step++)
        {
            for (int run = firstRun; run < _chains; run++) WriteStep(run, step);
            if (_shape.Kind == MatrixKernelKind.Gradient)
            {
                _a[0].Advance(_strideA);
                _b[0].Advance(_strideB);
            }
        }
        if (_shape.Kind == MatrixKernelKind.Product)
        {
            for (int run = firstRun; run < _chains; run++)
            {
                _a[run].Advance(unroll * sizeof(float));
                _b[run].Advance(unroll * PanelBytes);
            }
        }
        _il.Emit(OpCodes.Ldloc, _count);
        Constant(unroll);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, _count);
        _il.Emit(OpCodes.Ldloc, _count);
        Constant(unroll);
        _il.Emit(OpCodes.Bge, top);
        _il.MarkLabel(end);
    }

    /// <summary>One k of one run: every sum of the tile takes one multiply-add.</summary>
    private void WriteStep(int run, int step)
    {
        if (_shape.Rows == 1)
        {
            LoadBroadcast(run, 0, step);
            _il.Emit(OpCodes.Stloc, _broadcasts[0]);
            for (int v = 0; v < _vectors; v++)
            {
                _il.Emit(OpCodes.Ldloc, _broadcasts[0]);
                LoadB(run, v, step);
                MultiplyAdd(_sums[run, 0, v]);
            }
        }
        else if (_shape.Rows < _vectors)
        {
            // Whatever there are fewer of stays in registers.
            for (int row = 0; row < _shape.Rows; row++)
            {
                LoadBroadcast(run, row, step);
                _il.Emit(OpCodes.Stloc, _broadcasts[row]);
            }
            for (int v = 0; v < _vectors; v++)
            {
                LoadB(run, v, step);
                _il.Emit(OpCodes.Stloc, _loaded[v]);
                for (int row = 0; row < _shape.Rows; row++)
                {
                    _il.Emit(OpCodes.Ldloc, _broadcasts[row]);
                    _il.Emit(OpCodes.Ldloc, _loaded[v]);
                    MultiplyAdd(_sums[run, row, v]);
                }
            }
        }
        else
        {
            for (int v = 0; v < _vectors; v++)
            {
                LoadB(run, v, step);
                _il.Emit(OpCodes.Stloc, _loaded[v]);
            }
            for (int row = 0; row < _shape.Rows; row++)
            {
                LoadBroadcast(run, row, step);
                _il.Emit(OpCodes.Stloc, _broadcasts[row]);
                for (int v = 0; v < _vectors; v++)
                {
                    _il.Emit(OpCodes.Ldloc, _broadcasts[row]);
                    _il.Emit(OpCodes.Ldloc, _loaded[v]);
                    MultiplyAdd(_sums[run, row, v]);
                }
            }
        }
    }

    private void WriteResults()
    {
        LocalBuilder pointer = _il.DeclareLocal(typeof(nint));
        if (_shape.Runs > 0)
        {
            // The runs' own sums are kept; the totals start in the locals of the broadcasts and vectors' successors.
            LocalBuilder[,] totals = new LocalBuilder[_shape.Rows, _vectors];
            LocalBuilder zero = _il.DeclareLocal(_vector.Type);
            StoreZero(zero);
            Label noStart = _il.DefineLabel();
            Label add = _il.DefineLabel();
            for (int row = 0; row < _shape.Rows; row++)
            {
                for (int v = 0; v < _vectors; v++) totals[row, v] = _il.DeclareLocal(_vector.Type);
            }
            LoadField(nameof(MatrixTile.Start));
            _il.Emit(OpCodes.Stloc, pointer);
            _il.Emit(OpCodes.Ldloc, pointer);
            _il.Emit(OpCodes.Brfalse, noStart);
            ForEachRow(pointer, nameof(MatrixTile.StrideStart), (row, v) =>
            {
                LoadVector(pointer, v);
                AddFirstRun(totals, row, v);
            });
            _il.Emit(OpCodes.Br, add);
            _il.MarkLabel(noStart);
            for (int row = 0; row < _shape.Rows; row++)
            {
                for (int v = 0; v < _vectors; v++)
                {
                    // Not a plain copy: 0 + −0 is 0.
                    _il.Emit(OpCodes.Ldloc, zero);
                    AddFirstRun(totals, row, v);
                }
            }
            _il.MarkLabel(add);
            LoadField(nameof(MatrixTile.C));
            _il.Emit(OpCodes.Stloc, pointer);
            ForEachRow(pointer, nameof(MatrixTile.StrideC), (row, v) =>
            {
                _il.Emit(OpCodes.Ldloc, totals[row, v]);
                for (int run = 1; run < _chains; run++)
                {
                    _il.Emit(OpCodes.Ldloc, _sums[run, row, v]);
                    _il.Emit(OpCodes.Call, _vector.Add);
                }
                StoreVector(pointer, v);
            });
            return;
        }
        LoadField(nameof(MatrixTile.C));
        _il.Emit(OpCodes.Stloc, pointer);
        ForEachRow(pointer, nameof(MatrixTile.StrideC), (row, v) =>
        {
            _il.Emit(OpCodes.Ldloc, _sums[0, row, v]);
            StoreVector(pointer, v);
        });
    }

    private void AddFirstRun(LocalBuilder[,] totals, int row, int v)
    {
        _il.Emit(OpCodes.Ldloc, _sums[0, row, v]);
        _il.Emit(OpCodes.Call, _vector.Add);
        _il.Emit(OpCodes.Stloc, totals[row, v]);
    }

    /// <summary>Goes over the vectors of the tile with a pointer that moves from row to row.</summary>
    private void ForEachRow(LocalBuilder pointer, string strideField, Action<int, int> write)
    {
        for (int row = 0; row < _shape.Rows; row++)
        {
            if (row > 0)
            {
                _il.Emit(OpCodes.Ldloc, pointer);
                LoadField(strideField);
                _il.Emit(OpCodes.Add);
                _il.Emit(OpCodes.Stloc, pointer);
            }
            for (int v = 0; v < _vectors; v++) write(row, v);
        }
    }

    private void MultiplyAdd(LocalBuilder sum)
    {
        _il.Emit(OpCodes.Ldloc, sum);
        _il.Emit(OpCodes.Call, _vector.MultiplyAdd);
        _il.Emit(OpCodes.Stloc, sum);
    }

    private void LoadBroadcast(int run, int row, int step)
    {
        if (_shape.Kind == MatrixKernelKind.Product) _a[run].Load(row, step * sizeof(float));
        else _a[run].Load(0, row * sizeof(float));
        _il.Emit(OpCodes.Ldind_R4);
        _il.Emit(OpCodes.Call, _vector.Broadcast);
    }

    private void LoadB(int run, int v, int step)
    {
        int offset = v % _vector.PerPanel * _vector.Bytes;
        if (_shape.Kind == MatrixKernelKind.Product) offset += step * PanelBytes;
        _b[run].Load(v / _vector.PerPanel, offset);
        _il.Emit(OpCodes.Call, _vector.Load);
    }

    private void LoadVector(LocalBuilder pointer, int v)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        AddConstant(v * _vector.Bytes);
        _il.Emit(OpCodes.Call, _vector.Load);
    }

    private void StoreVector(LocalBuilder pointer, int v)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        AddConstant(v * _vector.Bytes);
        _il.Emit(OpCodes.Call, _vector.Store);
    }

    private void StoreZero(LocalBuilder local)
    {
        _il.Emit(OpCodes.Call, _vector.Zero);
        _il.Emit(OpCodes.Stloc, local);
    }

    private void LoadField(string name)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldfld, Field(name));
    }

    private static FieldInfo Field(string name) => typeof(MatrixTile).GetField(name)!;

    private void AddMultiple(LocalBuilder? stride, int times)
    {
        if (stride is null || times == 0) return;
        _il.Emit(OpCodes.Ldloc, stride);
        Constant(times);
        _il.Emit(OpCodes.Mul);
        _il.Emit(OpCodes.Add);
    }

    private void AddConstant(int value)
    {
        if (value == 0) return;
        Constant(value);
        _il.Emit(OpCodes.Add);
    }

    private void Constant(int value)
    {
        _il.Emit(OpCodes.Ldc_I4, value);
        _il.Emit(OpCodes.Conv_I);
    }

    /// <summary>
    /// Addresses a fixed stride apart. One register for three of them, and the stride: the processor's address modes
    /// add the stride once or twice by themselves.
    /// </summary>
    private sealed class Addresses
    {
        private const int PerBase = 3;

        private readonly ILGenerator _il;
        private readonly LocalBuilder _stride;
        private readonly LocalBuilder[] _bases;

        public Addresses(ILGenerator il, int count, LocalBuilder stride)
        {
            _il = il;
            _stride = stride;
            _bases = new LocalBuilder[(count + PerBase - 1) / PerBase];
            for (int i = 0; i < _bases.Length; i++) _bases[i] = il.DeclareLocal(typeof(nint));
        }

        /// <summary>Takes the first address from the stack.</summary>
        public void Start()
        {
            _il.Emit(OpCodes.Stloc, _bases[0]);
            for (int i = 1; i < _bases.Length; i++)
            {
                _il.Emit(OpCodes.Ldloc, _bases[i - 1]);
                _il.Emit(OpCodes.Ldloc, _stride);
                _il.Emit(OpCodes.Ldc_I4, PerBase);
                _il.Emit(OpCodes.Conv_I);
                _il.Emit(OpCodes.Mul);
                _il.Emit(OpCodes.Add);
                _il.Emit(OpCodes.Stloc, _bases[i]);
            }
        }

        /// <summary>Puts an address on the stack.</summary>
        public void Load(int index, int offset)
        {
            _il.Emit(OpCodes.Ldloc, _bases[index / PerBase]);
            int times = index % PerBase;
            if (times > 0)
            {
                _il.Emit(OpCodes.Ldloc, _stride);
                if (times > 1)
                {
                    _il.Emit(OpCodes.Ldc_I4_1);
                    _il.Emit(OpCodes.Shl);
                }
                _il.Emit(OpCodes.Add);
            }
            if (offset == 0) return;
            _il.Emit(OpCodes.Ldc_I4, offset);
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Add);
        }

        public void Advance(int bytes) => Advance(() =>
        {
            _il.Emit(OpCodes.Ldc_I4, bytes);
            _il.Emit(OpCodes.Conv_I);
        });

        public void Advance(LocalBuilder bytes) => Advance(() => _il.Emit(OpCodes.Ldloc, bytes));

        private void Advance(Action amount)
        {
            foreach (LocalBuilder pointer in _bases)
            {
                _il.Emit(OpCodes.Ldloc, pointer);
                amount();
                _il.Emit(OpCodes.Add);
                _il.Emit(OpCodes.Stloc, pointer);
            }
        }
    }

    /// <summary>The vector type of a width and the framework's operations on it.</summary>
    private sealed record VectorMethods(Type Type, int Lanes, MethodInfo Load, MethodInfo Store, MethodInfo Broadcast, MethodInfo MultiplyAdd, MethodInfo Add, MethodInfo Zero)
    {
        public int Bytes => Lanes * sizeof(float);

        public int PerPanel => PackedMatrix.PanelColumns / Lanes;

        public static VectorMethods For(VectorWidth width) => width.Lanes switch
        {
            8 => Find(typeof(Vector256), typeof(Vector256<float>), 8),
            16 => Find(typeof(Vector512), typeof(Vector512<float>), 16),
            _ => throw new ArgumentOutOfRangeException(nameof(width), width, "Kernels are generated for vectors of 8 or 16 floats."),
        };

        private static VectorMethods Find(Type operations, Type vector, int lanes) => new(
            vector,
            lanes,
            Generic(operations, nameof(Vector256.Load)),
            Generic(operations, nameof(Vector256.Store)),
            operations.GetMethod(nameof(Vector256.Create), [typeof(float)])!,
            operations.GetMethod(nameof(Vector256.FusedMultiplyAdd), [vector, vector, vector])!,
            vector.GetMethod("op_Addition", [vector, vector])!,
            vector.GetProperty(nameof(Vector256<>.Zero))!.GetMethod!);

        private static MethodInfo Generic(Type operations, string name) =>
            operations.GetMethods().Single(m => m.Name == name && m.IsGenericMethodDefinition).MakeGenericMethod(typeof(float));
    }
}
