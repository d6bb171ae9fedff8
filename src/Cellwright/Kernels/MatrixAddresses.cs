using System.Reflection.Emit;

namespace Cellwright.Kernels;

/// <summary>
/// Addresses a fixed stride apart, in generated code. One register for three of them, and the stride: the processor's address modes
/// add the stride once or twice by themselves.
/// </summary>
internal sealed class MatrixAddresses
{
    private const int PerBase = 3;

    private readonly ILGenerator _il;
    private readonly LocalBuilder _stride;
    private readonly LocalBuilder[] _bases;

    /// <summary>Declares what holds that many addresses.</summary>
    public MatrixAddresses(ILGenerator il, int count, LocalBuilder stride)
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

    /// <summary>Moves all of them.</summary>
    public void Advance(int bytes) => Advance(() =>
    {
        _il.Emit(OpCodes.Ldc_I4, bytes);
        _il.Emit(OpCodes.Conv_I);
    });

    /// <inheritdoc cref="Advance(int)"/>
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
