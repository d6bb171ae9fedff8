using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class NLinearTests
{
    [Fact]
    public void Sums_over_windows_are_those_of_every_window_one_by_one()
    {
        const int window = 5;
        const int horizon = 3;
        double[] values = Draws(7, 40);
        var moments = new WindowMoments(window, horizon);
        moments.Add(values, 9, 30);
        RegressionSums sums = moments.Sums;

        var plain = new RegressionSums(window - 1, horizon);
        for (int origin = 9; origin < 30; origin++)
        {
            double last = values[origin - 1];
            for (int i = 0; i < window - 1; i++)
            {
                double z = values[origin - window + i] - last;
                plain.InputSums[i] += z;
                for (int j = 0; j <= i; j++)
                {
                    plain.Inputs[i][j] += z * (values[origin - window + j] - last);
                }

                for (int h = 0; h < horizon; h++)
                {
                    plain.Outcomes[h][i] += z * (values[origin + h] - last);
                }
            }

            for (int h = 0; h < horizon; h++)
            {
                double y = values[origin + h] - last;
                plain.OutcomeSums[h] += y;
                plain.OutcomeSquares[h] += y * y;
            }
        }

        sums.Windows.ShouldBe(21);
        Largest(sums.Inputs.SelectMany(row => row), plain.Inputs.SelectMany(row => row)).ShouldBeLessThan(1e-11);
        Largest(sums.Outcomes.SelectMany(row => row), plain.Outcomes.SelectMany(row => row)).ShouldBeLessThan(1e-11);
        Largest(sums.OutcomeSquares, plain.OutcomeSquares).ShouldBeLessThan(1e-11);
        Largest(sums.InputSums, plain.InputSums).ShouldBeLessThan(1e-11);
        Largest(sums.OutcomeSums, plain.OutcomeSums).ShouldBeLessThan(1e-11);
    }

    [Fact]
    public void What_is_linear_in_the_window_is_learned()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => 3 + Math.Sin(0.3 * i) + (0.5 * Math.Cos(0.11 * i)))];
        TimeSeries series = new("a", start: null, [values]);
        NLinearMethod method = NLinearMethod.Fit(Set(series.Until(380, 0)), new NLinearOptions { Window = 16, Horizon = 20 });
        double[] forecast = new double[20];
        method.Forecast(series.Until(380, 0), 20, forecast);
        Largest(forecast, values[380..]).ShouldBeLessThan(1e-3);
    }

    [Fact]
    public void The_error_of_validation_is_that_of_its_windows()
    {
        double[] values = Draws(5, 120);
        TimeSeries series = new("a", start: null, [values]);
        NLinearMethod method = NLinearMethod.Fit(Set(series), new NLinearOptions { Window = 6, Horizon = 4, ValidationShare = 0.25, FitAgain = false });
        double mean = values.Average();
        double variance = values.Average(value => (value - mean) * (value - mean));
        double error = 0;
        double[] forecast = new double[4];
        for (int origin = 90; origin <= 116; origin++)
        {
            // The whole series' deviation scales the bias, as it did in the fit.
            method.Forecast(new TimeSeries("a", start: null, [[.. values[..origin]]]), 4, forecast);
            error += ForecastMetrics.MeanSquaredError(values.AsSpan(origin, 4), forecast) / 27;
        }

        method.ValidationError.ShouldBe(error / variance, 0.01 * method.ValidationError);
    }

    [Fact]
    public void What_cannot_be_fitted_is_said()
    {
        TimeSeries series = new("a", start: null, [Draws(1, 30)]);
        Should.Throw<SeriesException>(() => NLinearMethod.Fit(Set(series), new NLinearOptions { Window = 24, Horizon = 12 })).Message.ShouldContain("36 rows");
        NLinearMethod method = NLinearMethod.Fit(Set(series), new NLinearOptions { Window = 4, Horizon = 2 });
        Should.Throw<SeriesException>(() => method.Forecast(series, 3, new double[3])).Message.ShouldContain("fitted for 2 steps");
    }

    [DataFact]
    public void Etth1_is_forecast_as_well_as_the_paper_says()
    {
        const int border = 11_520;
        TimeSeries series = LargerData.StandardizedEtth1().Series[0];
        var known = new SeriesSet([series.Until(border, 0)], new TimeStep(TimeUnit.Hour), ["a", "b", "c", "d", "e", "f", "g"]);
        NLinearMethod method = NLinearMethod.Fit(known, new NLinearOptions { Horizon = 96, ValidationShare = 0.25, FitAgain = false });
        double[] errors = new double[2_880 - 96 + 1];
        Parallel.For(0, errors.Length, window =>
        {
            double[] forecast = new double[96 * 7];
            method.Forecast(series.Until(border + window, 0), 96, forecast);
            errors[window] = Enumerable.Range(0, 7).Average(target => ForecastMetrics.MeanSquaredError(
                series.Target(target).Slice(border + window, 96), [.. Enumerable.Range(0, 96).Select(step => forecast[(step * 7) + target])]));
        });
        errors.Average().ShouldBeLessThanOrEqualTo(0.374);
    }

    private static SeriesSet Set(TimeSeries series) => new([series], new TimeStep(TimeUnit.Row), ["y"]);

    private static double Largest(IEnumerable<double> a, IEnumerable<double> b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static double[] Draws(ulong seed, int count)
    {
        double[] values = new double[count];
        new RandomStream(seed, "values").FillNormal(values, 0);
        return values;
    }
}
