using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>Where the members of a team wait for each other inside one body, many times over; the waits are short, so nobody sleeps (<see cref="MemberWait"/>).</summary>
/// <param name="members">How many they are.</param>
internal sealed class MemberBarrier(int members)
{
    private const int CacheLine = 64 / sizeof(long);

    private readonly long[] rounds = new long[members * CacheLine];
    private long arrived;
    private volatile bool isBroken;

    /// <summary>Begins anew, while nobody waits.</summary>
    public void Reset()
    {
        Array.Clear(rounds);
        arrived = 0;
        isBroken = false;
    }

    /// <summary>Waits until all members have come as often as this one; false where one of them will not come.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Meet(int member)
    {
        long target = ++rounds[member * CacheLine] * members;
        Interlocked.Increment(ref arrived);
        MemberWait wait = default;
        while (Volatile.Read(ref arrived) < target)
        {
            if (isBroken)
            {
                return false;
            }

            wait.Pass();
        }

        return true;
    }

    /// <summary>Says that a member has failed, so that the others stop waiting for it.</summary>
    public void Break() => isBroken = true;
}
