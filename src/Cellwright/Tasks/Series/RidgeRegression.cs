using System.Numerics.Tensors;

namespace Cellwright.Tasks.Series;

/// <summary>
/// A linear map with bias, fitted in closed form by least squares with a ridge on the weights, which are the same for all windows.
/// </summary>
/// <param name="Weights">The weights of each outcome, by the last inputs: rows may be shorter than the inputs.</param>
/// <param name="Bias">What is added to each outcome.</param>
/// <param name="Ridge">The ridge, relative to the mean square of an input.</param>
/// <param name="ValidationError">The mean squared error on the windows that chose; NaN where there were none.</param>
internal sealed record RidgeRegression(double[][] Weights, double[] Bias, double Ridge, double ValidationError)
{
    // With nothing to choose by: a little.
    private const double UsualRidge = 1e-3;

    private static readonly double[] Ridges = [1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    /// <summary>Fits the map to some windows, with the ridge and the number of inputs by which others have the least error.</summary>
    /// <param name="training">The windows to fit to.</param>
    /// <param name="validation">Those that choose; without any, the ridge is 1e-3 and the inputs are the first of <paramref name="widths"/>.</param>
    /// <param name="widths">How many of the last inputs may be looked at, each at least 1.</param>
    public static RidgeRegression Fit(RegressionSums training, RegressionSums validation, ReadOnlySpan<int> widths)
    {
        if (validation.Windows == 0)
        {
            return Solve(training, UsualRidge, widths[0]) ?? throw new InvalidOperationException("a ridge makes the equations solvable");
        }

        RidgeRegression? best = null;
        foreach (int width in widths)
        {
            foreach (double ridge in Ridges)
            {
                if (Solve(training, ridge, width) is { } map && map.ErrorOn(validation) is var error && (best is null || error < best.ValidationError))
                {
                    best = map with { ValidationError = error };
                }
            }
        }

        return best ?? throw new InvalidOperationException("the largest ridge makes the equations solvable");
    }

    /// <summary>Fits the map.</summary>
    /// <param name="sums">The windows.</param>
    /// <param name="ridge">The ridge.</param>
    /// <param name="width">How many of the last inputs are looked at.</param>
    /// <returns>Null where the ridge is too small for the equations to be solved.</returns>
    public static RidgeRegression? Solve(RegressionSums sums, double ridge, int width)
    {
        int first = sums.InputSums.Length - width;
        double[] means = [.. sums.InputSums[first..].Select(sum => sum / sums.Weight)];
        double[][] gram = new double[width][];
        double trace = 0;
        for (int i = 0; i < width; i++)
        {
            gram[i] = new double[i + 1];
            for (int j = 0; j <= i; j++)
            {
                gram[i][j] = sums.Inputs[first + i][first + j] - (sums.InputSums[first + i] * means[j]);
            }

            trace += gram[i][i];
        }

        // Constant columns have nothing to explain; any ridge will do.
        double added = trace > 0 ? ridge * trace / width : 1;
        for (int i = 0; i < width; i++)
        {
            gram[i][i] += added;
        }

        if (Cholesky.Factor(gram) is not { } factor)
        {
            return null;
        }

        double[][] weights = new double[sums.OutcomeSums.Length][];
        double[] bias = new double[weights.Length];
        Parallel.For(0, weights.Length, step =>
        {
            double mean = sums.OutcomeSums[step] / sums.Weight;
            double[] row = weights[step] = new double[width];
            for (int i = 0; i < width; i++)
            {
                row[i] = sums.Outcomes[step][first + i] - (sums.OutcomeSums[step] * means[i]);
            }

            factor.Solve(row);
            double explained = 0;
            for (int i = 0; i < width; i++)
            {
                explained += row[i] * means[i];
            }

            bias[step] = mean - explained;
        });
        return new RidgeRegression(weights, bias, ridge, double.NaN);
    }

    /// <summary>The mean of w (y − W z − b)² over windows and outcomes, from the sums of their products.</summary>
    public double ErrorOn(RegressionSums sums)
    {
        double[] errors = new double[Weights.Length];
        Parallel.For(0, errors.Length, step => errors[step] = SquaredErrors(sums, step));
        return errors.Sum() / (sums.Weight * Weights.Length);
    }

    private double SquaredErrors(RegressionSums sums, int step)
    {
        double[] row = Weights[step];
        double bias = Bias[step];
        int first = sums.InputSums.Length - row.Length;
        double[] products = new double[row.Length];
        double diagonal = 0;
        for (int i = 0; i < row.Length; i++)
        {
            ReadOnlySpan<double> inputs = sums.Inputs[first + i].AsSpan(first);
            TensorPrimitives.MultiplyAdd(inputs, row[i], products.AsSpan(0, i + 1), products.AsSpan(0, i + 1));
            diagonal += row[i] * row[i] * inputs[i];
        }

        // Each product of two inputs was counted once, and counts twice.
        double error = sums.OutcomeSquares[step] - (2 * bias * sums.OutcomeSums[step]) + (bias * bias * sums.Weight) - diagonal;
        for (int i = 0; i < row.Length; i++)
        {
            error += 2 * row[i] * (products[i] - sums.Outcomes[step][first + i] + (bias * sums.InputSums[first + i]));
        }

        return error;
    }
}
