using System.Numerics;

namespace Cellwright.Cli;

/// <summary>How far two tensors lie apart: max|a − b| / max(|a|, |b|) over the whole tensor, the divisor at least 1e-8.</summary>
internal static class TensorError
{
    /// <summary>The error; infinite where only one of them is a number, or their lengths differ.</summary>
    public static double Of<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected)
        where T : struct, INumber<T>
    {
        double difference = actual.Length == expected.Length ? 0.0 : double.PositiveInfinity;
        double size = 1e-8;
        for (int i = 0; i < Math.Min(actual.Length, expected.Length); i++)
        {
            double a = double.CreateChecked(actual[i]);
            double b = double.CreateChecked(expected[i]);
            double apart = Math.Abs(a - b);
            difference = double.IsNaN(apart) ? double.PositiveInfinity : Math.Max(difference, apart);
            size = Math.Max(size, Math.Max(Math.Abs(a), Math.Abs(b)));
        }

        return double.IsFinite(size) ? difference / size : double.PositiveInfinity;
    }
}
