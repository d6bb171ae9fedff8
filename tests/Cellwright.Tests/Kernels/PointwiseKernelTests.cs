using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Programs;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

[Trait("Category", "SameBits")]
public sealed unsafe class PointwiseKernelTests
{
    // Stands among the vector widths for code that is not compiled.
    private const int Interpreted = 0;

    private static readonly Operation[] Functions =
    [
        Operation.Negate, Operation.Sigmoid, Operation.Tanh, Operation.Relu, Operation.Exp, Operation.Log, Operation.Sqrt,
        Operation.Abs, Operation.Sign, Operation.Sin, Operation.Cos, Operation.Softplus, Operation.Erf,
    ];

    public static TheoryData<Operation> UnaryOperations() => [.. Functions];

    [Theory]
    [MemberData(nameof(UnaryOperations))]
    public void A_function_is_near_the_true_one(Operation operation)
    {
        double[] inputs = [.. Enumerable.Range(0, 40001).Select(i => (double)(float)((i - 20000) / 400.0)).Where(x => operation is not (Operation.Log or Operation.Sqrt) || x > 0)];
        float[] actual = Run(operation, [.. inputs.Select(x => (float)x)], lanes: 8);
        for (int i = 0; i < inputs.Length; i++)
        {
            double expected = ElementFunctions.Apply(operation, inputs[i]);
            if (Math.Abs(expected) is > 3e38 or < 1e-30)
            {
                continue;
            }

            // Sines near their zeros, and logarithms near theirs, are good to a unit of the value 1 only.
            double size = operation is Operation.Sin or Operation.Cos ? 1 : Math.Abs(expected);
            (Math.Abs(actual[i] - expected) / size).ShouldBeLessThan(6e-7, $"{operation}({inputs[i]}) = {actual[i]}, not {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(UnaryOperations))]
    public void Every_vector_width_gives_the_same_bits(Operation operation)
    {
        Random random = new(3);
        float[] inputs =
        [
            0, -0f, 1, -1, 100, -100, 88.5f, -88.5f, 1e30f, -1e30f, 1e-40f, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
            .. Enumerable.Range(0, 500).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 3)))),
        ];
        float[] scalar = Run(operation, inputs, lanes: 1);
        foreach (int lanes in (int[])[8, 16, Interpreted])
        {
            float[] vector = Run(operation, inputs, lanes);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (float.IsNaN(scalar[i]))
                {
                    float.IsNaN(vector[i]).ShouldBeTrue($"{operation}({inputs[i]})");
                }
                else
                {
                    BitConverter.SingleToInt32Bits(vector[i]).ShouldBe(BitConverter.SingleToInt32Bits(scalar[i]), $"{operation}({inputs[i]}) in {lanes} lanes");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(UnaryOperations))]
    public void What_is_not_a_number_stays_so(Operation operation) => float.IsNaN(Run(operation, [float.NaN], lanes: 8)[0]).ShouldBeTrue();

    [Theory]
    [InlineData(Operation.Minimum)]
    [InlineData(Operation.Maximum)]
    public void What_is_not_a_number_stays_so_on_either_side_of(Operation operation)
    {
        float[] inputs = [float.NaN, 3, -3, 0, float.PositiveInfinity, float.NegativeInfinity];
        foreach (bool isFirst in (bool[])[true, false])
        {
            float[] actual = Run(
                (graph, a) => isFirst ? graph.Binary(operation, a, graph.Constant(1)) : graph.Binary(operation, graph.Constant(1), a), inputs, lanes: 8);
            float.IsNaN(actual[0]).ShouldBeTrue();
            actual[1..].ShouldBe([.. inputs[1..].Select(x => operation == Operation.Minimum ? Math.Min(x, 1) : Math.Max(x, 1))]);
        }
    }

