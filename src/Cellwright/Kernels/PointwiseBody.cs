using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;
using Cellwright.Programs;

namespace Cellwright.Kernels;

/// <summary>Writes what an elementwise kernel does to one row, as IL.</summary>
internal sealed class PointwiseBody(
    ILGenerator il, LaneEmitter emitter, PointwiseSource source, bool[] used, PointwiseConstants constants, LocalBuilder[] rows, IReadOnlyList<int> strides, LocalBuilder[] once, LocalBuilder remaining)
{
    private readonly IReadOnlyList<LaneInstruction> instructions = source.Program.Instructions;
    private readonly LocalBuilder?[] singles = new LocalBuilder?[source.Program.Instructions.Count];
    private readonly LocalBuilder position = il.DeclareLocal(typeof(nint));
    private readonly LocalBuilder literals = il.DeclareLocal(typeof(float*));
    private readonly Dictionary<int, LocalBuilder> common = [];

    /// <summary>Reads what never changes.</summary>
    public void Begin()
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(PointwiseConstants).GetField(nameof(PointwiseConstants.Pointer))!);
        il.Emit(OpCodes.Stloc, literals);
        LoadSingles(LaneOperation.LoadOnceSingle, once);
        foreach (int bits in Frequent(emitter.Literals))
        {
            LoadLiteral(bits);
            il.Emit(OpCodes.Stloc, common[bits] = il.DeclareLocal(emitter.Value));
        }
    }

    /// <summary>Reads what does not change along a row, and goes to its beginning.</summary>
    public void BeginRow()
    {
        LoadSingles(LaneOperation.LoadSingle, rows);
        for (int i = 0; i < source.Reductions.Count; i++)
        {
            Partials(i);
            il.Emit(OpCodes.Ldc_R4, source.Reductions[i].Node.Operation == Graphs.Operation.Sum ? 0f : float.NegativeInfinity);
            il.Emit(OpCodes.Call, typeof(LaneReduction).GetMethod(nameof(LaneReduction.Begin))!);
        }

        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Stloc, position);
    }

    /// <summary>Does some vectors side by side at a time, up to an element.</summary>
    public void Loop(int copies, int end)
    {
        Label next = il.DefineLabel();
        il.MarkLabel(next);
        PrefetchNextRow();
        Write(copies);
        il.Emit(OpCodes.Ldloc, position);
        il.Emit(OpCodes.Ldc_I4, copies * emitter.Lanes * sizeof(float));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, position);
        if (end > copies * emitter.Lanes)
        {
            il.Emit(OpCodes.Ldloc, position);
            il.Emit(OpCodes.Ldc_I4, end * sizeof(float));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Blt, next);
        }
    }

    /// <summary>
    /// Asks for what the next row reads and writes at this position of what is kept for all steps: it lies in far caches
    /// or in memory, and the processor's own looking ahead begins anew with every row of each value.
    /// </summary>
    private void PrefetchNextRow()
    {
        (int Row, int Offset)[] kept =
        [
            .. Enumerable.Range(0, instructions.Count).Where(i => used[i] && instructions[i].Operation == LaneOperation.Load).Select(i => (instructions[i].A, instructions[i].Bits))
                .Concat(source.Stores.Where(store => store.Value >= 0).Select(store => (store.Row, store.Offset)))
                .Where(each => source.Rows[each.Item1].Buffer.Storage is Storage.Steps or Storage.States).Distinct(),
        ];
        if (emitter.Lanes == 1 || !Sse.IsSupported || kept.Length == 0)
        {
            return;
        }

        Label isLast = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, remaining);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ble, isLast);
        foreach ((int row, int offset) in kept)
        {
            Address(rows[row], offset + strides[row], copy: 0);
            il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch0))!);
        }

        il.MarkLabel(isLast);
    }

    /// <summary>Does some vectors side by side.</summary>
    public void Write(int copies)
    {
        LocalBuilder?[,] values = new LocalBuilder?[copies, instructions.Count];
        List<(LaneStore Store, int Copy)> stores = [.. Enumerable.Range(0, copies).SelectMany(copy => source.Stores.Where(store => store.Value >= 0).Select(store => (store, copy)))];
        foreach ((int i, int copy) in LaneSchedule.Order(instructions, used, copies, emitter.Registers))
        {
            foreach (int operand in (ReadOnlySpan<int>)[instructions[i].A, instructions[i].B, instructions[i].C])
            {
                if (operand >= 0)
                {
                    Operand(operand, copy, values);
                }
            }

            emitter.Compute(instructions[i]);
            il.Emit(OpCodes.Stloc, values[copy, i] = il.DeclareLocal(emitter.Value));
            // At once, which frees registers; but not over what is still to be read.
            stores.RemoveAll(each =>
            {
                bool isReady = values[each.Copy, each.Store.Value] is not null && IsRead(each.Store, each.Copy, values);
                if (isReady)
                {
                    Store(each.Store, each.Copy, values);
                }

                return isReady;
            });
        }

        // What is only copied, or copied over.
        foreach ((int value, int copy) in stores.Select(each => (each.Store.Value, each.Copy))
            .Concat(Enumerable.Range(0, copies).SelectMany(copy => source.Reductions.Select(reduction => (reduction.Value, copy)))).Distinct())
        {
            if (!LaneSchedule.IsComputed(instructions[value]))
            {
                Operand(value, copy, values);
                il.Emit(OpCodes.Stloc, values[copy, value] = il.DeclareLocal(emitter.Value));
            }
        }

        stores.ForEach(each => Store(each.Store, each.Copy, values));
        for (int copy = 0; copy < copies; copy++)
        {
            AddToReductions(copy, values);
        }
    }

    /// <summary>Completes sums over the row and goes to the next one.</summary>
    public void FinishRow()
    {
        for (int i = 0; i < source.Reductions.Count; i++)
        {
            LocalBuilder result = il.DeclareLocal(typeof(float));
            Partials(i);
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

        for (int i = 0; i < rows.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, rows[i]);
            il.Emit(OpCodes.Ldc_I4, strides[i] * sizeof(float));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, rows[i]);
        }
    }

    // The numbers that most instructions read stay in registers.
    private IEnumerable<int> Frequent(int count) => instructions
        .Where((instruction, i) => used[i] && LaneSchedule.IsComputed(instruction))
        .SelectMany(LaneSchedule.Operands)
        .Where(operand => instructions[operand].Operation == LaneOperation.Constant)
        .GroupBy(operand => instructions[operand].Bits)
        .Where(group => group.Count() > 1)
        .OrderByDescending(group => group.Count())
        .Take(count)
        .Select(group => group.Key);

    private void LoadLiteral(int bits)
    {
        il.Emit(OpCodes.Ldloc, literals);
        il.Emit(OpCodes.Ldc_I4, constants.Add(bits));
        il.Emit(OpCodes.Add);
        emitter.Load();
    }

    private void LoadSingles(LaneOperation operation, LocalBuilder[] pointers)
    {
        for (int i = 0; i < used.Length; i++)
        {
            if (used[i] && instructions[i].Operation == operation)
            {
                il.Emit(OpCodes.Ldloc, pointers[instructions[i].A]);
                il.Emit(OpCodes.Ldc_I4, instructions[i].Bits * sizeof(float));
                il.Emit(OpCodes.Add);
                emitter.LoadSingle();
                il.Emit(OpCodes.Stloc, singles[i] = il.DeclareLocal(emitter.Value));
            }
        }
    }

    private void Operand(int index, int copy, LocalBuilder?[,] values)
    {
        LaneInstruction instruction = instructions[index];
        switch (instruction.Operation)
        {
            case LaneOperation.Constant when emitter.Lanes == 1:
                emitter.Constant(instruction.Bits);
                break;
            case LaneOperation.Constant when common.TryGetValue(instruction.Bits, out LocalBuilder? known):
                il.Emit(OpCodes.Ldloc, known);
                break;
            case LaneOperation.Constant:
                LoadLiteral(instruction.Bits);
                break;
            case LaneOperation.LoadSingle or LaneOperation.LoadOnceSingle:
                il.Emit(OpCodes.Ldloc, singles[index]!);
                break;
            case LaneOperation.Load or LaneOperation.LoadOnce when values[copy, index] is null:
                Address((instruction.Operation == LaneOperation.Load ? rows : once)[instruction.A], instruction.Bits, copy);
                emitter.Load();
                il.Emit(OpCodes.Dup);
                il.Emit(OpCodes.Stloc, values[copy, index] = il.DeclareLocal(emitter.Value));
                break;
            default:
                il.Emit(OpCodes.Ldloc, values[copy, index]!);
                break;
        }
    }

    private bool IsRead(LaneStore store, int copy, LocalBuilder?[,] values)
    {
        for (int i = 0; i < instructions.Count; i++)
        {
            if (used[i] && values[copy, i] is null && instructions[i].Operation == LaneOperation.Load && instructions[i].A == store.Row && instructions[i].Bits == store.Offset)
            {
                return false;
            }
        }

        return true;
    }

    private void Store(LaneStore store, int copy, LocalBuilder?[,] values)
    {
        Address(rows[store.Row], store.Offset, copy);
        il.Emit(OpCodes.Ldloc, values[copy, store.Value]!);
        emitter.Store();
    }

    private void AddToReductions(int copy, LocalBuilder?[,] values)
    {
        for (int i = 0; i < source.Reductions.Count; i++)
        {
            // The partial result at the position modulo 16.
            LocalBuilder address = il.DeclareLocal(typeof(float*));
            Partials(i);
            il.Emit(OpCodes.Ldloc, position);
            il.Emit(OpCodes.Ldc_I4, copy * emitter.Lanes * sizeof(float));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldc_I4, (LaneReduction.Partials * sizeof(float)) - 1);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.And);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, address);
            il.Emit(OpCodes.Ldloc, address);
            il.Emit(OpCodes.Ldloc, address);
            emitter.Load();
            il.Emit(OpCodes.Ldloc, values[copy, source.Reductions[i].Value]!);
            bool isSum = source.Reductions[i].Node.Operation == Graphs.Operation.Sum;
            emitter.Compute(new LaneInstruction(isSum ? LaneOperation.Add : LaneOperation.Maximum));
            emitter.Store();
        }
    }

    private void Address(LocalBuilder pointer, int offset, int copy)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Ldloc, position);
        il.Emit(OpCodes.Add);
        offset += copy * emitter.Lanes;
        if (offset != 0)
        {
            il.Emit(OpCodes.Ldc_I4, offset * sizeof(float));
            il.Emit(OpCodes.Add);
        }
    }

    private void Partials(int index)
    {
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Ldc_I4, index * LaneReduction.Partials * sizeof(float));
        il.Emit(OpCodes.Add);
    }
}
