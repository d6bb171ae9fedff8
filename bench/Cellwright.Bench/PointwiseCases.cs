using BenchmarkDotNet.Attributes;
using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Programs;
using Cellwright.Tensors;

namespace Cellwright.Bench;

/// <summary>BenchmarkDotNet cases of elementwise kernels: one function over 32 rows of 256.</summary>
[MemoryDiagnoser]
public unsafe class PointwiseCases
{
    private const int Rows = 32;
    private const int Columns = 256;

    private readonly AlignedBuffer input = new(Rows * Columns);
    private readonly AlignedBuffer output = new(Rows * Columns);
    private PointwiseKernel? kernel;
    private bool[] isInput = [];

    /// <summary>The function's name among the operations of a graph.</summary>
    [Params("Sigmoid", "Tanh", "Exp", "Erf")]
    public string Function { get; set; } = string.Empty;

    /// <summary>Compiles a kernel of one function.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Graph graph = new();
        Node a = graph.Input("a", Width.Hidden);
        Node result = graph.Unary(Enum.Parse<Operation>(Function), a);
        ValueBuffer from = new("in", Storage.Steps);
        ValueBuffer to = new("out", Storage.Steps);
        PointwiseSource source = new(
            new PointwiseStage(Width.Hidden, [new PlacedNode(a, from.Add(Width.Hidden))], new Dictionary<Node, IReadOnlyList<Node>>(), [result], [new PlacedNode(result, to.Add(Width.Hidden))]),
            _ => 0,
            isMasked: false);
        isInput = [.. source.Rows.Select(row => row.Buffer == from)];
        kernel = PointwiseCompiler.Compile(source, Columns, [.. source.Rows.Select(_ => Columns)], VectorWidth.Current.Lanes);
        for (int i = 0; i < Rows * Columns; i++) input.Pointer[i] = (i % 97 * 0.1f) - 4.8f;
    }

    /// <summary>Runs it over all rows.</summary>
    [Benchmark(OperationsPerInvoke = Rows * Columns)]
    public void Elements()
    {
        float** rows = stackalloc float*[2];
        for (int i = 0; i < isInput.Length; i++) rows[i] = isInput[i] ? input.Pointer : output.Pointer;
        kernel!(rows, null, null, Rows);
    }
}
