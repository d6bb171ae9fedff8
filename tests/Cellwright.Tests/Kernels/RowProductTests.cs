using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

[Trait("Category", "SameBits")]
public sealed unsafe class RowProductTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void One_row_times_several_matrices_has_the_bits_of_products_one_by_one(int lanes)
    {
        VectorWidth width = new(lanes);
        Random random = new(3);
        foreach (int n in (int[])[1, 16, 19, 48, 64, 76, 128, 200, 305])
        {
            foreach (int[][] terms in (int[][][])[[[1]], [[16], [16]], [[17], [8]], [[33]], [[64], [130], [3]], [[9, 7], [40]], [[5, 60, 1]]])
            {
                // A run of sums does not cross from one operand to the next.
                int[][] counts = [.. terms.Select(term => PackedMatrix.RunsOf(term.Sum(), n) == 1 ? term : [term.Sum()])];
                foreach (bool hasStart in (bool[])[false, true])
                {
                    Check(width, random, n, counts, hasStart);
                }
            }
        }
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(1.00390625f, 1f)]
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(-1.004f, -1.0078125f)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(0f, 0f)]
    public void A_number_is_rounded_to_the_nearest_bfloat16_and_halves_to_the_even_one(float value, float expected) =>
        BFloat16Matrix.Round(value).ShouldBe(expected);

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        float.IsNaN(BFloat16Matrix.Round(BitConverter.UInt32BitsToSingle(0x7f80_0001))).ShouldBeTrue();
        float.IsNaN(BFloat16Matrix.Round(BitConverter.UInt32BitsToSingle(0xffff_ffff))).ShouldBeTrue();
        BitConverter.SingleToUInt32Bits(BFloat16Matrix.Round(-0f)).ShouldBe(0x8000_0000);
    }

    private static void Check(VectorWidth width, Random random, int n, int[][] counts, bool hasStart)
    {
        int columns = PackedMatrix.PanelsOf(n) * PackedMatrix.PanelColumns;
        PackedMatrix[] matrices = [.. counts.Select(count => new PackedMatrix(count.Sum(), n))];
        PackedMatrix[] rounded = [.. counts.Select(count => new PackedMatrix(count.Sum(), n))];
        BFloat16Matrix[] narrow = [.. matrices.Select(matrix => new BFloat16Matrix(matrix))];
        AlignedBuffer[][] operands = [.. counts.Select(count => count.Select(k => Draw(random, k)).ToArray())];
        using AlignedBuffer start = Draw(random, columns);
        for (int i = 0; i < matrices.Length; i++)
        {
            float[] values = new float[matrices[i].K * n];
            foreach (ref float value in values.AsSpan())
            {
                value = random.NextSingle() - 0.5f;
            }

            matrices[i].Pack(values);
            rounded[i].CopyRounded(matrices[i]);
            narrow[i].Load();
        }

        foreach (bool isNarrow in (bool[])[false, true])
        {
            using AlignedBuffer expected = new(columns);
            for (int i = 0; i < matrices.Length; i++)
            {
                MatrixOperand[] all = [.. operands[i].Select((operand, j) => new MatrixOperand(operand.Pointer, counts[i][j], counts[i][j]))];
                float* from = i > 0 ? expected.Pointer : hasStart ? start.Pointer : null;
                MatrixProduct.Multiply(
                    MatrixKernels.For(VectorWidth.Portable), 1, all, (isNarrow ? rounded : matrices)[i], from, columns, expected.Pointer, columns, 0, matrices[i].Panels);
            }

            foreach (bool isDescending in (bool[])[false, true])
            {
                using AlignedBuffer result = new(columns);
                List<nint> table = [(nint)start.Pointer, (nint)result.Pointer];
                for (int i = 0; i < matrices.Length; i++)
                {
                    table.AddRange(operands[i].Select(operand => (nint)operand.Pointer));
                    table.Add(isNarrow ? (nint)narrow[i].Pointer : (nint)matrices[i].Pointer);
                }

                RowProductShape shape = new(matrices[0].Panels, hasStart, isNarrow, isDescending, [.. matrices.Select((matrix, i) => new RowProductTerm(matrix.Runs, counts[i]))]);
                fixed (nint* addresses = table.ToArray())
                {
                    RowProductKernels.Get(shape, width)(addresses);
                }

                result.Span[..n].ToArray().ShouldBe(expected.Span[..n].ToArray(), $"{n} columns, {string.Join(" and ", counts.Select(count => string.Join('+', count)))}, bfloat16 {isNarrow}");
            }
        }

        foreach (IDisposable each in matrices.Concat<IDisposable>(rounded).Concat(narrow).Concat(operands.SelectMany(operand => operand)))
        {
            each.Dispose();
        }
    }

    private static AlignedBuffer Draw(Random random, int length)
    {
        AlignedBuffer buffer = new(length);
        foreach (ref float value in buffer.Span)
        {
            value = random.NextSingle() - 0.5f;
        }

        return buffer;
    }
}
