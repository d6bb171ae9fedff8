using System.Diagnostics;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Programs;

namespace Cellwright.Bench;

/// <summary>A layer of a cell, however many inputs it has, and the data of one training pass: 64 steps, I = H.</summary>
internal sealed class TrainingPass : IDisposable
{
    public const int Steps = 64;

    private readonly float[][] inputs;
    private readonly float[] output;
    private readonly float[] gradient;

    public TrainingPass(Cell cell, int threads, int batch, int hidden)
    {
        Dictionary<string, int> sizes = cell.Graph.SizeNames.ToDictionary(name => name, name => name is "input" or "hidden" ? hidden : Math.Max(1, hidden / 4));
        Batch = batch;
        Layer = new Layer(cell, sizes, threads);
        Layer.Initialize(1);
        Random random = new(1);
        inputs = [.. Layer.InputWidths.Select(width => (float[])[.. Enumerable.Range(0, Steps * batch * width).Select(_ => (float)random.NextDouble() - 0.5f)])];
        output = new float[Steps * batch * Layer.OutputWidth];
        gradient = new float[inputs[0].Length];
        Operations = 6.0 * CellProgram.Build(cell.Graph).MultiplyAddsPerStep(sizes) * Steps * batch;
    }

    public Layer Layer { get; }

    public int Batch { get; }

    /// <summary>Floating-point operations of the cell's own products, counted as <c>cellwright bench</c> does.</summary>
    public double Operations { get; }

    /// <summary>Runs forward and backward; returns the milliseconds it took.</summary>
    public double Run()
    {
        long begin = Stopwatch.GetTimestamp();
        Layer.Begin(Steps, Batch, [], null);
        for (int i = 0; i < inputs.Length; i++)
        {
            Layer.SetInput(i, inputs[i]);
        }

        Layer.Run(output, null);
        Layer.Backward(output, null, gradient, null);
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    public void Dispose() => Layer.Dispose();
}
