using System.Diagnostics;

namespace Cellwright.Bench;

/// <summary>Times short work on a machine that others use too: the best of many samples.</summary>
internal static class Stopwatches
{
    /// <summary>The least seconds that one call took, over about <paramref name="seconds"/> of samples of 50 µs or more.</summary>
    public static double Best(Action work, double seconds)
    {
        work();
        int calls = 1;
        while (Sample(work, calls) * calls < 50e-6 && calls < 1 << 20) calls *= 2;
        double best = double.MaxValue;
        long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        do best = Math.Min(best, Sample(work, calls));
        while (Stopwatch.GetTimestamp() < end);
        return best;
    }

    /// <inheritdoc cref="Best(Action, double)"/>
    public static double Best<T>(Func<T> work, double seconds) => Best(() => { work(); }, seconds);

    private static double Sample(Action work, int calls)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) work();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds / calls;
    }
}
