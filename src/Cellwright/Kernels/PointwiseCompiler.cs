using System.Reflection;
using System.Reflection.Emit;

namespace Cellwright.Kernels;

/// <summary>Compiles lowered elementwise stages to machine code through IL.</summary>
internal static unsafe class PointwiseCompiler
{
    /// <summary>Compiles a stage.</summary>
    /// <param name="source">The lowered stage.</param>
    /// <param name="width">The true width of the rows.</param>
    /// <param name="strides">For each of <see cref="PointwiseSource.Rows"/>, the elements from row to row.</param>
    /// <param name="lanes">Elements per instruction: 16, 8 or 1.</param>
    public static PointwiseKernel Compile(PointwiseSource source, int width, IReadOnlyList<int> strides, int lanes)
    {
        DynamicMethod method = new(
            "Pointwise", typeof(void), [typeof(float**), typeof(float**), typeof(float*), typeof(nint)], typeof(PointwiseCompiler).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        LaneEmitter emitter = new(il, lanes);
        LocalBuilder[] rows = Pointers(il, argument: 0, source.Rows.Count);
        LocalBuilder[] once = Pointers(il, argument: 1, source.Once.Count);
        LocalBuilder position = il.DeclareLocal(typeof(nint));
        LocalBuilder remaining = il.DeclareLocal(typeof(nint));
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Stloc, remaining);
        Label nextRow = il.DefineLabel();
        Label nextBlock = il.DefineLabel();
        bool[] used = Used(source);
        LocalBuilder?[] values = new LocalBuilder?[source.Program.Instructions.Count];
        Preload(il, emitter, source, used, values, once, rows, perRow: false);

        il.MarkLabel(nextRow);
        Preload(il, emitter, source, used, values, once, rows, perRow: true);
        for (int i = 0; i < source.Reductions.Count; i++)
        {
            Partials(il, i);
            il.Emit(OpCodes.Ldc_R4, source.Reductions[i].Node.Operation == Graphs.Operation.Sum ? 0f : float.NegativeInfinity);
            il.Emit(OpCodes.Call, typeof(LaneReduction).GetMethod(nameof(LaneReduction.Begin))!);
        }

        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Stloc, position);
        il.MarkLabel(nextBlock);
        Body(il, emitter, source, used, values, once, rows, position);
        il.Emit(OpCodes.Ldloc, position);
        il.Emit(OpCodes.Ldc_I4, lanes * sizeof(float));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, position);
        // Scalar code stops at the true width; vectors run into the padding, which nobody reads.
        int padded = lanes == 1 ? width : (width + lanes - 1) / lanes * lanes;
        if (padded > lanes)
        {
            il.Emit(OpCodes.Ldloc, position);
            il.Emit(OpCodes.Ldc_I4, padded * sizeof(float));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Blt, nextBlock);
        }

        FinishReductions(il, source, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, rows[i]);
            il.Emit(OpCodes.Ldc_I4, strides[i] * sizeof(float));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, rows[i]);
        }

        il.Emit(OpCodes.Ldloc, remaining);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, remaining);
        il.Emit(OpCodes.Ldloc, remaining);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Bgt, nextRow);
        il.Emit(OpCodes.Ret);
        PointwiseKernel kernel = method.CreateDelegate<PointwiseKernel>();
        System.Runtime.CompilerServices.RuntimeHelpers.PrepareDelegate(kernel);
        return kernel;
    }

    private static LocalBuilder[] Pointers(ILGenerator il, int argument, int count)
    {
        LocalBuilder[] pointers = new LocalBuilder[count];
        for (int i = 0; i < count; i++)
        {
            pointers[i] = il.DeclareLocal(typeof(float*));
            il.Emit(OpCodes.Ldarg, (short)argument);
            il.Emit(OpCodes.Ldc_I4, i * sizeof(float*));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, pointers[i]);
        }

        return pointers;
    }

    private static bool[] Used(PointwiseSource source)
    {
        IReadOnlyList<LaneInstruction> instructions = source.Program.Instructions;
        bool[] used = new bool[instructions.Count];
        foreach (int root in source.Stores.Where(store => store.Value >= 0).Select(store => store.Value).Concat(source.Reductions.Select(each => each.Value)))
        {
            used[root] = true;
        }

        for (int i = instructions.Count - 1; i >= 0; i--)
        {
            if (used[i] && instructions[i].Operation > LaneOperation.LoadOnceSingle)
            {
                foreach (int operand in (ReadOnlySpan<int>)[instructions[i].A, instructions[i].B, instructions[i].C])
                {
                    if (operand >= 0)
                    {
                        used[operand] = true;
                    }
                }
            }
        }

        return used;
    }

    // What does not change along a row is read before it; what never changes, before all rows.
    private static void Preload(
        ILGenerator il, LaneEmitter emitter, PointwiseSource source, bool[] used, LocalBuilder?[] values, LocalBuilder[] once, LocalBuilder[] rows, bool perRow)
    {
        for (int i = 0; i < used.Length; i++)
        {
            LaneInstruction instruction = source.Program.Instructions[i];
            if (!used[i] || instruction.Operation != (perRow ? LaneOperation.LoadSingle : LaneOperation.LoadOnceSingle))
            {
                continue;
            }

            il.Emit(OpCodes.Ldloc, (perRow ? rows : once)[instruction.A]);
            il.Emit(OpCodes.Ldc_I4, instruction.Bits * sizeof(float));
            il.Emit(OpCodes.Add);
            emitter.LoadSingle();
            il.Emit(OpCodes.Stloc, values[i] = il.DeclareLocal(emitter.Value));
        }
    }

    private static void Body(
        ILGenerator il, LaneEmitter emitter, PointwiseSource source, bool[] used, LocalBuilder?[] values, LocalBuilder[] once, LocalBuilder[] rows, LocalBuilder position)
    {
        void Operand(int index)
        {
            if (index < 0)
            {
                return;
            }

            if (source.Program.Instructions[index].Operation == LaneOperation.Constant)
            {
                emitter.Constant(source.Program.Instructions[index].Bits);
            }
            else
            {
                il.Emit(OpCodes.Ldloc, values[index]!);
            }
        }

        for (int i = 0; i < used.Length; i++)
        {
            LaneInstruction instruction = source.Program.Instructions[i];
            if (!used[i] || instruction.Operation is LaneOperation.Constant or LaneOperation.LoadSingle or LaneOperation.LoadOnceSingle)
            {
                continue;
            }

            if (instruction.Operation is LaneOperation.Load or LaneOperation.LoadOnce)
            {
                LocalBuilder[] pointers = instruction.Operation == LaneOperation.Load ? rows : once;
                Address(il, pointers[instruction.A], position, instruction.Bits);
                emitter.Load();
            }
            else
            {
                Operand(instruction.A);
                Operand(instruction.B);
                Operand(instruction.C);
                emitter.Compute(instruction);
            }

            il.Emit(OpCodes.Stloc, values[i] = il.DeclareLocal(emitter.Value));
        }

        foreach (LaneStore store in source.Stores.Where(store => store.Value >= 0))
        {
            Address(il, rows[store.Row], position, store.Offset);
            Operand(store.Value);
            emitter.Store();
        }

        for (int i = 0; i < source.Reductions.Count; i++)
        {
            // The partial result at the position modulo 16.
            LocalBuilder address = il.DeclareLocal(typeof(float*));
            Partials(il, i);
            il.Emit(OpCodes.Ldloc, position);
            il.Emit(OpCodes.Ldc_I4, (LaneReduction.Partials * sizeof(float)) - 1);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.And);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, address);
            il.Emit(OpCodes.Ldloc, address);
            il.Emit(OpCodes.Ldloc, address);
            emitter.Load();
            Operand(source.Reductions[i].Value);
            bool isSum = source.Reductions[i].Node.Operation == Graphs.Operation.Sum;
            emitter.Compute(new LaneInstruction(isSum ? LaneOperation.Add : LaneOperation.Maximum));
            emitter.Store();
        }
    }

    private static void FinishReductions(ILGenerator il, PointwiseSource source, LocalBuilder[] rows)
    {
        for (int i = 0; i < source.Reductions.Count; i++)
        {
            LocalBuilder result = il.DeclareLocal(typeof(float));
            Partials(il, i);
            string method = source.Reductions[i].Node.Operation == Graphs.Operation.Sum ? nameof(LaneReduction.Sum) : nameof(LaneReduction.Largest);
            il.Emit(OpCodes.Call, typeof(LaneReduction).GetMethod(method, BindingFlags.Public | BindingFlags.Static)!);
            il.Emit(OpCodes.Stloc, result);
            foreach (LaneStore store in source.Stores.Where(store => store.Reduction == i))
            {
                il.Emit(OpCodes.Ldloc, rows[store.Row]);
                il.Emit(OpCodes.Ldc_I4, store.Offset * sizeof(float));
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Ldloc, result);
                il.Emit(OpCodes.Stind_R4);
            }
        }
    }

    private static void Address(ILGenerator il, LocalBuilder pointer, LocalBuilder position, int offset)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Ldloc, position);
        il.Emit(OpCodes.Add);
        if (offset != 0)
        {
            il.Emit(OpCodes.Ldc_I4, offset * sizeof(float));
            il.Emit(OpCodes.Add);
        }
    }

    private static void Partials(ILGenerator il, int index)
    {
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldc_I4, index * LaneReduction.Partials * sizeof(float));
        il.Emit(OpCodes.Add);
    }
}
