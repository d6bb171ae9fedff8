namespace Cellwright.Tasks.Series;

/// <summary>Quantiles of standard distributions.</summary>
internal static class DistributionQuantile
{
    /// <summary>The normal distribution's, by Wichura's algorithm AS 241 (PPND7, 1988): error below 1e-7 of the value.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    public static double Normal(double level)
    {
        double q = level - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - (q * q);
            return q * Polynomial(r, 3.3871327179, 50.434271938, 159.29113202, 59.109374720)
                / Polynomial(r, 1.0, 17.895169469, 78.757757664, 67.187563600);
        }

        double tail = Math.Sqrt(-Math.Log(q < 0 ? level : 1.0 - level));
        double value = tail <= 5.0
            ? Ratio(tail - 1.6, 1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103, 0.73700164250, 0.12021132975)
            : Ratio(tail - 5.0, 6.6579051150, 3.0812263860, 0.42868294337, 0.017337203997, 0.24197894225, 0.012258202635);
        return q < 0 ? -value : value;
    }

    /// <summary>Student's t distribution's, by Hill's algorithm 396 (1970): about six digits.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    /// <param name="freedom">The degrees of freedom, above 2.</param>
    public static double Student(double level, double freedom)
    {
        double both = 2.0 * Math.Min(level, 1.0 - level);
        if (both >= 1.0)
        {
            return 0.0;
        }

        double a = 1.0 / (freedom - 0.5);
        double b = 48.0 / (a * a);
        double c = Polynomial(a, 96.36, -16.0, -98.0, 20700.0 / b);
        double d = ((((94.5 / (b + c)) - 3.0) / b) + 1.0) * Math.Sqrt(a * Math.PI / 2.0) * freedom;
        double y = Math.Pow(d * both, 2.0 / freedom);
        if (y > 0.05 + a)
        {
            double x = Normal(both * 0.5);
            c += freedom < 5.0 ? 0.3 * (freedom - 4.5) * (x + 0.6) : 0.0;
            c += Polynomial(x, b, -2.0, -7.0, -5.0, 0.05 * d);
            double square = x * x;
            double root = x * (1.0 + (((Polynomial(square, 94.5, 36.0, 6.3, 0.4) / c) - square - 3.0) / b));
            y = a * root * root;
            y = y > 0.002 ? Math.Exp(y) - 1.0 : y + (0.5 * y * y);
        }
        else
        {
            double tail = (((freedom + 6.0) / (freedom * y)) - (0.089 * d) - 0.822) * (freedom + 2.0) * 3.0;
            y = ((((1.0 / tail) + (0.5 / (freedom + 4.0))) * y) - 1.0) * (freedom + 1.0) / (freedom + 2.0) + (1.0 / y);
        }

        double value = Math.Sqrt(freedom * y);
        return level < 0.5 ? -value : value;
    }

    private static double Ratio(double r, double p0, double p1, double p2, double p3, double q1, double q2) =>
        Polynomial(r, p0, p1, p2, p3) / Polynomial(r, 1.0, q1, q2);

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        double sum = 0.0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return sum;
    }
}
