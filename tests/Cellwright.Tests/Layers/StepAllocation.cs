using System.Runtime.CompilerServices;

namespace Cellwright.Tests.Layers;

/// <summary>What calls allocate on the calling thread.</summary>
internal static class StepAllocation
{
    private const int Rounds = 4;

    /// <summary>The bytes of the round of calls that allocated least.</summary>
    /// <remarks>
    /// What a call allocates, every round allocates. The runtime's own tables (of casts, of generic methods) grow now and
    /// then on whichever thread finds them full, most of all while other tests run, and no round after that does it again.
    /// The loop is compiled once and for all, so that nothing is compiled on this thread in between.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Least(int calls, Action call)
    {
        call();
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < calls; i++)
            {
                call();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
