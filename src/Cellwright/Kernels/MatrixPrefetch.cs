using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>Writes the code that asks for what <see cref="MatrixTile.Ahead"/> points at, a little in each turn of a product's loop, or before each tile of a gradient.</summary>
internal sealed class MatrixPrefetch(ILGenerator il)
{
    /// <summary>The bytes of a cache line.</summary>
    public const int CacheLine = 64;

    /// <summary>How many lines a turn of a product's loop asks for; the next turn's may be the same, to ask for fewer.</summary>
    public const int LinesATurn = 3;

    private static readonly FieldInfo Ahead = typeof(MatrixTile).GetField(nameof(MatrixTile.Ahead))!;

    private readonly LocalBuilder pointer = il.DeclareLocal(typeof(nint));
    private readonly LocalBuilder stride = il.DeclareLocal(typeof(nint));

    /// <summary>Takes the pointer from the tile.</summary>
    public void Begin()
    {
        Load(nameof(MatrixTile.Ahead));
        il.Emit(OpCodes.Stloc, pointer);
        Load(nameof(MatrixTile.AheadStride));
        il.Emit(OpCodes.Stloc, stride);
    }

    /// <summary>Asks for the next lines and moves on.</summary>
    public void Turn()
    {
        for (int line = 0; line < LinesATurn; line++) Ask(line * CacheLine);
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Ldloc, stride);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, pointer);
    }

    /// <summary>Asks for as many lines as the tile says.</summary>
    public void Lines()
    {
        LocalBuilder count = il.DeclareLocal(typeof(nint));
        Label next = il.DefineLabel();
        Label test = il.DefineLabel();
        Load(nameof(MatrixTile.AheadLines));
        il.Emit(OpCodes.Stloc, count);
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(next);
        Ask();
        il.Emit(OpCodes.Ldloc, pointer);
        Load(nameof(MatrixTile.AheadStride));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, pointer);
        il.Emit(OpCodes.Ldloc, count);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, count);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, count);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Bgt, next);
    }

    /// <summary>Leaves the pointer in the tile.</summary>
    public void End()
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Stfld, Ahead);
    }

    private void Ask(int offset = 0)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        if (offset > 0)
        {
            il.Emit(OpCodes.Ldc_I4, offset);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
        }
        il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch1))!);
    }

    private void Load(string field)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldfld, typeof(MatrixTile).GetField(field)!);
    }
}
