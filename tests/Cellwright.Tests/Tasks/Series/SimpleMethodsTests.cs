using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class SimpleMethodsTests
{
    [Fact]
    public void Forecasts_of_a_small_case_are_those_worked_by_hand()
    {
        double[] values = [1, 3, 8, 4, double.NaN, 6, double.NaN];
        Forecast(new NaiveMethod(), values, 2).ShouldBe([6, 6]);
        Forecast(new SeasonalNaiveMethod(3), values, 5).ShouldBe([3, 6, 4, 3, 6]);
        Forecast(new DriftMethod(), values, 2).ShouldBe([8, 9]);
        Forecast(new DriftMethod(), [5], 2).ShouldBe([5, 5]);
        Should.Throw<SeriesException>(() => Forecast(new NaiveMethod(), [double.NaN], 1)).Message.ShouldContain("no value before row 2");
    }

    [Fact]
    public void Targets_are_forecast_apart()
    {
        double[] result = new double[4];
        new NaiveMethod().Forecast(new TimeSeries("a", start: null, [[1, 2], [3, 4]]), 2, result);
        result.ShouldBe([2, 4, 2, 4]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pure_season_goes_on(bool positive)
    {
        double[] season = positive ? [1, 3, 2, 6] : [-2, 0, 5, 1];
        double[] values = [.. Enumerable.Range(0, 42).Select(i => season[i % 4])];
        double[] expected = [.. Enumerable.Range(42, 10).Select(i => season[i % 4])];
        foreach (IForecastMethod method in new IForecastMethod[] { new Naive2Method(4), new ThetaMethod(4), new SeasonalNaiveMethod(4) })
        {
            double[] forecast = Forecast(method, values, 10);
            forecast.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(0.05, method.Name);
        }
    }

    [Fact]
    public void Theta_without_a_season_adds_half_the_slope_to_a_line()
    {
        // A straight line is its own theta line, so that smoothing with α near 1 ends at its last value.
        double[] values = [.. Enumerable.Range(0, 50).Select(i => 10 + (2.0 * i))];
        double[] forecast = Forecast(new ThetaMethod(1), values, 3);
        (forecast[2] - forecast[1]).ShouldBe(1, 1e-9);
        forecast[0].ShouldBe(109, 1e-3);
    }

    [Fact]
    public void Smoothing_finds_no_smaller_error_on_a_fine_grid()
    {
        double[] values = new double[80];
        new RandomStream(3, "values").FillNormal(values, 0);
        for (int i = 1; i < values.Length; i++)
        {
            values[i] += 0.8 * values[i - 1];
        }

        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(values);
        double least = double.PositiveInfinity;
        for (double alpha = 0.001; alpha < 1; alpha += 0.001)
        {
            for (double first = values[0] - 3; first < values[0] + 3; first += 0.05)
            {
                double level = first;
                double errors = 0;
                foreach (double value in values)
                {
                    errors += (value - level) * (value - level);
                    level += alpha * (value - level);
                }

                least = Math.Min(least, errors);
            }
        }

        fitted.SquaredErrors.ShouldBeLessThanOrEqualTo(least);
        fitted.SquaredErrors.ShouldBeGreaterThan(least * 0.999);
    }

    [Fact]
    public void A_season_is_known_by_the_step_or_found_in_the_rows()
    {
        Season.Of(new TimeStep(TimeUnit.Hour)).Length.ShouldBe(24);
        Season.Of(new TimeStep(TimeUnit.Minute, 15)).Length.ShouldBe(96);
        Season.Of(new TimeStep(TimeUnit.Month)).Length.ShouldBe(12);
        Season.Of(new TimeStep(TimeUnit.Hour, 5)).Length.ShouldBe(1);

        double[] noise = new double[400];
        new RandomStream(1, "noise").FillNormal(noise, 0);
        double[] seasonal = [.. noise.Select((value, i) => (0.3 * value) + (0.05 * i) + Math.Sin(2 * Math.PI * i / 17))];
        Season found = Season.Of(new SeriesSet([new TimeSeries("", start: null, [seasonal])], new TimeStep(TimeUnit.Row), ["y"]));
        found.Length.ShouldBe(17);
        found.Reason.ShouldContain("autocorrelation");
        Season.Of(new SeriesSet([new TimeSeries("", start: null, [noise])], new TimeStep(TimeUnit.Row), ["y"])).Length.ShouldBe(1);
    }

    private static double[] Forecast(IForecastMethod method, double[] values, int horizon)
    {
        double[] result = new double[horizon];
        method.Forecast(new TimeSeries("a", start: null, [values]), horizon, result);
        return result;
    }
}
