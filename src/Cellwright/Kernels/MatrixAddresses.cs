using System.Reflection.Emit;

namespace Cellwright.Kernels;

/// <summary>
/// Addresses a fixed stride apart, in generated code. One register for three of them, and the stride: the processor's address modes
/// add the stride once or twice by themselves.
/// </summary>
internal sealed class MatrixAddresses
{
    private const int PerBase = 3;

    private readonly ILGenerator il;
    private readonly LocalBuilder stride;
    private readonly LocalBuilder[] bases;

    /// <summary>Declares what holds that many addresses.</summary>
    public MatrixAddresses(ILGenerator il, int count, LocalBuilder stride)
    {
        this.il = il;
        this.stride = stride;
        bases = new LocalBuilder[(count + PerBase - 1) / PerBase];
        for (int i = 0; i < bases.Length; i++) bases[i] = il.DeclareLocal(typeof(nint));
    }

    /// <summary>Takes the first address from the stack.</summary>
    public void Start()
    {
        il.Emit(OpCodes.Stloc, bases[0]);
        for (int i = 1; i < bases.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, bases[i - 1]);
            il.Emit(OpCodes.Ldloc, stride);
            il.Emit(OpCodes.Ldc_I4, PerBase);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, bases[i]);
        }
    }

    /// <summary>Puts an address on the stack.</summary>
    public void Load(int index, int offset)
    {
        il.Emit(OpCodes.Ldloc, bases[index / PerBase]);
        int times = index % PerBase;
        if (times > 0)
        {
            il.Emit(OpCodes.Ldloc, stride);
            if (times > 1)
            {
                il.Emit(OpCodes.Ldc_I4_1);
                il.Emit(OpCodes.Shl);
            }
            il.Emit(OpCodes.Add);
        }
        if (offset == 0) return;
        il.Emit(OpCodes.Ldc_I4, offset);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
    }

    /// <summary>Moves all of them.</summary>
    public void Advance(int bytes) => Advance(() =>
    {
        il.Emit(OpCodes.Ldc_I4, bytes);
        il.Emit(OpCodes.Conv_I);
    });

    /// <inheritdoc cref="Advance(int)"/>
    public void Advance(LocalBuilder bytes) => Advance(() => il.Emit(OpCodes.Ldloc, bytes));

    private void Advance(Action amount)
    {
        foreach (LocalBuilder pointer in bases)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            amount();
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, pointer);
        }
    }
}
