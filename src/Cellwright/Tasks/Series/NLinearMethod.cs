namespace Cellwright.Tasks.Series;

/// <summary>
/// NLinear (Zeng, Chen, Zhang and Xu, 2023): the window's last value subtracted, one linear map with bias from the window to
/// all steps, shared by all targets and series, and the last value added again.
/// </summary>
/// <remarks>
/// Fitted by least squares in closed form, with a ridge on the weights that the windows of validation choose; the paper
/// trains with Adam and stops early. Each column counts in units of its deviation. Missing values are interpolated, and a
/// series shorter than the window begins with its first value repeated.
/// </remarks>
public sealed class NLinearMethod : IForecastMethod
{
    // Relative to the mean square of an input.
    private static readonly double[] Ridges = [1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    private readonly int window;
    private readonly double[][] weights;
    private readonly double[] bias;

    private NLinearMethod(int window, double[][] weights, double[] bias, double ridge, double validationError)
        => (this.window, this.weights, this.bias, Ridge, ValidationError) = (window, weights, bias, ridge, validationError);

    /// <inheritdoc/>
    public string Name => "nlinear";

    /// <summary>The ridge chosen, relative to the mean square of an input.</summary>
    public double Ridge { get; }

    /// <summary>The mean squared error on the windows of validation, in units of each column's deviation; NaN where there were none.</summary>
    public double ValidationError { get; }

    /// <summary>Fits the map.</summary>
    /// <param name="set">The series; those shorter than a window and its outcome teach nothing.</param>
    /// <param name="options">The window, the horizon and how the ridge is chosen.</param>
    /// <exception cref="SeriesException">No series is as long as a window and its outcome.</exception>
    public static NLinearMethod Fit(SeriesSet set, NLinearOptions options)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1);
        if (!(options.ValidationShare is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), "the share of validation is at least 0 and below 1");
        }

        var training = new WindowMoments(options.Window, options.Horizon);
        var validation = new WindowMoments(options.Window, options.Horizon);
        foreach (TimeSeries series in set.Series)
        {
            // No outcome of training lies in the rows of validation.
            int border = series.Length - (int)(options.ValidationShare * series.Length);
            for (int target = 0; target < series.Columns.Targets; target++)
            {
                if (series.Target(target).ContainsAnyExcept(double.NaN))
                {
                    double[] values = Standardized(MissingValues.Filled(series.Target(target)));
                    training.Add(values.AsSpan(0, border), 0, border);
                    validation.Add(values, border, series.Length);
                }
            }
        }

        if (training.Windows == 0)
        {
            training.Add(validation);
            validation = new WindowMoments(options.Window, options.Horizon);
        }

        if (training.Windows == 0)
        {
            throw new SeriesException($"no series has the {options.Window + options.Horizon} rows of a window of {options.Window} and a horizon of {options.Horizon}; shorten the window or the horizon");
        }

        (double ridge, double error) = Choose(training, validation);
        if (options.FitAgain)
        {
            training.Add(validation);
        }

        (double[][] weights, double[] bias) = Solve(training, ridge) ?? throw new InvalidOperationException("the ridge was solvable before");
        return new NLinearMethod(options.Window, weights, bias, ridge, error);
    }

    /// <inheritdoc/>
    public void Forecast(TimeSeries series, int horizon, Span<double> result)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (horizon > weights.Length)
        {
            throw new SeriesException($"nlinear was fitted for {weights.Length} steps and is asked for {horizon}; fit it for that horizon");
        }

        int targets = series.Columns.Targets;
        double[] inputs = new double[window];
        for (int target = 0; target < targets; target++)
        {
            ReadOnlySpan<double> history = series.Target(target);
            if (!history.ContainsAnyExcept(double.NaN))
            {
                throw new SeriesException($"target {target + 1} of series '{series.Id}' has no value before row {series.Length + 1}, where the forecast starts; leave it out or start later");
            }

            double[] values = MissingValues.Filled(history);
            double last = values[^1];
            for (int i = 0; i < window; i++)
            {
                inputs[i] = values[Math.Max(0, values.Length - window + i)] - last;
            }

            double deviation = Deviation(values).Deviation;
            for (int step = 0; step < horizon; step++)
            {
                double sum = 0;
                double[] row = weights[step];
                for (int i = 0; i < row.Length; i++)
                {
                    sum += row[i] * inputs[i];
                }

                result[(step * targets) + target] = last + sum + (bias[step] * deviation);
            }
        }
    }

    private static (double Ridge, double Error) Choose(WindowMoments training, WindowMoments validation)
    {
        (double Ridge, double Error) best = (Ridges[^1], double.PositiveInfinity);
        foreach (double ridge in Ridges)
        {
            if (Solve(training, ridge) is not var (weights, bias))
            {
                continue;
            }

            if (validation.Windows == 0)
            {
                // Nothing to choose by: a little ridge.
                return (1e-3, double.NaN);
            }

            double error = MeanSquaredError(validation, weights, bias);
            if (error < best.Error)
            {
                best = (ridge, error);
            }
        }

        return best;
    }

    // Null where the ridge is too small for the equations to be solved.
    private static (double[][] Weights, double[] Bias)? Solve(WindowMoments moments, double ridge)
    {
        int inputs = moments.InputSums.Length;
        double windows = moments.Windows;
        double[] means = [.. moments.InputSums.Select(sum => sum / windows)];
        double[][] gram = new double[inputs][];
        double trace = 0;
        for (int i = 0; i < inputs; i++)
        {
            gram[i] = new double[inputs];
            for (int j = 0; j <= i; j++)
            {
                gram[i][j] = moments.Inputs[i][j] - (moments.InputSums[i] * means[j]);
            }

            trace += gram[i][i];
        }

        // Constant columns have nothing to explain; any ridge will do.
        double added = trace > 0 ? ridge * trace / inputs : 1;
        for (int i = 0; i < inputs; i++)
        {
            gram[i][i] += added;
        }

        if (Cholesky.Factor(gram) is not { } factor)
        {
            return null;
        }

        double[][] weights = new double[moments.OutcomeSums.Length][];
        double[] bias = new double[weights.Length];
        Parallel.For(0, weights.Length, step =>
        {
            double mean = moments.OutcomeSums[step] / windows;
            double[] row = weights[step] = new double[inputs];
            for (int i = 0; i < inputs; i++)
            {
                row[i] = moments.Outcomes[step][i] - (moments.OutcomeSums[step] * means[i]);
            }

            factor.Solve(row);
            double explained = 0;
            for (int i = 0; i < inputs; i++)
            {
                explained += row[i] * means[i];
            }

            bias[step] = mean - explained;
        });
        return (weights, bias);
    }

    // Σ (y − w z − b)² of each step from the sums of its products.
    private static double MeanSquaredError(WindowMoments moments, double[][] weights, double[] bias)
    {
        double[] errors = new double[weights.Length];
        Parallel.For(0, weights.Length, step =>
        {
            double[] row = weights[step];
            double error = moments.OutcomeSquares[step] - (2 * bias[step] * moments.OutcomeSums[step]) + (bias[step] * bias[step] * moments.Windows);
            for (int i = 0; i < row.Length; i++)
            {
                double product = 0;
                double[] inputs = moments.Inputs[i];
                for (int j = 0; j < row.Length; j++)
                {
                    product += inputs[j] * row[j];
                }

                error += row[i] * (product - (2 * moments.Outcomes[step][i]) + (2 * bias[step] * moments.InputSums[i]));
            }

            errors[step] = error;
        });
        return errors.Sum() / ((double)moments.Windows * weights.Length);
    }

    private static double[] Standardized(double[] values)
    {
        (double mean, double deviation) = Deviation(values);
        return [.. values.Select(value => deviation > 0 ? (value - mean) / deviation : 0)];
    }

    private static (double Mean, double Deviation) Deviation(double[] values)
    {
        double mean = 0;
        foreach (double value in values)
        {
            mean += value;
        }

        mean /= values.Length;
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, Math.Sqrt(squares / values.Length));
    }
}