    [Fact]
    public void Extremes_are_what_they_should_be()
    {
        Run(Operation.Exp, [89, -88, float.PositiveInfinity, float.NegativeInfinity, 0], 8).ShouldBe([float.PositiveInfinity, 0, float.PositiveInfinity, 0, 1]);
        Run(Operation.Tanh, [50, -50, float.PositiveInfinity], 8).ShouldBe([1, -1, 1]);
        Run(Operation.Log, [0, float.PositiveInfinity, 1], 8).ShouldBe([float.NegativeInfinity, float.PositiveInfinity, 0]);
        float.IsNaN(Run(Operation.Log, [-1], 8)[0]).ShouldBeTrue();
        Run(Operation.Sigmoid, [200, 0], 8).ShouldBe([1, 0.5f]);
        Run(Operation.Sigmoid, [float.NegativeInfinity], 8)[0].ShouldBeLessThan(1e-30f);
        Run(Operation.Softplus, [float.PositiveInfinity, float.NegativeInfinity, 100, -100], 8).ShouldBe([float.PositiveInfinity, 0, 100, 0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(19)]
    [InlineData(100)]
    public void A_sum_over_the_width_has_the_same_bits_at_every_vector_width(int width)
    {
        Random random = new(width);
        float[] values = [.. Enumerable.Range(0, 3 * Padded(width)).Select(_ => (float)random.NextDouble() - 0.3f)];
        Graph graph = new();
        Node a = graph.Input("a", Width.Hidden);
        Node sum = graph.Sum(graph.Multiply(a, a));
        ValueBuffer from = new("in", Storage.Steps);
        ValueBuffer to = new("out", Storage.Steps);
        PointwiseStage stage = new(Width.Hidden, [new PlacedNode(a, from.Add(Width.Hidden))], new Dictionary<Node, IReadOnlyList<Node>>(), [sum.Operands[0], sum], [new PlacedNode(sum, to.Add(Width.One))]);
        float[]? first = null;
        foreach (int lanes in (int[])[1, 8, 16, Interpreted])
        {
            float[] result = [.. Run(stage, values, width, rows: 3, outputStride: 16, lanes).Where((_, i) => i % 16 == 0)];
            first ??= result;
            result.ShouldBe(first);
            for (int row = 0; row < 3; row++)
            {
                double expected = values.Skip(row * Padded(width)).Take(width).Sum(x => (double)x * x);
                ((double)result[row]).ShouldBe(expected, 1e-5 * expected);
            }
        }
    }

    private static int Padded(int width) => (width + 15) / 16 * 16;

    private static float[] Run(Operation operation, float[] inputs, int lanes) => Run((graph, a) => graph.Unary(operation, a), inputs, lanes);

    private static float[] Run(Func<Graph, Node, Node> function, float[] inputs, int lanes)
    {
        Graph graph = new();
        Node a = graph.Input("a", Width.Hidden);
        Node result = function(graph, a);
        ValueBuffer from = new("in", Storage.Steps);
        ValueBuffer to = new("out", Storage.Steps);
        PointwiseStage stage = new(Width.Hidden, [new PlacedNode(a, from.Add(Width.Hidden))], new Dictionary<Node, IReadOnlyList<Node>>(), [result], [new PlacedNode(result, to.Add(Width.Hidden))]);
        return Run(stage, inputs, inputs.Length, rows: 1, Padded(inputs.Length), lanes)[..inputs.Length];
    }

    private static float[] Run(PointwiseStage stage, float[] inputs, int width, int rows, int outputStride, int lanes)
    {
        PointwiseSource source = new(stage, _ => 0, isMasked: width % 16 != 0);
        int[] strides = [.. source.Rows.Select(row => row.Buffer.Name == "in" ? Padded(width) : outputStride)];
        PointwiseKernel kernel = lanes == Interpreted ? PointwiseInterpreter.Prepare(source, width, strides) : PointwiseCompiler.Compile(source, width, strides, lanes);
        using AlignedBuffer input = new(rows * Padded(width));
        using AlignedBuffer output = new(rows * outputStride);
        using AlignedBuffer mask = new(Padded(width));
        inputs.CopyTo(input.Span);
        mask.Span[..width].Fill(BitConverter.Int32BitsToSingle(-1));
        float** pointers = stackalloc float*[2];
        for (int i = 0; i < source.Rows.Count; i++)
        {
            pointers[i] = source.Rows[i].Buffer.Name == "in" ? input.Pointer : output.Pointer;
        }

        float* once = mask.Pointer;
        float* partials = stackalloc float[32];
        kernel(pointers, &once, partials, rows);
        return output.Span.ToArray();
    }
}
