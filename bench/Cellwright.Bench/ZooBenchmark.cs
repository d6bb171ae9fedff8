using System.Globalization;
using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Cellwright.Programs;

namespace Cellwright.Bench;

/// <summary>
/// Every cell's share of the multiply-add peak in training, counting its own products, beside the LSTM's: by how many
/// points it may fall behind follows from how many products of a step wait for each other.
/// </summary>
internal static class ZooBenchmark
{
    private const int Batch = 32;
    private const int Hidden = 256;
    private const double Milliseconds = 1500;

    /// <summary>Measures the named cells, or all, each in turns with the LSTM, and prints a table.</summary>
    public static void Run(string[] names)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using TrainingPass lstm = new(Cell.Named("lstm"), threads: 1, Batch, Hidden);
        Console.WriteLine($"| cell, {Batch}×{Hidden} | products in a row | of peak | the LSTM meanwhile | behind | may be |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (string name in names.Length > 0 ? names : [.. Cell.Names])
        {
            (double share, double beside) = Shares(Cell.Named(name), lstm);
            (int stages, bool hasNorm) = Stages(Cell.Named(name));
            int limit = hasNorm || stages > 2 ? 18 : stages == 2 ? 12 : 10;
            double behind = 100 * (beside - share);
            Console.WriteLine($"| {name} | {stages}{(hasNorm ? " and norms" : "")} | {100 * share:F1}% | {100 * beside:F1}% | {behind:F1} | {limit}{(behind > limit ? " **over**" : "")} |");
        }
    }

    private static (double Cell, double Lstm) Shares(Cell cell, TrainingPass lstm)
    {
        using TrainingPass pass = new(cell, threads: 1, Batch, Hidden);
        double peak = MultiplyAddPeak.Measure();
        List<double> times = [];
        List<double> beside = [];
        pass.Run();
        lstm.Run();
        for (double spent = 0; times.Count < 5 || spent < Milliseconds; spent += times[^1] + beside[^1])
        {
            times.Add(pass.Run());
            beside.Add(lstm.Run());
        }

        peak = Math.Max(peak, MultiplyAddPeak.Measure());
        return (pass.Operations / (BenchmarkRun.Median(times) * 1e6) / peak, lstm.Operations / (BenchmarkRun.Median(beside) * 1e6) / peak);
    }

    // Products with elementwise work between them wait for each other; products side by side do not.
    private static (int Stages, bool HasNorm) Stages(Cell cell)
    {
        IReadOnlyList<Stage> loop = CellProgram.Build(cell.Graph).Forward.Loop;
        int stages = loop.Where((stage, i) => stage is ProductStage && (i == 0 || loop[i - 1] is not ProductStage)).Count();
        return (stages, loop.OfType<PointwiseStage>().Any(stage => stage.Body.Any(node => node.Operation is Operation.Sum or Operation.Largest)));
    }
}
