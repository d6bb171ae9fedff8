using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public unsafe class MatrixProductTests
{
    public static TheoryData<int> Widths => [1, 8, 16];

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_is_its_definition_bit_for_bit(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(12);
        for (int trial = 0; trial < 400; trial++)
        {
            Check(kernels, random, random.Next(1, 18), random.Next(1, 101), random.Next(1, 71), (Start)random.Next(4));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_is_its_definition_at_sizes_that_need_blocks(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(13);
        Check(kernels, random, 3, 600, 130, Start.Rows);
        Check(kernels, random, 125, 257, 150, Start.Bias);
        Check(kernels, random, 250, 520, 20, Start.Result);
        Check(kernels, random, 1, 1030, 200, Start.Zeros);
        Check(kernels, random, 2, 1030, 200, Start.Bias);
        Check(kernels, random, 8, 64, 300, Start.Bias);
        Check(kernels, random, 40, 2100, 130, Start.Rows);
        Check(kernels, random, 75, 4100, 120, Start.Bias);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_number_of_rows_and_panels_has_the_same_bits(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(14);
        for (int rows = 1; rows <= 17; rows++)
        {
            for (int n = 16; n <= 208; n += 32) Check(kernels, random, rows, 67, n, Start.Rows);
        }
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(16, 8)]
    [InlineData(17, 4)]
    [InlineData(48, 4)]
    [InlineData(49, 2)]
    [InlineData(112, 2)]
    [InlineData(113, 1)]
    public void Few_columns_cut_the_sums_into_runs(int n, int runs)
    {
        PackedMatrix.RunsOf(64, n).ShouldBe(runs);
        PackedMatrix.RunsOf(15, n).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Operands_one_behind_the_other_are_one_sum(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        Random random = new(15);
        for (int trial = 0; trial < 60; trial++)
        {
            int rows = random.Next(1, 40);
            int n = random.Next(1, 150);
            int[] counts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 40))];
            int k = counts.Sum();
            bool touching = random.Next(2) == 0;
            int stride = touching ? k : counts.Sum(c => c + 3);
            using AlignedBuffer a = PlainMatrix.Random(random, rows, stride, stride);
            using AlignedBuffer source = PlainMatrix.Random(random, k, n, n);
            using PackedMatrix w = new(k, n);
            w.Pack(source.Span);
            int padded = PlainMatrix.Padded(n);
            using AlignedBuffer start = PlainMatrix.Random(random, rows, n, padded);
            using AlignedBuffer c = new(rows * padded);
            MatrixOperand[] operands = new MatrixOperand[counts.Length];
            List<int> columns = [];
            int at = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                operands[i] = new MatrixOperand(a.Pointer + at, stride, counts[i]);
                columns.AddRange(Enumerable.Range(at, counts[i]));
                at += counts[i] + (touching ? 0 : 3);
            }

            MatrixProduct.Multiply(kernels, rows, operands, w, start.Pointer, padded, c.Pointer, padded, 0, w.Panels);

            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < n; column++)
                {
                    float expected = PlainMatrix.Element(
                        start.Pointer[(row * padded) + column],
                        k,
                        w.Runs,
                        i => a.Pointer[(row * stride) + columns[i]],
                        i => source.Pointer[(i * n) + column]);
                    if (c.Pointer[(row * padded) + column] != expected) c.Pointer[(row * padded) + column].ShouldBe(expected);
                }
            }
        }
    }

    [Fact]
    public void Operands_that_do_not_cover_the_matrix_are_refused()
    {
        using PackedMatrix w = new(8, 8);
        using AlignedBuffer a = new(64);
        Should.Throw<ArgumentException>(() => MatrixProduct.Multiply(1, [new MatrixOperand(a.Pointer, 8, 7)], w, null, 0, a.Pointer + 16, 16))
            .Message.ShouldStartWith("The left operands have 7 columns in all; the packed matrix has 8 rows.");
    }

    [Theory]
    [InlineData(100, 40)]
    [InlineData(100, 200)]
    public void Products_and_gradients_allocate_nothing_once_their_kernels_are_there(int k, int n)
    {
        Random random = new(18);
        int rows = 30, padded = PlainMatrix.Padded(n);
        using AlignedBuffer a = PlainMatrix.Random(random, rows, k, k);
        using AlignedBuffer c = new(rows * padded);
        using AlignedBuffer g = new(k * n);
        using PackedMatrix w = new(k, n);
        long before = 0;
        for (int i = 0; i < 3; i++)
        {
            if (i == 2) before = GC.GetAllocatedBytesForCurrentThread();
            MatrixProduct.Multiply(rows, a.Pointer, k, w, null, 0, c.Pointer, padded);
            MatrixProduct.Multiply(1, [new(a.Pointer, k, 40), new(a.Pointer + k, k, k - 40)], w, null, 0, c.Pointer, padded);
            MatrixGradient.Accumulate(rows, a.Pointer, k, c.Pointer, padded, g.Pointer, n, 0, k, 0, n, true);
            ColumnTotals.Accumulate(rows, c.Pointer, padded, g.Pointer, 0, n, true);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Panels_can_be_shared_out()
    {
        Random random = new(16);
        int rows = 5, k = 90, n = 300, padded = PlainMatrix.Padded(n);
        using AlignedBuffer a = PlainMatrix.Random(random, rows, k, k);
        using AlignedBuffer source = PlainMatrix.Random(random, k, n, n);
        using PackedMatrix w = new(k, n);
        w.Pack(source.Span);
        using AlignedBuffer whole = new(rows * padded);
        using AlignedBuffer parts = new(rows * padded);
        MatrixProduct.Multiply(rows, a.Pointer, k, w, null, 0, whole.Pointer, padded);
        MatrixProduct.Multiply(rows, a.Pointer, k, w, null, 0, parts.Pointer, padded, 7, w.Panels - 7);
        parts.Span[..(7 * 16)].ToArray().ShouldAllBe(x => x == 0f);
        MatrixProduct.Multiply(rows, a.Pointer, k, w, null, 0, parts.Pointer, padded, 0, 7);
        parts.Span.SequenceEqual(whole.Span).ShouldBeTrue();
    }

    [Fact]
    public void A_row_does_not_depend_on_the_rows_beside_it()
    {
        Random random = new(17);
        foreach (int n in (int[])[10, 40, 100, 200])
        {
            int rows = 19, k = 75, padded = PlainMatrix.Padded(n);
            using AlignedBuffer a = PlainMatrix.Random(random, rows, k, k);
            using AlignedBuffer source = PlainMatrix.Random(random, n, k, k);
            using PackedMatrix w = new(k, n);
            w.PackTransposed(source.Span);
            using AlignedBuffer bias = PlainMatrix.Random(random, 1, n, padded);
            using AlignedBuffer whole = new(rows * padded);
            MatrixProduct.Multiply(rows, a.Pointer, k, w, bias.Pointer, 0, whole.Pointer, padded);
            using AlignedBuffer parts = new(rows * padded);
            for (int row = 0; row < rows;)
            {
                int count = Math.Min(random.Next(1, 9), rows - row);
                MatrixProduct.Multiply(count, a.Pointer + (row * k), k, w, bias.Pointer, 0, parts.Pointer + (row * padded), padded);
                row += count;
            }
            parts.Span.SequenceEqual(whole.Span).ShouldBeTrue();
        }
    }

    private enum Start
    {
        Zeros,
        Bias,
        Rows,
        Result,
    }

    private static void Check(MatrixKernels kernels, Random random, int rows, int k, int n, Start kind)
    {
        int strideA = k + random.Next(0, 5);
        int padded = PlainMatrix.Padded(n);
        int strideC = padded + (16 * random.Next(0, 2));
        bool transposed = random.Next(2) == 0;
        using AlignedBuffer a = PlainMatrix.Random(random, rows, k, strideA);
        using AlignedBuffer source = PlainMatrix.Random(random, k, n, n);
        using PackedMatrix w = new(k, n);
        if (transposed) w.Pack(source.Pointer, 1, k, 0, k, 0, n);
        else w.Pack(source.Pointer, n, 1, 0, k, 0, n);
        using AlignedBuffer start = PlainMatrix.Random(random, rows, n, strideC);
        using AlignedBuffer c = new((long)rows * strideC);
        start.Span.CopyTo(c.Span);
        (nint startAddress, int strideStart) = kind switch
        {
            Start.Zeros => (0, 0),
            Start.Bias => ((nint)start.Pointer, 0),
            Start.Rows => ((nint)start.Pointer, strideC),
            _ => ((nint)c.Pointer, strideC),
        };

        MatrixProduct.Multiply(kernels, rows, [new MatrixOperand(a.Pointer, strideA, k)], w, (float*)startAddress, strideStart, c.Pointer, strideC, 0, w.Panels);

        string where = $"{rows}×{k}×{n}, {kind}";
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < n; column++)
            {
                float from = kind == Start.Zeros ? 0f : start.Pointer[(kind == Start.Bias ? 0 : row * strideC) + column];
                float A(int i) => a.Pointer[(row * strideA) + i];
                float W(int i) => source.Pointer[transposed ? (column * k) + i : (i * n) + column];
                PlainMatrix.ShouldHaveTheBitsOf(
                    c.Pointer[(row * strideC) + column],
                    PlainMatrix.Element(from, k, w.Runs, A, W),
                    PlainMatrix.ExactElement(from, k, A, W),
                    k,
                    where);
            }
        }
    }
}
