using Cellwright.Randomness;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Randomness;

public class PortableMathTests
{
    [Fact]
    public void Logarithms_agree_with_the_C_library_to_a_few_units_in_the_last_place()
    {
        foreach (double scale in new[] { Math.ScaleB(1, -53), 1e-9, 0.01, 1, 1e6 })
        {
            for (int i = 1; i <= 5000; i++)
            {
                double x = i / 5000.0 * scale;
                PortableMath.Log(x).ShouldBe(Math.Log(x), 4e-16 * Math.Max(1e-3, Math.Abs(Math.Log(x))));
            }
        }
    }

    [Fact]
    public void The_logarithm_of_one_is_zero() => PortableMath.Log(1).ShouldBe(0);

    [Fact]
    public void Exponentials_agree_with_the_C_library_to_a_few_units_in_the_last_place()
    {
        foreach (double scale in new[] { 1e-9, 1, 20, 700 })
        {
            for (int i = -5000; i <= 5000; i++)
            {
                double x = i / 5000.0 * scale;
                PortableMath.Exp(x).ShouldBe(Math.Exp(x), 1e-15 * Math.Exp(x));
            }
        }

        PortableMath.Exp(0).ShouldBe(1);
        PortableMath.Exp(701).ShouldBe(double.PositiveInfinity);
        PortableMath.Exp(-701).ShouldBe(0);
        PortableMath.Exp(double.NaN).ShouldBe(double.NaN);
    }

    [Fact]
    public void Sine_and_cosine_agree_with_the_C_library()
    {
        for (int i = 0; i < 8192; i++)
        {
            double turns = i / 8192.0;
            (double sin, double cos) = PortableMath.SinCosOfTurns(turns);
            sin.ShouldBe(Math.Sin(2 * Math.PI * turns), 1e-15);
            cos.ShouldBe(Math.Cos(2 * Math.PI * turns), 1e-15);
        }
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0.25, 1, 0)]
    [InlineData(0.5, 0, -1)]
    [InlineData(0.75, -1, 0)]
    public void Quarter_turns_are_exact(double turns, double sin, double cos) =>
        PortableMath.SinCosOfTurns(turns).ShouldBe((sin, cos));
}
