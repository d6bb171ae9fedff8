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
    private readonly int window;
    private readonly RidgeRegression map;

    private NLinearMethod(int window, RidgeRegression map) => (this.window, this.map) = (window, map);

    /// <inheritdoc/>
    public string Name => "nlinear";

    /// <summary>The ridge chosen, relative to the mean square of an input.</summary>
    public double Ridge => map.Ridge;

    /// <summary>The mean squared error on the windows of validation, in units of each column's deviation; NaN where there were none.</summary>
    public double ValidationError => map.ValidationError;

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

        (RegressionSums fitted, RegressionSums choosing) = (training.Sums, validation.Sums);
        if (fitted.Windows == 0)
        {
            fitted.Add(choosing);
            choosing = new RegressionSums(options.Window - 1, options.Horizon);
        }

        if (fitted.Windows == 0)
        {
            throw new SeriesException($"no series has the {options.Window + options.Horizon} rows of a window of {options.Window} and a horizon of {options.Horizon}; shorten the window or the horizon");
        }

        RidgeRegression map = RidgeRegression.Fit(fitted, choosing, [options.Window - 1]);
        if (options.FitAgain && choosing.Windows > 0)
        {
            fitted.Add(choosing);
            RidgeRegression again = RidgeRegression.Solve(fitted, map.Ridge, options.Window - 1) ?? throw new InvalidOperationException("the ridge was solvable before");
            map = again with { ValidationError = map.ValidationError };
        }

        return new NLinearMethod(options.Window, map);
    }

    /// <inheritdoc/>
    public void Forecast(TimeSeries series, int horizon, Span<double> result)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (horizon > map.Bias.Length)
        {
            throw new SeriesException($"nlinear was fitted for {map.Bias.Length} steps and is asked for {horizon}; fit it for that horizon");
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
                double[] row = map.Weights[step];
                for (int i = 0; i < row.Length; i++)
                {
                    sum += row[i] * inputs[i];
                }

                result[(step * targets) + target] = last + sum + (map.Bias[step] * deviation);
            }
        }
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
