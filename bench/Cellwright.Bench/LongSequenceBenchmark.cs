using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>A training step over one long sequence: everything kept, against chunks that are computed again, in turns.</summary>
internal static class LongSequenceBenchmark
{
    private const int Rounds = 9;

    public static void Run(int steps, int batch, int hidden, int chunk, int threads)
    {
        Dictionary<string, int> sizes = new() { ["input"] = hidden, ["hidden"] = hidden };
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, steps * batch * hidden).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] y = new float[x.Length];
        float[] dx = new float[x.Length];
        using Layer whole = new(Cell.Named("lstm"), sizes, threads);
        using Layer parts = new(Cell.Named("lstm"), sizes, threads, recompute: chunk);
        whole.Initialize(1);
        parts.Initialize(1);
        double Seconds(Layer layer)
        {
            long begin = Stopwatch.GetTimestamp();
            layer.Forward(x, steps, batch, [], null, y, null);
            layer.Backward(y, null, dx, null);
            return Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }

        Seconds(whole);
        Seconds(parts);
        (double Whole, double Parts)[] turns = [.. Enumerable.Range(0, Rounds).Select(_ => (Seconds(whole), Seconds(parts)))];
        double ratio = Median(turns.Select(turn => turn.Parts / turn.Whole));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"lstm, {steps} steps x {batch}, hidden {hidden}, {threads} thread(s): everything kept {Median(turns.Select(turn => turn.Whole)):F2} s, {whole.Footprint.Of(steps, batch) / 1e6:F0} MB; chunks of {chunk} {Median(turns.Select(turn => turn.Parts)):F2} s, {parts.Footprint.Of(steps, batch) / 1e6:F0} MB: {ratio:F2} times ({turns.Min(turn => turn.Parts / turn.Whole):F2} to {turns.Max(turn => turn.Parts / turn.Whole):F2})"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
