using System.Globalization;

namespace Cellwright.Cli.Benchmarks;

/// <summary>What this machine can do at most.</summary>
/// <param name="Threads">The thread counts that were measured.</param>
/// <param name="PeakGflops">The multiply-add peak for each.</param>
/// <param name="Levels">The caches from the first on, then memory.</param>
internal sealed record MachineSpeed(IReadOnlyList<int> Threads, IReadOnlyList<double> PeakGflops, IReadOnlyList<CacheSpeed> Levels)
{
    /// <summary>Measures, in about two seconds.</summary>
    /// <param name="threads">The thread counts of interest.</param>
    public static MachineSpeed Measure(IReadOnlyList<int> threads)
    {
        double[] peaks = [.. threads.Select(count => MultiplyAddPeak.Measure(count, 0.1))];
        IReadOnlyList<(string Name, long Bytes)> levels = CacheSizes();
        List<CacheSpeed> speeds = [];
        long below = 0;
        foreach ((string name, long bytes) in levels)
        {
            // Well above the level below, and well within this one, which threads may share.
            long read = below == 0 ? bytes / 2 : (long)Math.Sqrt((double)below * bytes);
            speeds.Add(new CacheSpeed(name, bytes, [.. threads.Select(count => ReadSpeed.Measure(read, count, 0.1))]));
            below = bytes;
        }

        long past = Math.Max(1L << 28, 4 * levels[^1].Bytes);
        speeds.Add(new CacheSpeed("memory", null, [.. threads.Select(count => ReadSpeed.Measure(past / count, count, 0.2))]));
        return new MachineSpeed(threads, peaks, speeds);
    }

    /// <summary>The speed with one thread of the smallest level that holds so many bytes.</summary>
    public CacheSpeed LevelFor(double bytes) => Levels.First(level => level.Bytes is not { } size || bytes <= size);

    /// <summary>How fast so many threads read a level, in GB/s.</summary>
    /// <param name="level">One of the levels.</param>
    /// <param name="threads">One of the thread counts.</param>
    public double Speed(CacheSpeed level, int threads) => level.GigabytesPerSecond[Threads.TakeWhile(count => count != threads).Count()];

    /// <summary>Writes what was measured.</summary>
    public void Write(TextWriter output)
    {
        for (int i = 0; i < Threads.Count; i++)
        {
            string levels = string.Join(" · ", Levels.Select(level => string.Create(CultureInfo.InvariantCulture, $"{level.Name} {level.GigabytesPerSecond[i]:0}")));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Threads[i]} {(Threads[i] == 1 ? "thread" : "threads")}: multiply-add peak {PeakGflops[i]:0} GFLOP/s; reads in GB/s {levels}"));
        }
    }

    // The sizes of the first processor's data caches, as Linux tells them; customary ones elsewhere.
    private static IReadOnlyList<(string Name, long Bytes)> CacheSizes()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        List<(string Name, long Bytes)> sizes = [];
        if (Directory.Exists(Folder))
        {
            foreach (string index in Directory.GetDirectories(Folder, "index*"))
            {
                string Read(string name) => File.ReadAllText(Path.Combine(index, name)).Trim();
                string size = Read("size");
                if (Read("type") != "Instruction" && size.EndsWith('K') && long.TryParse(size[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes))
                {
                    sizes.Add(($"L{Read("level")}", kilobytes << 10));
                }
            }
        }

        return sizes.Count > 0 ? [.. sizes.OrderBy(size => size.Bytes)] : [("L1", 32 << 10), ("L2", 512 << 10), ("L3", 16 << 20)];
    }
}
