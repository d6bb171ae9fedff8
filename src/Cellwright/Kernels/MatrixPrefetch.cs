using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>Writes the code that asks for what <see cref="MatrixTile.Ahead"/> points at, a little in each turn of a kernel's loop.</summary>
internal sealed class MatrixPrefetch(ILGenerator il)
{
    private const int CacheLine = 64;
    private const int LinesATurn = 2;

    private static readonly FieldInfo Ahead = typeof(MatrixTile).GetField(nameof(MatrixTile.Ahead))!;

    private readonly LocalBuilder pointer = il.DeclareLocal(typeof(nint));

    /// <summary>Takes the pointer from the tile.</summary>
    public void Begin()
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldfld, Ahead);
        il.Emit(OpCodes.Stloc, pointer);
    }

    /// <summary>Asks for the next lines and moves on.</summary>
    public void Turn()
    {
        for (int line = 0; line < LinesATurn; line++)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            Add(line * CacheLine);
            il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch1))!);
        }

        il.Emit(OpCodes.Ldloc, pointer);
        Add(LinesATurn * CacheLine);
        il.Emit(OpCodes.Stloc, pointer);
    }

    /// <summary>Leaves the pointer in the tile.</summary>
    public void End()
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Stfld, Ahead);
    }

    private void Add(int bytes)
    {
        il.Emit(OpCodes.Ldc_I4, bytes);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
    }
}
