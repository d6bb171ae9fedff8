using BenchmarkDotNet.Attributes;
using Cellwright.Kernels;
using Cellwright.Tensors;

namespace Cellwright.Bench;

/// <summary>BenchmarkDotNet cases of the product with a packed matrix: the recurrent products of an LSTM, forward (N = 4 K) and backward (K = 4 N).</summary>
[MemoryDiagnoser]
public unsafe class ProductCases
{
    private readonly AlignedBuffer a = new();
    private readonly AlignedBuffer c = new();
    private PackedMatrix? w;
    private int padded;

    /// <summary>Rows of A: the sequences of a batch.</summary>
    [Params(1, 8, 32)]
    public int Rows { get; set; }

    /// <summary>K and N.</summary>
    [Params("64x256", "256x64", "256x1024", "1024x256")]
    public string Matrix { get; set; } = string.Empty;

    /// <summary>Fills and packs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = [.. Matrix.Split('x').Select(int.Parse)];
        padded = PackedMatrix.PanelsOf(sizes[1]) * PackedMatrix.PanelColumns;
        using AlignedBuffer source = new((long)sizes[0] * sizes[1]);
        source.Span.Fill(0.01f);
        a.Reserve((long)Rows * sizes[0]);
        a.Span.Fill(0.5f);
        c.Reserve((long)Rows * padded);
        w = new PackedMatrix(sizes[0], sizes[1]);
        w.Pack(source.Span);
    }

    /// <summary>The product.</summary>
    [Benchmark]
    public void Product() => MatrixProduct.Multiply(Rows, a.Pointer, w!.K, w, null, 0, c.Pointer, padded);

    /// <summary>Gives back memory.</summary>
    [GlobalCleanup]
    public void Cleanup() => w!.Dispose();
}
