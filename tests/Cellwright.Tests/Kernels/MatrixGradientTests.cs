using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public unsafe class MatrixGradientTests
{
    public static TheoryData<int> Widths => [1, 8, 16];

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_gradient_is_its_definition_bit_for_bit(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(21);
        for (int trial = 0; trial < 150; trial++)
        {
            Check(kernels, random, random.Next(1, 100), random.Next(1, 40), random.Next(1, 71));
        }
        Check(kernels, random, 300, 20, 33);
        Check(kernels, random, 515, 7, 5);
        Check(kernels, random, 3, 250, 40);
        Check(kernels, random, 2, 5, 1100);
        Check(kernels, random, 40, 300, 1);
        // Read as it lies over several blocks of rows; packed, of several blocks of rows and columns.
        Check(kernels, random, 290, 128, 250);
        Check(kernels, random, 520, 190, 183);
        Check(kernels, random, 66, 365, 1100);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Segments_of_rows_and_parts_of_the_output_have_the_bits_of_one_call(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(22);
        const int Rows = 700, M = 190, N = 183;
        int strideD = PlainMatrix.Padded(M);
        int strideV = PlainMatrix.Padded(N);
        using AlignedBuffer d = PlainMatrix.Random(random, Rows, M, strideD);
        using AlignedBuffer v = PlainMatrix.Random(random, Rows, N, strideV);
        using AlignedBuffer whole = new(M * N);
        using AlignedBuffer parts = new(M * N);
        MatrixGradient.Accumulate(kernels, Rows, d.Pointer, strideD, v.Pointer, strideV, whole.Pointer, N, 0, M, 0, N, false);
        for (int end = Rows; end > 0;)
        {
            int count = Math.Min(end, random.Next(1, 300));
            bool more = end < Rows;
            end -= count;
            foreach ((int m0, int m1, int n0, int n1) in ((int, int, int, int)[])[(0, 30, 0, N), (30, M, 0, 32), (30, M, 32, 71), (30, M, 71, N)])
            {
                MatrixGradient.Accumulate(
                    kernels, count, d.Pointer + (end * strideD), strideD, v.Pointer + (end * strideV), strideV, parts.Pointer, N, m0, m1, n0, n1, more);
            }
        }
        parts.Span.SequenceEqual(whole.Span).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Totals_that_come_along_with_a_gradient_have_the_bits_of_their_own_sums(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(25);
        (int Rows, int M, int N)[] shapes = [(0, 4, 80), (70, 1, 64), (300, 6, 100), (257, 179, 64), (80, 180, 80), (65, 361, 70), (257, 179, 200), (80, 180, 200), (65, 361, 120), (300, 100, 330), .. Enumerable.Range(0, 40).Select(_ => (random.Next(1, 300), random.Next(1, 60), random.Next(1, 200)))];
        foreach ((int rows, int m, int n) in shapes)
        {
            int strideD = PlainMatrix.Padded(m + 8), strideV = PlainMatrix.Padded(n) + (random.Next(2) * 16), strideG = PlainMatrix.Padded(n);
            using AlignedBuffer d = PlainMatrix.Random(random, rows, m, strideD);
            using AlignedBuffer v = PlainMatrix.Random(random, rows, n, strideV);
            using AlignedBuffer g = PlainMatrix.Random(random, m + 1, n, strideG);
            bool accumulate = random.Next(2) == 1;
            int n0 = random.Next(n / 2), n1 = random.Next(2) == 1 ? n : random.Next(n0, n) + 1;
            float[] apart = g.Span.ToArray();
            fixed (float* pointer = apart)
            {
                MatrixGradient.Accumulate(kernels, rows, d.Pointer, strideD, v.Pointer, strideV, pointer, strideG, 0, m, n0, n1, accumulate);
                ColumnTotals.Accumulate(kernels.Width, rows, v.Pointer, strideV, pointer + (m * strideG), n0, n1, accumulate);
            }

            MatrixGradient.Accumulate(kernels, rows, d.Pointer, strideD, v.Pointer, strideV, g.Pointer, strideG, 0, m, n0, n1, accumulate, withTotals: true);

            for (int i = 0; i < (m + 1) * strideG; i++)
            {
                BitConverter.SingleToInt32Bits(g.Pointer[i]).ShouldBe(BitConverter.SingleToInt32Bits(apart[i]), $"{rows} rows, {m} by {n0}..{n1} of {n}, row {i / strideG}, column {i % strideG}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Column_totals_are_their_definition_bit_for_bit(int lanes)
    {
        Random random = new(23);
        for (int trial = 0; trial < 60; trial++)
        {
            int rows = random.Next(0, 60);
            int n = random.Next(1, 200);
            int stride = PlainMatrix.Padded(n);
            int n0 = random.Next(0, n);
            int n1 = random.Next(n0, n + 1);
            bool accumulate = random.Next(2) == 0;
            using AlignedBuffer d = PlainMatrix.Random(random, rows, n, stride);
            using AlignedBuffer g = PlainMatrix.Random(random, 1, n, stride);
            float[] expected = g.Span.ToArray();
            for (int column = n0; column < n1; column++)
            {
                if (!accumulate) expected[column] = 0f;
                for (int r = rows - 1; r >= 0; r--) expected[column] += d.Pointer[(r * stride) + column];
            }
            ColumnTotals.Accumulate(new VectorWidth(lanes), rows, d.Pointer, stride, g.Pointer, n0, n1, accumulate);
            g.Span.ToArray().ShouldBe(expected);
        }
    }

    private static void Check(MatrixKernels kernels, Random random, int rows, int m, int n)
    {
        int strideD = m + random.Next(0, 9);
        int strideV = PlainMatrix.Padded(n) + random.Next(0, 9);
        int strideG = n + random.Next(0, 3);
        bool accumulate = random.Next(2) == 0;
        int m0 = random.Next(0, m), n0 = random.Next(0, n);
        int m1 = random.Next(m0, m + 1), n1 = random.Next(n0, n + 1);
        if (random.Next(2) == 0) (m0, m1, n0, n1) = (0, m, 0, n);
        using AlignedBuffer d = PlainMatrix.Random(random, rows, m, strideD);
        using AlignedBuffer v = PlainMatrix.Random(random, rows, n, strideV);
        using AlignedBuffer g = PlainMatrix.Random(random, m, n, strideG);
        float[] before = g.Span.ToArray();

        MatrixGradient.Accumulate(kernels, rows, d.Pointer, strideD, v.Pointer, strideV, g.Pointer, strideG, m0, m1, n0, n1, accumulate);

        string where = $"{rows} rows, {m0}..{m1} of {m} by {n0}..{n1} of {n}";
        for (int i = 0; i < before.Length; i++)
        {
            int row = i / strideG, column = i % strideG;
            float actual = g.Pointer[i];
            if (row < m0 || row >= m1 || column < n0 || column >= n1)
            {
                if (actual != before[i]) actual.ShouldBe(before[i], "outside the part asked for");
                continue;
            }
            float start = accumulate ? before[i] : 0f;
            float D(int r) => d.Pointer[((rows - 1 - r) * strideD) + row];
            float V(int r) => v.Pointer[((rows - 1 - r) * strideV) + column];
            PlainMatrix.ShouldHaveTheBitsOf(actual, PlainMatrix.Element(start, rows, 1, D, V), PlainMatrix.ExactElement(start, rows, D, V), rows, where);
        }
    }
}
