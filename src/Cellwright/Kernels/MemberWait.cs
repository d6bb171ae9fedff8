using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>
/// A member's wait for another one: it spins, for waits are short, and then gives way between two looks, since some
/// members may have no processor of their own and only so can they come.
/// </summary>
internal struct MemberWait
{
    // Some 20 µs of the framework's shortest pause.
    private const int Spins = 600;

    private int looks;

    /// <summary>Whether the wait has been longer than one that spins.</summary>
    public readonly bool IsLong => looks >= Spins;

    /// <summary>Passes a moment between two looks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass()
    {
        if (looks < Spins)
        {
            looks++;
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }
}
