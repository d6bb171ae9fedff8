using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>A training step over one long sequence: everything kept, against chunks that are computed again.</summary>
internal static class LongSequenceBenchmark
{
    public static void Run(int steps, int batch, int hidden, int chunk)
    {
        Dictionary<string, int> sizes = new() { ["input"] = hidden, ["hidden"] = hidden };
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, steps * batch * hidden).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] y = new float[x.Length];
        float[] dx = new float[x.Length];
        double whole = 0;
        foreach (int recompute in (int[])[0, chunk])
        {
            using Layer layer = new(Cell.Named("lstm"), sizes, threads: 0, recompute: recompute);
            layer.Initialize(1);
            double best = double.MaxValue;
            for (int round = 0; round < 4; round++)
            {
                long begin = Stopwatch.GetTimestamp();
                layer.Forward(x, steps, batch, [], null, y, null);
                layer.Backward(y, null, dx, null);
                best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }

            whole = recompute == 0 ? best : whole;
            long process = Process.GetCurrentProcess().WorkingSet64;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"lstm, {steps} steps x {batch}, hidden {hidden}, {(recompute == 0 ? "everything kept" : $"chunks of {recompute}")}: {best:F2} s ({best / whole:F2} times), {layer.Footprint.Of(steps, batch) / 1e6:F0} MB for the run, {process / 1e6:F0} MB in the process"));
        }
    }
}
