using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Cellwright.Kernels;

/// <summary>
/// Writes the code of products of one row, with every size a constant: some panels' sums in a local each from the first
/// term to the last, in the order of summation that <see cref="MatrixProduct"/> keeps, so with its bits.
/// </summary>
internal sealed class RowProductGenerator
{
    private const int Unroll = 4;
    // Distances are computed in 64 bits: a matrix may take more than the 2 GiB that 32 reach over.
    private const long PanelBytes = PackedMatrix.PanelColumns * sizeof(float);

    // As many multiply-adds are written out where there is no loop.
    private const int LongestStraight = 128;

    private readonly RowProductShape shape;
    private readonly MatrixVector vector;
    private readonly int mostSums;
    private readonly long rowBytes;
    private readonly DynamicMethod method;
    private readonly ILGenerator il;
    private readonly LocalBuilder[] matrices;
    private readonly LocalBuilder pointerA;
    private readonly LocalBuilder pointerB;
    private readonly LocalBuilder count;
    private readonly LocalBuilder column;
    private readonly LocalBuilder groups;
    private readonly LocalBuilder broadcast;
    private readonly LocalBuilder words;
    private readonly LocalBuilder mask;

    /// <summary>Begins a method.</summary>
    public RowProductGenerator(RowProductShape shape, VectorWidth width)
    {
        this.shape = shape;
        vector = MatrixVector.For(width);
        // Of 32 or 16 registers some hold operands.
        mostSums = width.Lanes == 16 ? 24 : 12;
        rowBytes = PackedMatrix.PanelColumns * (shape.IsNarrow ? sizeof(ushort) : sizeof(float));
        method = new DynamicMethod("RowProduct", typeof(void), [typeof(object), typeof(nint*)], typeof(RowProductGenerator).Module, skipVisibility: true);
        il = method.GetILGenerator();
        matrices = [.. shape.Terms.Select(_ => il.DeclareLocal(typeof(nint)))];
        pointerA = il.DeclareLocal(typeof(nint));
        pointerB = il.DeclareLocal(typeof(nint));
        count = il.DeclareLocal(typeof(nint));
        column = il.DeclareLocal(typeof(nint));
        groups = il.DeclareLocal(typeof(nint));
        broadcast = il.DeclareLocal(vector.Type);
        words = il.DeclareLocal(typeof(Vector256<uint>));
        mask = il.DeclareLocal(typeof(Vector256<uint>));
    }

    /// <summary>Compiles the kernel.</summary>
    public RowProductKernel Generate()
    {
        int argument = 2;
        for (int term = 0; term < matrices.Length; term++)
        {
            argument += shape.Terms[term].Counts.Count;
            Argument(argument++);
            AddConstant(shape.IsDescending ? (long)shape.Panels * shape.Terms[term].K * rowBytes : 0);
            il.Emit(OpCodes.Stloc, matrices[term]);
        }

        if (shape.IsNarrow)
        {
            il.Emit(OpCodes.Ldc_I4, unchecked((int)0xffff_0000));
            il.Emit(OpCodes.Call, Method(typeof(Vector256), nameof(Vector256.Create), typeof(uint)));
            il.Emit(OpCodes.Stloc, mask);
        }

        Constant(shape.IsDescending ? shape.Panels * PanelBytes : 0);
        il.Emit(OpCodes.Stloc, column);
        int runs = shape.Terms.Max(term => term.Runs);
        EvenSplit widths = new(shape.Panels, Math.Max(1, mostSums / vector.PerPanel / Math.Min(runs, 4)));
        (int Panels, int Times) larger = (widths.Smaller + 1, widths.LargerParts);
        (int Panels, int Times) smaller = (widths.Smaller, widths.Parts - widths.LargerParts);
        WriteGroups(shape.IsDescending ? smaller : larger);
        WriteGroups(shape.IsDescending ? larger : smaller);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<RowProductKernel>(this);
    }

    private void WriteGroups((int Panels, int Times) part)
    {
        (int panels, int times) = part;
        if (times == 0)
        {
            return;
        }

        Label next = il.DefineLabel();
        Constant(times);
        il.Emit(OpCodes.Stloc, groups);
        il.MarkLabel(next);
        if (shape.IsDescending)
        {
            Move(-panels);
            WriteGroup(panels);
        }
        else
        {
            WriteGroup(panels);
            Move(panels);
        }

        if (times > 1)
        {
            Advance(groups, -1);
            il.Emit(OpCodes.Ldloc, groups);
            Constant(0);
            il.Emit(OpCodes.Bgt, next);
        }
    }

