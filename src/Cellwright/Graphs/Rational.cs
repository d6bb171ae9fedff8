using System.Globalization;

namespace Cellwright.Graphs;

/// <summary>A fraction in lowest terms with a positive denominator.</summary>
internal readonly record struct Rational
{
    public Rational(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        long divisor = GreatestCommonDivisor(Math.Abs(numerator), Math.Abs(denominator)) * Math.Sign(denominator);
        Numerator = numerator / divisor;
        Denominator = denominator / divisor;
    }

    public static Rational Zero { get; } = new(0, 1);

    public long Numerator { get; }

    public long Denominator { get; }

    public static Rational operator +(Rational left, Rational right) =>
        new(checked((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator)), checked(left.Denominator * right.Denominator));

    public static Rational operator *(Rational left, Rational right) =>
        new(checked(left.Numerator * right.Numerator), checked(left.Denominator * right.Denominator));

    public override string ToString() => Denominator == 1
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
