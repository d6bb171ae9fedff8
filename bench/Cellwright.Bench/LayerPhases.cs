using System.Diagnostics;
using System.Globalization;
using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>Says of each stage of a layer's forward and backward pass how long it takes, and at which share of the peak.</summary>
internal static class LayerPhases
{
    public static void Run(Cell cell, int threads, int batch, int hidden)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using TrainingPass pass = new(cell, threads, batch, hidden);
        Layer layer = pass.Layer;
        StageClock clock = new();
        Dictionary<object, double> best = [];
        long load = long.MaxValue;
        double time = double.MaxValue;
        double peak = MultiplyAddPeak.Measure() * threads;
        Stopwatch limit = Stopwatch.StartNew();
        for (int round = 0; round < 10 || limit.ElapsedMilliseconds < 2000; round++)
        {
            clock.Clear();
            layer.Clock = round % 2 == 0 ? clock : null;
            double passed = pass.Run();
            if (layer.Clock is null)
            {
                time = Math.Min(time, passed);
            }

            foreach (object work in clock.Ticks.Keys)
            {
                best[work] = Math.Min(best.GetValueOrDefault(work, double.MaxValue), clock.EvenTicks(work, threads));
            }

            long begin = Stopwatch.GetTimestamp();
            layer.Load();
            load = Math.Min(load, Stopwatch.GetTimestamp() - begin);
        }

        LayerEngine engine = layer.Engine;
        double rows = (double)TrainingPass.Steps * batch / threads;
        double operations = engine.Before.Concat(engine.Loop).Concat(engine.After).Concat(engine.BackwardBefore).Concat(engine.BackwardLoop).Concat(engine.BackwardAfter)
            .Sum(stage => stage.MultiplyAdds) + engine.OuterTotals.Sum(total => (double)total.Sum.Rows * total.Sum.Columns);
        Console.WriteLine($"{cell.Name} {batch} x {hidden}, {threads} thread(s): {time:F3} ms, {2e-6 * operations * rows * threads / time / peak:P1} of {peak:F0} GFLOP/s; taking over weights {Milliseconds(load):F3} ms; multiply-adds alone, for as long as a pass: {MultiplyAddPeak.Held(threads, 1e-3 * time) / peak:P1}");
        double ideal = 0;
        double sum = 0;
        void Line(string title, object work, double multiplyAdds)
        {
            double milliseconds = Milliseconds(best.GetValueOrDefault(work));
            double least = 2e-6 * multiplyAdds * rows / (peak / threads);
            ideal += least;
            sum += milliseconds;
            string share = multiplyAdds == 0 ? "" : $"{least / milliseconds:P1}";
            Console.WriteLine($"  {title,-44}{milliseconds,9:F3} ms{milliseconds / time,8:P1} {share,8}  lost {(milliseconds - least) / time:P1}");
        }

        void Stages(string phase, BoundStage[] stages)
        {
            foreach (BoundStage stage in stages)
            {
                Line(phase + ": " + stage.Name, stage, stage.MultiplyAdds);
            }
        }

        Stages("before", engine.Before);
        Stages("loop", engine.Loop);
        Stages("after", engine.After);
        Stages("backward before", engine.BackwardBefore);
        Stages("backward loop", engine.BackwardLoop);
        Stages("backward after", engine.BackwardAfter);
        foreach (BoundOuterTotal total in engine.OuterTotals)
        {
            Line($"gradient {total.Sum.Rows} x {total.Sum.Columns}", total, (double)total.Sum.Rows * total.Sum.Columns);
        }

        foreach (BoundColumnTotal total in engine.ColumnTotals)
        {
            Line($"column totals {total.Sum.Rows}", total, 0);
        }

        foreach (string name in (string[])["copy in", "copy out", "finish gradients"])
        {
            Line(name, name, 0);
        }

        Console.WriteLine($"  {"the rest",-44}{time - sum,9:F3} ms{(time - sum) / time,8:P1}");
    }

    private static double Milliseconds(double ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
