using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>Times what a process meets first: compilation, the first training step, then passes and streamed steps as they come.</summary>
internal static class FirstSecond
{
    private const int Steps = 64;
    private const int Passes = 1000;
    private const int Hidden = 32;

    // Ends of intervals in seconds.
    private static readonly double[] Until = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2];

    public static void Run(Cell cell)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Compilation(cell);
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = Hidden, ["hidden"] = Hidden }, threads: 1);
        layer.Initialize(1);
        float[] x = new float[Steps * layer.InputWidth];
        float[] y = new float[Steps * layer.OutputWidth];
        float[] dx = new float[x.Length];
        Intervals($"{cell.Name}, training at 1 x {Hidden}", 1, () =>
        {
            layer.Forward(x, Steps, 1, [], null, y, null);
            layer.Backward(y, null, dx, null);
        });
        using LayerStream stream = layer.CreateStream();
        float[] one = new float[layer.InputWidth];
        float[] output = new float[layer.OutputWidth];
        Intervals($"{cell.Name}, a step of {Hidden} units", 100, () =>
        {
            for (int i = 0; i < 100; i++)
            {
                stream.Step(one, output);
            }
        });
    }

    /// <summary>Says how long a cell takes from its equations to the end of its first training step.</summary>
    private static void Compilation(Cell cell)
    {
        long begin = Stopwatch.GetTimestamp();
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = 64, ["hidden"] = 64 }, threads: 1);
        double made = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        layer.Initialize(1);
        float[] x = new float[4 * 8 * layer.InputWidth];
        float[] y = new float[4 * 8 * layer.OutputWidth];
        begin = Stopwatch.GetTimestamp();
        layer.Forward(x, 4, 8, [], null, y, null);
        layer.Backward(y, null, x, null);
        double first = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        begin = Stopwatch.GetTimestamp();
        layer.Forward(x, 4, 8, [], null, y, null);
        layer.Backward(y, null, x, null);
        double second = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Console.WriteLine($"{cell.Name}: {made:F1} ms to compile forward, {first:F1} ms for the first training step with the backward pass's compilation, {second:F3} ms for the second");
    }

    /// <summary>Repeats work for two seconds from its first call on, and says what a repetition took in each interval: the median.</summary>
    private static void Intervals(string title, int each, Action work)
    {
        List<string> figures = [];
        List<double> times = [];
        long start = Stopwatch.GetTimestamp();
        double first = 0;
        int all = 0;
        foreach (double until in Until)
        {
            times.Clear();
            do
            {
                long begin = Stopwatch.GetTimestamp();
                work();
                times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds / each);
                first = ++all == Passes ? Stopwatch.GetElapsedTime(start).TotalMicroseconds : first;
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < until);
            times.Sort();
            figures.Add($"{times[times.Count / 2]:F3} to {until:G3} s");
        }

        Console.WriteLine($"{title}: the first {Passes * each} took {first / Passes / each:F3} µs each; {string.Join(", ", figures)}");
    }
}
