using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public unsafe class MatrixPackingTests
{
    [Fact]
    public void Parts_land_where_they_belong_and_nowhere_else()
    {
        Random random = new(31);
        for (int trial = 0; trial < 200; trial++)
        {
            int k = random.Next(1, 80), n = random.Next(1, 80);
            int k0 = random.Next(0, k), n0 = random.Next(0, n);
            int kCount = random.Next(0, k - k0 + 1), nCount = random.Next(0, n - n0 + 1);
            (int strideK, int strideN) = random.Next(3) switch
            {
                0 => (n + 3, 1),
                1 => (1, k + 2),
                _ => (2 * n, 2),
            };
            using AlignedBuffer source = PlainMatrix.Random(random, 1, 20000, 20000);
            using PackedMatrix w = new(k, n);
            w.Pack(source.Pointer, strideK, strideN, k0, kCount, n0, nCount);
            for (int i = 0; i < k; i++)
            {
                for (int j = 0; j < w.Panels * 16; j++)
                {
                    bool inside = i >= k0 && i < k0 + kCount && j >= n0 && j < n0 + nCount;
                    float expected = inside ? source.Pointer[((i - k0) * strideK) + ((j - n0) * strideN)] : 0f;
                    float actual = w.Pointer[(j / 16 * w.PanelStride) + (i * 16) + (j % 16)];
                    if (actual != expected) actual.ShouldBe(expected, $"{i}, {j}");
                }
            }
        }
    }

    [Fact]
    public void A_part_outside_the_matrix_is_refused()
    {
        using PackedMatrix w = new(8, 20);
        using AlignedBuffer source = new(200);
        Should.Throw<ArgumentOutOfRangeException>(() => w.Pack(source.Pointer, 1, 8, 4, 5, 0, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => w.Pack(source.Pointer, 1, 8, 0, 1, 10, 11));
        Should.Throw<ArgumentException>(() => w.Pack(source.Span));
    }
}
