using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>Times single steps of a stream at batch 1, and batches of mixed lengths beside those of equal ones.</summary>
internal static class StreamBenchmark
{
    public static void Run(Cell cell)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        foreach (int hidden in (int[])[16, 32, 64, 128, 256, 512])
        {
            using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = hidden, ["hidden"] = hidden }, threads: 1);
            layer.Initialize(1);
            using LayerStream stream = layer.CreateStream();
            using LayerStream narrow = layer.CreateStream(new StreamOptions { Weights = WeightFormat.BFloat16 });
            float[] x = [.. Enumerable.Range(0, hidden).Select(i => MathF.Sin(i))];
            float[] y = new float[layer.OutputWidth];
            stream.Step(x, y);
            narrow.Step(x, y);
            double best = Stopwatches.Best(() => stream.Step(x, y), 0.5);
            double half = Stopwatches.Best(() => narrow.Step(x, y), 0.5);
            double weights = layer.Parameters.Where(parameter => parameter.Columns > 1).Sum(parameter => 4.0 * parameter.Rows * parameter.Columns);
            Console.WriteLine($"{cell.Name}, one step, hidden {hidden,4}: {best * 1e9,9:F0} ns, weights at {weights / best * 1e-9:F0} GB/s; bfloat16 weights {half * 1e9,9:F0} ns, {best / half:F2} times as fast");
        }
    }

    /// <summary>Times one sequence with its units split between two threads beside one thread, in training and streamed.</summary>
    public static void Units(Cell cell)
    {
        const int Steps = 64;
        foreach (int hidden in (int[])[64, 96, 128, 192, 256, 384, 512, 1024])
        {
            using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = hidden, ["hidden"] = hidden }, threads: 2);
            layer.Initialize(1);
            float[] x = [.. Enumerable.Range(0, Steps * hidden).Select(i => MathF.Sin(i))];
            float[] y = new float[Steps * layer.OutputWidth];
            double[] train = [.. ((double[])[double.MaxValue, 0]).Select(least =>
            {
                layer.Pass.Units.LeastBytes = least;
                return Stopwatches.Best(
                    () =>
                    {
                        layer.Forward(x, Steps, 1, [], null, y, null);
                        layer.Backward(y, null, x, null);
                    },
                    0.3);
            })];
            Array.Fill(x, 0.1f);
            double[] step = [.. ((int[])[1, 2]).SelectMany(threads => ((WeightFormat[])[WeightFormat.Float32, WeightFormat.BFloat16]).Select(format =>
            {
                using LayerStream stream = layer.CreateStream(new StreamOptions { Threads = threads, LeastBytes = 0, Weights = format });
                return Stopwatches.Best(() => stream.Step(x.AsSpan(0, hidden), y), 0.3);
            }))];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Name}, batch 1, hidden {hidden,4}: training {train[0] * 1e3:F3} ms whole, {train[1] * 1e3:F3} split ({train[0] / train[1]:F2} times as fast); step {step[0] * 1e9:F0} ns, {step[2] * 1e9:F0} split ({step[0] / step[2]:F2}); bfloat16 {step[1] * 1e9:F0}, {step[3] * 1e9:F0} ({step[1] / step[3]:F2})"));
        }
    }

    /// <summary>Takes a million steps and says what they allocated.</summary>
    public static void Million(Cell cell)
    {
        foreach (WeightFormat format in (WeightFormat[])[WeightFormat.Float32, WeightFormat.BFloat16])
        {
            using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = 64, ["hidden"] = 64 }, threads: 1);
            layer.Initialize(1);
            using LayerStream stream = layer.CreateStream(new StreamOptions { Weights = format });
            float[] x = [.. Enumerable.Range(0, 64).Select(i => MathF.Sin(i))];
            float[] y = new float[layer.OutputWidth];
            stream.Step(x, y);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000_000; i++)
            {
                stream.Step(x, y);
            }

            // Before the text is begun, which allocates.
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Console.WriteLine($"{cell.Name}, 64 units, weights {format}: 1,000,000 steps allocated {allocated} bytes");
        }
    }

    public static void Mixed(Cell cell, int threads)
    {
        const int Steps = 128;
        const int Batch = 32;
        const int Hidden = 256;
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = Hidden, ["hidden"] = Hidden }, threads);
        layer.Initialize(1);
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, Steps * Batch * Hidden).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] y = new float[x.Length];
        float[] dx = new float[x.Length];
        int[] lengths = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(1, Steps + 1))];
        double[] best = [double.MaxValue, double.MaxValue];
        for (int round = 0; round < 14; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            layer.Forward(x, Steps, Batch, round % 2 == 0 ? [] : lengths, null, y, null);
            layer.Backward(y, null, dx, null);
            best[round % 2] = Math.Min(best[round % 2], Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        double equal = best[0] / (Steps * Batch);
        double mixed = best[1] / lengths.Sum();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cell.Name}, {Batch} x {Hidden}, {threads} thread(s), {lengths.Sum()} of {Steps * Batch} steps: {equal * 1e6:F2} µs a step at equal lengths, {mixed * 1e6:F2} at mixed ones, {mixed / equal:F3} times"));
    }
}
