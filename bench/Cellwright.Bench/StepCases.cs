using BenchmarkDotNet.Attributes;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Bench;

/// <summary>BenchmarkDotNet cases of one step of one sequence.</summary>
[MemoryDiagnoser]
public class StepCases
{
    private Layer? layer;
    private LayerStream? stream;
    private float[] x = [];
    private float[] y = [];

    /// <summary>A cell of the zoo.</summary>
    [Params("lstm", "gru", "elman")]
    public string CellName { get; set; } = string.Empty;

    /// <summary>I and H.</summary>
    [Params(16, 64, 256)]
    public int Hidden { get; set; }

    /// <summary>Compiles the layer and begins a stream.</summary>
    [GlobalSetup]
    public void Setup()
    {
        layer = new Layer(Cell.Named(CellName), new Dictionary<string, int> { ["input"] = Hidden, ["hidden"] = Hidden }, threads: 1);
        layer.Initialize(seed: 1);
        stream = layer.CreateStream();
        x = [.. Enumerable.Repeat(0.1f, Hidden)];
        y = new float[layer.OutputWidth];
    }

    /// <summary>Takes one step.</summary>
    [Benchmark]
    public void Step() => stream!.Step(x, y);

    /// <summary>Gives back memory.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        stream!.Dispose();
        layer!.Dispose();
    }
}
