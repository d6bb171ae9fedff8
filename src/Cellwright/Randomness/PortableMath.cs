namespace Cellwright.Randomness;

/// <summary>
/// Logarithm, exponential function, sine and cosine in double precision from additions, multiplications and divisions alone, so that every
/// machine gives the same bits: the last bit of <see cref="Math.Log(double)"/> and <see cref="Math.Cos"/> is the C library's.
/// Errors are a few units in the last place.
/// </summary>
internal static class PortableMath
{
    private const double RightAngle = Math.PI / 2;

    /// <summary>The natural logarithm of a positive, normal, finite number.</summary>
    public static double Log(double x)
    {
        const long mantissaMask = 0x000F_FFFF_FFFF_FFFF;
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & mantissaMask) | BitConverter.DoubleToInt64Bits(1.0));
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // log m = 2 artanh s with s = (m − 1)/(m + 1), |s| ≤ 0.172: eleven terms of its series reach the last bit.
        double s = (mantissa - 1) / (mantissa + 1);
        double q = s * s;
        double series = 1.0 / 21;
        series = (series * q) + (1.0 / 19);
        series = (series * q) + (1.0 / 17);
        series = (series * q) + (1.0 / 15);
        series = (series * q) + (1.0 / 13);
        series = (series * q) + (1.0 / 11);
        series = (series * q) + (1.0 / 9);
        series = (series * q) + (1.0 / 7);
        series = (series * q) + (1.0 / 5);
        series = (series * q) + (1.0 / 3);
        double log = 2 * (s + (s * q * series));
        return (exponent * 0.69314718055994531) + log;
    }

    /// <summary>The exponential function of a number between −700 and 700; infinite above, 0 below.</summary>
    public static double Exp(double x)
    {
        if (!(Math.Abs(x) <= 700))
        {
            return double.IsNaN(x) ? x : x > 0 ? double.PositiveInfinity : 0;
        }

        // x = n ln 2 + r with |r| ≤ ln 2 / 2; the first part of ln 2 has trailing zeros, so that its product with n is exact.
        double n = Math.Round(x * 1.4426950408889634);
        double r = x - (n * 0.693147180369123816490) - (n * 1.90821492927058770002e-10);
        double series = 1;
        for (int k = 14; k > 0; k--)
        {
            series = 1 + (r * series / k);
        }

        return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(series) + ((long)n << 52));
    }

    /// <summary>Sine and cosine of an angle in turns, 0 ≤ <paramref name="turns"/> &lt; 1.</summary>
    public static (double Sin, double Cos) SinCosOfTurns(double turns)
    {
        double quarters = turns * 4;
        int quadrant = (int)(quarters + 0.5);
        double angle = (quarters - quadrant) * RightAngle;
        double q = angle * angle;

        // Taylor series on |angle| ≤ π/4; the first term left out is below 1e-17.
        double sin = 1.0 / 355687428096000;
        sin = (sin * q) - (1.0 / 1307674368000);
        sin = (sin * q) + (1.0 / 6227020800);
        sin = (sin * q) - (1.0 / 39916800);
        sin = (sin * q) + (1.0 / 362880);
        sin = (sin * q) - (1.0 / 5040);
        sin = (sin * q) + (1.0 / 120);
        sin = (sin * q) - (1.0 / 6);
        sin = angle + (angle * q * sin);

        double cos = 1.0 / 20922789888000;
        cos = (cos * q) - (1.0 / 87178291200);
        cos = (cos * q) + (1.0 / 479001600);
        cos = (cos * q) - (1.0 / 3628800);
        cos = (cos * q) + (1.0 / 40320);
        cos = (cos * q) - (1.0 / 720);
        cos = (cos * q) + (1.0 / 24);
        cos = (cos * q) - 0.5;
        cos = 1 + (q * cos);

        return (quadrant & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }
}
