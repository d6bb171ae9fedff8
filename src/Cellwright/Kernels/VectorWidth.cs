using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Kernels;

/// <summary>
/// How many floats a kernel handles in one vector. Chosen once for the machine; results never depend on it, so every
/// width can also be asked for explicitly, and runs (slowly, where the hardware lacks it) on any machine.
/// </summary>
/// <param name="Lanes">16, 8 or 1.</param>
internal readonly record struct VectorWidth(int Lanes)
{
    /// <summary>Plain scalar code with the fused multiply-add of the framework.</summary>
    public static VectorWidth Portable { get; } = new(1);

    /// <summary>256-bit vectors.</summary>
    public static VectorWidth Eight { get; } = new(8);

    /// <summary>512-bit vectors.</summary>
    public static VectorWidth Sixteen { get; } = new(16);

    /// <summary>Every width there is.</summary>
    public static ReadOnlySpan<VectorWidth> All => new VectorWidth[] { Portable, Eight, Sixteen };

    /// <summary>The widest that this machine's hardware has with fused multiply-add; portable code where none can be made at run time.</summary>
    public static VectorWidth Current { get; } =
        !RuntimeFeature.IsDynamicCodeSupported ? Portable
        : Vector512.IsHardwareAccelerated ? Sixteen
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? Eight
        : Portable;
}
