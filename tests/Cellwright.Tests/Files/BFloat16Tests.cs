using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Files;

public class BFloat16Tests
{
    [Theory]
    [InlineData(1.0, 0x3F80)]
    [InlineData(-2.0, 0xC000)]
    [InlineData(1.00390625, 0x3F80)]
    [InlineData(1.01171875, 0x3F82)]
    [InlineData(1.0039062500000002, 0x3F81)]
    [InlineData(1.0039062499999998, 0x3F80)]
    [InlineData(3.3895313892515355e38, 0x7F7F)]
    [InlineData(3.4e38, 0x7F80)]
    [InlineData(1e300, 0x7F80)]
    [InlineData(-1e300, 0xFF80)]
    [InlineData(1e-45, 0x0000)]
    [InlineData(-0.0, 0x8000)]
    [InlineData(double.PositiveInfinity, 0x7F80)]
    public void Ties_go_to_even_and_doubles_are_rounded_once(double value, int bits) => BFloat16.Of(value).ShouldBe((ushort)bits);

    [Fact]
    public void A_NaN_stays_one()
    {
        float.IsNaN(BFloat16.ToSingle(BFloat16.Of(float.NaN))).ShouldBeTrue();
        float.IsNaN(BFloat16.ToSingle(BFloat16.Of(BitConverter.UInt32BitsToSingle(0x7F800001)))).ShouldBeTrue();
        float.IsNaN(BFloat16.ToSingle(BFloat16.Of(double.NaN))).ShouldBeTrue();
    }

    [Fact]
    public void Every_number_is_rounded_to_itself()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float value = BFloat16.ToSingle((ushort)bits);
            if (!float.IsNaN(value))
            {
                BFloat16.Of(value).ShouldBe((ushort)bits);
                BFloat16.Of((double)value).ShouldBe((ushort)bits);
            }
        }
    }

    [Fact]
    public void No_other_number_is_nearer()
    {
        Random random = new(3);
        for (int i = 0; i < 100_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64()) is var drawn && Math.Abs(drawn) is > 1e-37 and < 3e38 ? drawn : random.NextDouble();
            ushort bits = BFloat16.Of(value);
            double error = Math.Abs(BFloat16.ToSingle(bits) - value);
            Math.Abs(BFloat16.ToSingle((ushort)(bits + 1)) - value).ShouldBeGreaterThanOrEqualTo(error);
            Math.Abs(BFloat16.ToSingle((ushort)(bits - 1)) - value).ShouldBeGreaterThanOrEqualTo(error);
        }
    }
}
