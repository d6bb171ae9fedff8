using System.Reflection.Emit;

namespace Cellwright.Kernels;

/// <summary>Compiles lowered elementwise stages to machine code through IL.</summary>
internal static unsafe class PointwiseCompiler
{
    // Beyond this, two vectors at once would come near the number of locals that the compiler keeps in registers.
    private const int LargestOfTwo = 300;

    /// <summary>Compiles a stage.</summary>
    /// <param name="source">The lowered stage.</param>
    /// <param name="width">The true width of the rows.</param>
    /// <param name="strides">For each of <see cref="PointwiseSource.Rows"/>, the elements from row to row.</param>
    /// <param name="lanes">Elements per instruction: 16, 8 or 1.</param>
    public static PointwiseKernel Compile(PointwiseSource source, int width, IReadOnlyList<int> strides, int lanes)
    {
        bool[] used = Used(source);
        // Vectors run into the padding, which nobody reads; scalar code stops at the true width.
        int blocks = (width + lanes - 1) / lanes;
        int computed = source.Program.Instructions.Where((instruction, i) => used[i] && LaneSchedule.IsComputed(instruction)).Count();
        int copies = lanes > 1 && blocks > 1 && computed <= LargestOfTwo ? 2 : 1;
        DynamicMethod method = new(
            "Pointwise",
            typeof(void),
            [typeof(PointwiseConstants), typeof(float**), typeof(float**), typeof(float*), typeof(nint)],
            typeof(PointwiseCompiler).Module,
            skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        LaneEmitter emitter = new(il, lanes);
        PointwiseConstants constants = new(lanes);
        LocalBuilder remaining = il.DeclareLocal(typeof(nint));
        PointwiseBody body = new(
            il, emitter, source, used, constants, Pointers(il, argument: 1, source.Rows.Count), strides, Pointers(il, argument: 2, source.Once.Count), remaining);
        il.Emit(OpCodes.Ldarg, (short)4);
        il.Emit(OpCodes.Stloc, remaining);
        Label nextRow = il.DefineLabel();
        body.Begin();

        il.MarkLabel(nextRow);
        body.BeginRow();
        int joint = blocks / copies * copies;
        body.Loop(copies, joint * lanes);
        if (joint < blocks)
        {
            body.Write(1);
        }

        body.FinishRow();
        il.Emit(OpCodes.Ldloc, remaining);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, remaining);
        il.Emit(OpCodes.Ldloc, remaining);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Bgt, nextRow);
        il.Emit(OpCodes.Ret);
        constants.Close();
        // A delegate that is closed over its first argument is called without a thunk that moves the others, and keeps it alive.
        PointwiseKernel kernel = method.CreateDelegate<PointwiseKernel>(constants);
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
}
