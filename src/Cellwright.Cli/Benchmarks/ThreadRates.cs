using System.Diagnostics;

namespace Cellwright.Cli.Benchmarks;

/// <summary>How fast some threads go that work at the same time.</summary>
internal static class ThreadRates
{
    /// <summary>The sum of the threads' best rates, in units a second.</summary>
    /// <param name="threads">How many threads work.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="work">Does a fraction of a millisecond of work as the thread of an index, and returns the units done.</param>
    public static double Best(int threads, double seconds, Func<int, double> work)
    {
        double[] best = new double[threads];
        using Barrier start = new(threads);
        void Work(int index)
        {
            work(index);
            start.SignalAndWait();
            long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
            do
            {
                long begin = Stopwatch.GetTimestamp();
                double units = work(index);
                best[index] = Math.Max(best[index], units / Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
            while (Stopwatch.GetTimestamp() < end);
        }

        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(index => new Thread(() => Work(index)))];
        foreach (Thread other in others)
        {
            other.Start();
        }

        Work(0);
        foreach (Thread other in others)
        {
            other.Join();
        }

        return best.Sum();
    }
}
