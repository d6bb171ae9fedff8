using Cellwright.Graphs;

namespace Cellwright.Kernels;

/// <summary>
/// The graph's elementwise operations as lane instructions: our own polynomials, the same at every vector width.
/// </summary>
/// <remarks>
/// Coefficients are least-maximum fits (Lawson's iteration on Chebyshev nodes) of relative error: exp 3e-9 on
/// |r| ≤ ln 2 / 2 (9e-8 within the sigmoid), tanh 2.1e-8 on |x| ≤ 9, erf 2e-8 on |x| ≤ 3.93, log 8e-10 on [√½, √2], sin 4e-9 and cos 1e-10 on
/// |r| ≤ π/4; what float32 arithmetic adds is a few units in the last place.
/// </remarks>
internal static class VectorFunctions
{
    // 1.5 · 2^23: adding it rounds to a whole number, which then stands in the low bits.
    private const float RoundingShift = 12582912f;

    /// <summary>Appends an operation of the graph to a program; operands and result are instruction indices.</summary>
    public static int Append(LaneProgram p, Operation operation, int a, int b = -1) => operation switch
    {
        Operation.Add => p.Add(a, b),
        Operation.Subtract => p.Subtract(a, b),
        Operation.Multiply => p.Multiply(a, b),
        Operation.Divide => p.Divide(a, b),
        // Both orders are one number, or differ where one operand is none; the bits of both together are none then too.
        Operation.Minimum => p.Or(p.Minimum(a, b), p.Minimum(b, a)),
        Operation.Maximum => p.Or(p.Maximum(a, b), p.Maximum(b, a)),
        Operation.Greater => p.And(p.GreaterMask(a, b), p.Constant(1)),
        Operation.Negate => p.Xor(a, p.ConstantBits(int.MinValue)),
        Operation.Sigmoid => Sigmoid(p, a),
        Operation.Tanh => Tanh(p, a),
        // The operand stands second, so that what is not a number stays so.
        Operation.Relu => p.Maximum(p.Constant(0), a),
        Operation.Exp => Exp(p, a),
        Operation.Log => Log(p, a),
        Operation.Sqrt => p.Sqrt(a),
        Operation.Abs => p.And(a, p.ConstantBits(int.MaxValue)),
        Operation.Sign => p.Select(
            p.GreaterMask(a, p.Constant(0)), p.Constant(1), p.Select(p.GreaterMask(p.Constant(0), a), p.Constant(-1), p.Multiply(a, p.Constant(0)))),
        Operation.Sin => Wave(p, a, quarterTurns: 0),
        Operation.Cos => Wave(p, a, quarterTurns: 1),
        Operation.Softplus => Softplus(p, a),
        Operation.Erf => Erf(p, a),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "not an elementwise operation"),
    };

    // 2^n · e^r with x = n ln 2 + r. Returns the power without its scale, and n in the low bits of the shifted sum.
    private static (int Power, int Shifted) SplitExp(LaneProgram p, int x)
    {
        int shifted = p.FusedMultiplyAdd(x, p.Constant(1.44269504f), p.Constant(RoundingShift));
        int n = p.Subtract(shifted, p.Constant(RoundingShift));
        int r = p.FusedMultiplyAdd(n, p.Constant(-0.693145752f), x);
        r = p.FusedMultiplyAdd(n, p.Constant(-1.42860677e-6f), r);
        int tail = p.Polynomial(r, 0.00138145592f, 0.0083687352f, 0.041668389f, 0.166665211f, 0.49999994f);
        return (p.Add(p.FusedMultiplyAdd(p.Multiply(r, r), tail, r), p.Constant(1)), shifted);
    }

    private static int Clamp(LaneProgram p, int x, float low, float high) => p.Maximum(p.Constant(low), p.Minimum(p.Constant(high), x));

    private static int Exp(LaneProgram p, int x)
    {
        // One power of two is kept back, so that the largest results overflow to infinity as they should.
        int clamped = Clamp(p, x, -86.9f, 89f);
        (int power, int shifted) = SplitExp(p, clamped);
        int half = p.AddBits(p.AddBits(power, p.ShiftLeft(shifted, 23)), p.ConstantBits(-(1 << 23)));
        // 0, or not a number where x is none: adding to its bits could make it one.
        int invalid = p.Multiply(clamped, p.Constant(0));
        return p.Select(p.GreaterMask(p.Constant(-87.33654f), x), p.Constant(0), p.FusedMultiplyAdd(half, p.Constant(2), invalid));
    }

    private static int Sigmoid(LaneProgram p, int x)
    {
        // 1 / (1 + e), e = exp(-x) = 2^n exp(-r) with x = r - n ln 2. Clamped where the result is 1 anyway, or 2e-35: nothing
        // here becomes subnormal, which is slow. One part of ln 2 is enough, since e is small where n is large or near it.
        int clamped = Clamp(p, x, -80f, 80f);
        int shifted = p.FusedMultiplyAdd(clamped, p.Constant(-1.44269504f), p.Constant(RoundingShift));
        int n = p.Subtract(shifted, p.Constant(RoundingShift));
        int r = p.FusedMultiplyAdd(n, p.Constant(0.693147182f), clamped);
        int power = p.Polynomial(r, -0.00829022937f, 0.0418983884f, -0.166676402f, 0.499991447f, -0.999999702f, 1f);
        int exp = p.AddBits(power, p.ShiftLeft(shifted, 23));
        return p.Divide(p.Constant(1), p.Add(p.Constant(1), exp));
    }

    private static int Tanh(LaneProgram p, int x)
    {
        int clamped = Clamp(p, x, -9f, 9f);
        int square = p.Multiply(clamped, clamped);
        int above = p.Polynomial(square, 1.33546685e-08f, 2.06090881e-05f, 0.00349558867f, 0.133810267f, 1f);
        int below = p.Polynomial(square, 7.77656169e-07f, 0.000328563561f, 0.025876984f, 0.467143416f, 1f);
        return p.Divide(p.Multiply(clamped, above), below);
    }

    private static int Erf(LaneProgram p, int x)
    {
        int clamped = Clamp(p, x, -3.93f, 3.93f);
        int square = p.Multiply(clamped, clamped);
        int above = p.Polynomial(square, 2.04196522e-06f, 0.000284808251f, 0.00377961085f, 0.0527902916f, 0.190783918f, 1.12837911f);
        int below = p.Polynomial(square, 3.80040001e-05f, 0.00116521236f, 0.0149974423f, 0.114257552f, 0.502410591f, 1f);
        return p.Divide(p.Multiply(clamped, above), below);
    }

    private static int Log(LaneProgram p, int x)
    {
        // x = m 2^e with m in [√½, √2).
        int e = p.ShiftRight(p.AddBits(x, p.ConstantBits(-0x3F3504F3)), 23);
        int m = p.AddBits(x, p.Xor(p.ShiftLeft(e, 23), p.ConstantBits(-1)));
        m = p.AddBits(m, p.ConstantBits(1));
        int exponent = p.ToFloat(e);
        int u = p.Subtract(m, p.Constant(1));
        int square = p.Multiply(u, u);
        int tail = p.Polynomial(
            u, 0.0674663857f, -0.116756514f, 0.118881628f, -0.124055892f, 0.142195523f, -0.166679963f, 0.200021192f, -0.250000089f, 0.333333135f);
        int small = p.FusedMultiplyAdd(exponent, p.Constant(1.42860677e-6f), p.Multiply(p.Multiply(square, u), tail));
        small = p.FusedMultiplyAdd(square, p.Constant(-0.5f), small);
        int log = p.FusedMultiplyAdd(exponent, p.Constant(0.693145752f), p.Add(small, u));
        // √x − ∞ is −∞ at 0 and not a number below it.
        int outside = p.Subtract(p.Sqrt(x), p.Constant(float.PositiveInfinity));
        int finite = p.Select(p.GreaterMask(x, p.Constant(float.MaxValue)), x, log);
        return p.Select(p.GreaterMask(x, p.Constant(0)), finite, outside);
    }

    private static int Softplus(LaneProgram p, int x)
    {
        // max(x, 0) + log(1 + y), y = exp(-|x|); the logarithm as log(u) y / (u - 1) with u = 1 + y rounded, in which the
        // errors of both cancel (William Kahan), and as y where u is 1.
        int y = Exp(p, p.Or(x, p.ConstantBits(int.MinValue)));
        int u = p.Add(p.Constant(1), y);
        int rest = p.Subtract(u, p.Constant(1));
        int isSmall = p.GreaterMask(p.Constant(1e-30f), rest);
        int log = p.Multiply(Log(p, u), p.Divide(y, p.Select(isSmall, p.Constant(1), rest)));
        return p.Add(p.Maximum(p.Constant(0), x), p.Select(isSmall, y, log));
    }

    private static int Wave(LaneProgram p, int x, int quarterTurns)
    {
        // x = n π/2 + r; π/2 in three parts, so that r is good to the last bit for |x| up to some 10^4.
        int shifted = p.FusedMultiplyAdd(x, p.Constant(0.636619747f), p.Constant(RoundingShift));
        int n = p.Subtract(shifted, p.Constant(RoundingShift));
        int r = p.FusedMultiplyAdd(n, p.Constant(-1.5703125f), x);
        r = p.FusedMultiplyAdd(n, p.Constant(-4.83825803e-4f), r);
        r = p.FusedMultiplyAdd(n, p.Constant(-9.92093518e-10f), r);
        int square = p.Multiply(r, r);
        int sin = p.FusedMultiplyAdd(
            p.Multiply(square, r), p.Polynomial(square, 2.71793988e-06f, -0.000198392954f, 0.00833332911f, -0.166666672f), r);
        int cos = p.FusedMultiplyAdd(
            p.Multiply(square, square),
            p.Polynomial(square, 2.44348466e-05f, -0.00138873374f, 0.0416666456f),
            p.FusedMultiplyAdd(square, p.Constant(-0.5f), p.Constant(1)));
        int quadrant = p.AddBits(shifted, p.ConstantBits(quarterTurns));
        int isOdd = p.ShiftRight(p.ShiftLeft(quadrant, 31), 31);
        int sign = p.And(p.ShiftLeft(quadrant, 30), p.ConstantBits(int.MinValue));
        return p.Xor(p.Select(isOdd, cos, sin), sign);
    }
}
