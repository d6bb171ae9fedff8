using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Graphs;

/// <summary>A block-diagonal matrix is the full one with zeros beside its blocks.</summary>
public class BlockDiagonalTests
{
    private const int Input = 6;
    private const int Hidden = 8;

    [Theory]
    [InlineData("h = tanh(R h[t-1] + W x + b)", 8, 8)]
    [InlineData("h = tanh(R^T h[t-1] + W x + b)", 8, 8)]
    [InlineData("h = tanh(h[t-1] R + W x + b)", 8, 8)]
    [InlineData("h = tanh(R (z * h[t-1]) + W x + b)\nz = σ(V x + R h[t-1])", 8, 8)]
    [InlineData("h = tanh(R x + U h[t-1] + b)", 8, 6)]
    [InlineData("h = tanh(x R + U h[t-1] + b)", 6, 8)]
    [InlineData("h = tanh(R [h[t-1], x] + b)", 8, 14)]
    [InlineData("[h, z] = tanh(R h[t-1] + W x)\nh2 = z + h\noutput h2", 16, 8)]
    [InlineData("A = R - R^T\nh = tanh(A h[t-1] + W x + b)", 8, 8)]
    [InlineData("B = R Q\nmatrix Q\nwidth Q = hidden\nh = tanh(B h[t-1] + W x + b)", 8, 8)]
    public void A_cell_with_blocks_is_the_cell_with_zeros_beside_them(string text, int rows, int columns)
    {
        CellGraph full = Cell.Parse(text).Graph;
        CellGraph blocks = Cell.Parse("blocks R = 2\n" + text).Graph;
        CellParameter stored = blocks.Parameters.Single(parameter => parameter.Name == "R");
        LayerHarness harness = new(blocks, Input, Hidden);
        (harness.Size(stored.Node.Shape.Rows), harness.Size(stored.Node.Shape.Columns)).ShouldBe((rows, columns / 2));

        SequenceShape shape = new(5, 2, new[] { 5, 3 });
        Dictionary<string, double[]> tensors = harness.Draw(5, 2, seed: 3);
        Dictionary<string, double[]> spread = new(tensors) { ["R"] = Spread(tensors["R"], rows, columns) };
        Dictionary<string, double[]> expected = new LayerHarness(full, Input, Hidden).Interpret(shape, spread);
        Dictionary<string, double[]> actual = harness.Interpret(shape, tensors);
        Dictionary<string, double[]> compiled = harness.Compile(shape, tensors, threads: 2);
        foreach ((string key, double[] values) in expected)
        {
            double[] wanted = key == "grad.R" ? Gather(values, rows, columns) : values;
            LayerHarness.Error(actual[key], wanted).ShouldBeLessThanOrEqualTo(1e-13, key);
            LayerHarness.Error(compiled[key], wanted).ShouldBeLessThanOrEqualTo(2e-5, key);
        }
    }

    [Fact]
    public void Each_block_starts_orthogonal_by_itself()
    {
        using Layer layer = new(Cell.Parse("blocks R = 3\nh = tanh(R h[t-1] + W x)\ninit R = orthogonal"), new Dictionary<string, int> { ["input"] = 2, ["hidden"] = 12 }, threads: 1);
        layer.Initialize(seed: 4);
        float[] values = layer.Parameters.Single(parameter => parameter.Name == "R").Values.ToArray();
        for (int block = 0; block < 3; block++)
        {
            for (int i = 0; i < 4; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double product = Enumerable.Range(0, 4).Sum(k => (double)values[(((block * 4) + i) * 4) + k] * values[(((block * 4) + j) * 4) + k]);
                    product.ShouldBe(i == j ? 1 : 0, 1e-6);
                }
            }
        }

        values[..16].ShouldNotBe(values[16..32]);
    }

    [Fact]
    public void A_part_of_a_norm_computes_no_product_again()
    {
        CellGraph cell = Cell.Parse("[z, r] = norm(W x) + norm(U h[t-1])\nh = σ(z) * h[t-1] + tanh(r)").Graph;
        cell.Graph.Nodes.Count(node => node.Operation == Operation.Product).ShouldBe(2);
    }

    // Blocks one below the other, set along the diagonal.
    private static double[] Spread(double[] stored, int rows, int columns)
    {
        double[] full = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns / 2; j++)
            {
                full[(i * columns) + j + (i < rows / 2 ? 0 : columns / 2)] = stored[(i * (columns / 2)) + j];
            }
        }

        return full;
    }

    private static double[] Gather(double[] full, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns / 2).Select(at =>
        {
            (int i, int j) = Math.DivRem(at, columns / 2);
            return full[(i * columns) + j + (i < rows / 2 ? 0 : columns / 2)];
        })];
}
