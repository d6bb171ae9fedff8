using System.Diagnostics;
using System.Globalization;
using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>Times a layer's forward and full backward pass over 64 steps, as a share of this machine's multiply-add peak.</summary>
internal static class LayerBenchmark
{
    private const int Steps = 64;

    public static void Run(Cell cell, int threads, IEnumerable<(int Batch, int Hidden)> shapes)
    {
        double peak = MultiplyAddPeak.Measure() * threads;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cell.Name}, T = {Steps}, input = hidden, {threads} thread(s); peak {peak:F0} GFLOP/s"));
        foreach ((int batch, int hidden) in shapes)
        {
            BenchmarkCase what = new(cell, BenchmarkMode.Train, batch, threads, new() { ["input"] = hidden, ["hidden"] = hidden });
            using Layer layer = new(cell, what.Sizes, threads);
            layer.Initialize(1);
            Random random = new(1);
            float[] x = [.. Enumerable.Range(0, Steps * batch * hidden).Select(_ => (float)random.NextDouble() - 0.5f)];
            float[] y = new float[Steps * batch * hidden];
            float[] dx = new float[x.Length];
            (double forward, double both) = (double.MaxValue, double.MaxValue);
            Stopwatch limit = Stopwatch.StartNew();
            long bytes = 0;
            for (int round = 0; round < 5 || limit.ElapsedMilliseconds < 1500; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long begin = Stopwatch.GetTimestamp();
                layer.Forward(x, Steps, batch, [], null, y, null);
                double first = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
                layer.Backward(y, null, dx, null);
                (forward, both) = (Math.Min(forward, first), Math.Min(both, Stopwatch.GetElapsedTime(begin).TotalMilliseconds));
                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            double flops = what.Operations;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{batch,3} x {hidden,4}: forward {forward,8:F3} ms ({flops / 3 / forward / 1e6 / peak:P0}), both {both,8:F3} ms ({flops / both / 1e6 / peak:P0} of peak), {bytes} bytes allocated"));
        }
    }
}
