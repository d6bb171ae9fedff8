namespace Cellwright.Tests.Layers;

/// <summary>Numerical differences of four points, whose error is of the fourth order.</summary>
internal static class NumericalGradient
{
    private const double Step = 1e-4;

    /// <summary>The gradient of a loss by values that it reads; they are changed in place and put back.</summary>
    public static double[] Of(Func<double> loss, double[] values)
    {
        double[] gradient = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double at = values[i];
            double At(double step)
            {
                values[i] = at + step;
                double result = loss();
                values[i] = at;
                return result;
            }

            gradient[i] = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
        }

        return gradient;
    }
}
