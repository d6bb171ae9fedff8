using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;

namespace Cellwright.Tests.Kernels;

/// <summary>Plain loops in the order that the kernels promise, and random operands.</summary>
internal static unsafe class PlainMatrix
{
    public static AlignedBuffer Random(Random random, int rows, int columns, int stride)
    {
        AlignedBuffer buffer = new((long)rows * stride);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) buffer.Pointer[(row * stride) + column] = (float)((random.NextDouble() * 2) - 1);
        }
        return buffer;
    }

    public static int Padded(int columns) => PackedMatrix.PanelsOf(columns) * PackedMatrix.PanelColumns;

    /// <summary>One element of a product, by definition: chains in runs, added to the start in order.</summary>
    public static float Element(float start, int k, int runs, Func<int, float> a, Func<int, float> w)
    {
        if (runs == 1)
        {
            float sum = start;
            for (int i = 0; i < k; i++) sum = MathF.FusedMultiplyAdd(a(i), w(i), sum);
            return sum;
        }
        float total = start;
        for (int run = 0; run < runs; run++)
        {
            int end = run == runs - 1 ? k : (run + 1) * (k / runs);
            float sum = 0f;
            for (int i = run * (k / runs); i < end; i++) sum = MathF.FusedMultiplyAdd(a(i), w(i), sum);
            total += sum;
        }
        return total;
    }

    /// <summary>Fails unless the two have the same bits, and are near the exact value.</summary>
    public static void ShouldHaveTheBitsOf(float actual, float expected, double exact, int k, string where)
    {
        int bits = BitConverter.SingleToInt32Bits(actual), expectedBits = BitConverter.SingleToInt32Bits(expected);
        if (bits != expectedBits) bits.ShouldBe(expectedBits, $"{where}: {actual:R} instead of {expected:R}");
        if (Math.Abs(actual - exact) > 1e-6 * (k + 1)) ((double)actual).ShouldBe(exact, 1e-6 * (k + 1), where);
    }

    public static double ExactElement(double start, int k, Func<int, float> a, Func<int, float> w)
    {
        double sum = start;
        for (int i = 0; i < k; i++) sum += (double)a(i) * w(i);
        return sum;
    }
}
