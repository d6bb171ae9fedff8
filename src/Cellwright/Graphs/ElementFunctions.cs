namespace Cellwright.Graphs;

/// <summary>The elementwise operations in double precision, one number at a time: the reference for every kernel.</summary>
internal static class ElementFunctions
{
    public static bool IsElementwise(Operation operation) => operation is >= Operation.Add and <= Operation.Erf;

    public static double Apply(Operation operation, double a) => operation switch
    {
        Operation.Negate => -a,
        Operation.Sigmoid => a >= 0 ? 1 / (1 + Math.Exp(-a)) : Math.Exp(a) / (1 + Math.Exp(a)),
        Operation.Tanh => Math.Tanh(a),
        Operation.Relu => a > 0 ? a : 0,
        Operation.Exp => Math.Exp(a),
        Operation.Log => Math.Log(a),
        Operation.Sqrt => Math.Sqrt(a),
        Operation.Abs => Math.Abs(a),
        Operation.Sign => a > 0 ? 1 : a < 0 ? -1 : 0,
        Operation.Sin => Math.Sin(a),
        Operation.Cos => Math.Cos(a),
        Operation.Softplus => Math.Max(a, 0) + LogOnePlus(Math.Exp(-Math.Abs(a))),
        Operation.Erf => ErrorFunction(a),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "not a function of one number"),
    };

    public static double Apply(Operation operation, double a, double b) => operation switch
    {
        Operation.Add => a + b,
        Operation.Subtract => a - b,
        Operation.Multiply => a * b,
        Operation.Divide => a / b,
        Operation.Minimum => Math.Min(a, b),
        Operation.Maximum => Math.Max(a, b),
        Operation.Greater => a > b ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "not a function of two numbers"),
    };

    // log(u) y / (u − 1) with u = 1 + y rounded: the errors of the logarithm and of the quotient cancel (William Kahan).
    private static double LogOnePlus(double y)
    {
        double u = 1 + y;
        return u > 1 ? Math.Log(u) * (y / (u - 1)) : y;
    }

    // Maclaurin series up to 3, where its terms stay below 1e3 and lose fewer than four digits; beyond it the continued
    // fraction of the complement (Abramowitz and Stegun 7.1.14).
    private static double ErrorFunction(double x)
    {
        double magnitude = Math.Abs(x);
        if (magnitude < 3)
        {
            double term = magnitude;
            double sum = magnitude;
            for (int n = 1; n < 100 && Math.Abs(term) > 1e-18; n++)
            {
                term *= -magnitude * magnitude / n;
                sum += term / ((2 * n) + 1);
            }

            return Math.Sign(x) * sum * 2 / Math.Sqrt(Math.PI);
        }

        double fraction = magnitude;
        for (int n = 60; n >= 1; n--)
        {
            fraction = magnitude + (n / 2.0 / fraction);
        }

        return Math.Sign(x) * (1 - (Math.Exp(-magnitude * magnitude) / fraction / Math.Sqrt(Math.PI)));
    }
}