    /// <summary>Goes some panels on, or back.</summary>
    private void Move(int panels)
    {
        for (int term = 0; term < matrices.Length; term++)
        {
            Advance(matrices[term], (long)panels * shape.Terms[term].K * rowBytes);
        }

        Advance(column, panels * PanelBytes);
    }

    private void WriteGroup(int panels)
    {
        LocalBuilder[] sums = Locals(panels);
        for (int v = 0; v < sums.Length; v++)
        {
            if (shape.HasStart)
            {
                Argument(0);
                Column(v);
                il.Emit(OpCodes.Call, vector.Load);
            }
            else
            {
                il.Emit(OpCodes.Call, vector.Zero);
            }

            il.Emit(OpCodes.Stloc, sums[v]);
        }

        int argument = 2;
        for (int term = 0; term < matrices.Length; term++)
        {
            RowProductTerm each = shape.Terms[term];
            long panelBytes = each.K * rowBytes;
            if (each.Runs == 1)
            {
                int k = 0;
                foreach (int operand in each.Counts)
                {
                    Begin(argument++, 0, term, k);
                    WriteSums([sums], operand, 0, panelBytes);
                    k += operand;
                }
            }
            else
            {
                WriteRuns(sums, argument++, term, panelBytes);
            }

            argument++;
        }

        for (int v = 0; v < sums.Length; v++)
        {
            il.Emit(OpCodes.Ldloc, sums[v]);
            Argument(1);
            Column(v);
            il.Emit(OpCodes.Call, vector.Store);
        }
    }

    /// <summary>Runs summed from zero, as many at once as there are registers for, and added in order.</summary>
    private void WriteRuns(LocalBuilder[] sums, int argument, int term, long panelBytes)
    {
        RowProductTerm each = shape.Terms[term];
        int length = each.K / each.Runs;
        EvenSplit together = new(each.Runs, Math.Clamp(mostSums / sums.Length, 1, each.Runs));
        for (int part = 0; part < together.Parts; part++)
        {
            LocalBuilder[][] runs = [.. Enumerable.Range(0, together.Size(part)).Select(_ => Locals(sums.Length / vector.PerPanel))];
            foreach (LocalBuilder sum in runs.SelectMany(run => run))
            {
                il.Emit(OpCodes.Call, vector.Zero);
                il.Emit(OpCodes.Stloc, sum);
            }

            int first = together.Begin(part) * length;
            Begin(argument, first, term, first);
            WriteSums(runs, length, length, panelBytes);
            if (part == together.Parts - 1 && each.K % each.Runs > 0)
            {
                first = each.Runs * length;
                Begin(argument, first, term, first);
                WriteSums([runs[^1]], each.K % each.Runs, 0, panelBytes);
            }

            foreach (LocalBuilder[] run in runs)
            {
                for (int v = 0; v < sums.Length; v++)
                {
                    il.Emit(OpCodes.Ldloc, sums[v]);
                    il.Emit(OpCodes.Ldloc, run[v]);
                    il.Emit(OpCodes.Call, vector.Add);
                    il.Emit(OpCodes.Stloc, sums[v]);
                }
            }
        }
    }

    /// <summary>Goes to an element of an operand and a row of a matrix.</summary>
    private void Begin(int argument, int element, int term, int k)
    {
        Argument(argument);
        AddConstant((long)element * sizeof(float));
        il.Emit(OpCodes.Stloc, pointerA);
        il.Emit(OpCodes.Ldloc, matrices[term]);
        AddConstant(k * rowBytes);
        il.Emit(OpCodes.Stloc, pointerB);
    }

    /// <summary>Some k of runs that lie <paramref name="apart"/> from one another.</summary>
    private void WriteSums(LocalBuilder[][] runs, int k, int apart, long panelBytes)
    {
        int perStep = runs.Length * runs[0].Length;
        int turns = k * perStep <= LongestStraight ? 0 : k / Unroll;
        if (turns > 0)
        {
            Label next = il.DefineLabel();
            Constant(turns);
            il.Emit(OpCodes.Stloc, count);
            il.MarkLabel(next);
            for (int step = 0; step < Unroll; step++)
            {
                WriteStep(runs, step, apart, panelBytes);
            }

            Advance(pointerA, Unroll * sizeof(float));
            Advance(pointerB, Unroll * rowBytes);
            Advance(count, -1);
            il.Emit(OpCodes.Ldloc, count);
            Constant(0);
            il.Emit(OpCodes.Bgt, next);
        }

        for (int step = 0; step < k - (turns * Unroll); step++)
        {
            WriteStep(runs, step, apart, panelBytes);
        }
    }

