using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cellwright.Training;

/// <summary>
/// The exponential function, computed with additions, products and fused multiply-adds only, so that every machine
/// gives the same bits.
/// </summary>
internal static class Exponential
{
    /// <summary>Below this the exponential is that of this number, 1.2e-38: the smallest normal result.</summary>
    public const float Lowest = -87.33654f;

    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: the first has trailing zeros, so its product with a small integer is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// e^x for x ≤ 0, each element by itself; relative error at most 1e-7 (under one unit in the last place of 1.2e-7).
    /// Numbers below <see cref="Lowest"/> count as that; NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OfNonPositive(Vector256<float> x)
    {
        Vector256<float> bounded = Vector256.Max(x, Vector256.Create(Lowest));

        // Adding 1.5·2^23 leaves the nearest integer in the low bits: the exponent to shift in below.
        Vector256<float> magic = Vector256.Create(12582912f);
        Vector256<float> shifted = Vector256.FusedMultiplyAdd(bounded, Vector256.Create(Log2E), magic);
        Vector256<float> integer = shifted - magic;
        Vector256<float> r = Vector256.FusedMultiplyAdd(integer, Vector256.Create(-Ln2High), bounded);
        r = Vector256.FusedMultiplyAdd(integer, Vector256.Create(-Ln2Low), r);

        // e^r on |r| ≤ ln 2 / 2 by its Taylor series to r^7; the remainder is below 6e-9.
        Vector256<float> p = Vector256.Create(1f / 5040f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 720f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 120f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 24f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 6f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        Vector256<int> exponent = Vector256.ShiftLeft(shifted.AsInt32(), 23);
        return (p.AsInt32() + exponent).AsSingle();
    }
}