    private void WriteStep(LocalBuilder[][] runs, int step, int apart, long panelBytes)
    {
        for (int run = 0; run < runs.Length; run++)
        {
            il.Emit(OpCodes.Ldloc, pointerA);
            AddConstant((step + ((long)run * apart)) * sizeof(float));
            il.Emit(OpCodes.Ldind_R4);
            il.Emit(OpCodes.Call, vector.Broadcast);
            il.Emit(OpCodes.Stloc, broadcast);
            for (int panel = 0; panel < runs[run].Length / vector.PerPanel; panel++)
            {
                WritePanel(runs[run].AsSpan(panel * vector.PerPanel, vector.PerPanel), (panel * panelBytes) + ((step + ((long)run * apart)) * rowBytes));
            }
        }
    }

    private void WritePanel(ReadOnlySpan<LocalBuilder> sums, long offset)
    {
        if (shape.IsNarrow)
        {
            il.Emit(OpCodes.Ldloc, pointerB);
            AddConstant(offset);
            il.Emit(OpCodes.Call, Method(typeof(Vector256), nameof(Vector256.Load), typeof(uint*)));
            il.Emit(OpCodes.Stloc, words);
        }

        for (int v = 0; v < sums.Length; v++)
        {
            il.Emit(OpCodes.Ldloc, broadcast);
            if (!shape.IsNarrow)
            {
                il.Emit(OpCodes.Ldloc, pointerB);
                AddConstant(offset + (v * vector.Bytes));
                il.Emit(OpCodes.Call, vector.Load);
            }
            else if (sums.Length == 2)
            {
                Widen(isUpper: v == 1);
            }
            else
            {
                Widen(isUpper: false);
                Widen(isUpper: true);
                il.Emit(OpCodes.Call, typeof(Vector512).GetMethod(nameof(Vector512.Create), [typeof(Vector256<float>), typeof(Vector256<float>)])!);
            }

            il.Emit(OpCodes.Ldloc, sums[v]);
            il.Emit(OpCodes.Call, vector.MultiplyAdd);
            il.Emit(OpCodes.Stloc, sums[v]);
        }
    }

    /// <summary>Eight of a row's numbers as floats.</summary>
    private void Widen(bool isUpper)
    {
        il.Emit(OpCodes.Ldloc, words);
        if (isUpper)
        {
            il.Emit(OpCodes.Ldloc, mask);
            il.Emit(OpCodes.Call, Method(typeof(Vector256), nameof(Vector256.BitwiseAnd), typeof(Vector256<uint>), typeof(Vector256<uint>)));
        }
        else
        {
            il.Emit(OpCodes.Ldc_I4, 16);
            il.Emit(OpCodes.Call, Method(typeof(Vector256), nameof(Vector256.ShiftLeft), typeof(Vector256<uint>), typeof(int)));
        }

        il.Emit(OpCodes.Call, typeof(Vector256).GetMethod(nameof(Vector256.AsSingle))!.MakeGenericMethod(typeof(uint)));
    }

    private LocalBuilder[] Locals(int panels) => [.. Enumerable.Range(0, panels * vector.PerPanel).Select(_ => il.DeclareLocal(vector.Type))];

    /// <summary>An overload that takes and gives unsigned integers.</summary>
    private static MethodInfo Method(Type type, string name, params Type[] parameters)
    {
        foreach (MethodInfo candidate in type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(candidate => candidate.Name == name))
        {
            MethodInfo method = candidate.IsGenericMethodDefinition && candidate.GetGenericArguments().Length == 1 ? candidate.MakeGenericMethod(typeof(uint)) : candidate;
            if (method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters))
            {
                return method;
            }
        }

        throw new MissingMethodException(type.Name, name);
    }

    private void Argument(int index)
    {
        il.Emit(OpCodes.Ldarg_1);
        AddConstant(index * sizeof(long));
        il.Emit(OpCodes.Ldind_I);
    }

    /// <summary>Adds the place of a group's vector to the address of a row.</summary>
    private void Column(int v)
    {
        il.Emit(OpCodes.Ldloc, column);
        il.Emit(OpCodes.Add);
        AddConstant(v * vector.Bytes);
    }

    private void Advance(LocalBuilder local, long by)
    {
        il.Emit(OpCodes.Ldloc, local);
        AddConstant(by);
        il.Emit(OpCodes.Stloc, local);
    }

    private void AddConstant(long value)
    {
        if (value != 0)
        {
            Constant(value);
            il.Emit(OpCodes.Add);
        }
    }

    private void Constant(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            il.Emit(OpCodes.Ldc_I4, (int)value);
        }
        else
        {
            il.Emit(OpCodes.Ldc_I8, value);
        }

        il.Emit(OpCodes.Conv_I);
    }
}
