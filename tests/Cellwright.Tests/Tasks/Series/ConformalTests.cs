using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ConformalTests
{
    [Fact]
    public void Exchangeable_outcomes_are_covered_at_least_as_often_as_said()
    {
        // Noise around 0, forecast as 0, in units that do not change: 25 windows as good as the one to come.
        const int trials = 20_000;
        int[] inside = new int[2];
        var pairs = new QuantilePairs([0.025, 0.1, 0.5, 0.9, 0.975]);
        var noise = new RandomStream(1, "noise");
        double[] values = new double[26];
        for (int trial = 0; trial < trials; trial++)
        {
            noise.FillNormal(values, (ulong)trial);
            TimeSeries series = new("a", start: null, [values]);
            var scores = new ConformalScores(pairs, 1, 1);
            for (int window = 0; window < 25; window++)
            {
                scores.Add([0, 0, 0, 0, 0], series, window, [1]);
            }

            double[] interval = new double[5];
            scores.Widen(interval, [1]);
            inside[0] += values[25] >= interval[1] && values[25] <= interval[3] ? 1 : 0;
            inside[1] += values[25] >= interval[0] && values[25] <= interval[4] ? 1 : 0;
        }

        // The 21st and the 25th smallest error: 21/26 and 25/26, within three standard errors.
        (inside[0] / (double)trials).ShouldBe(21 / 26.0, 0.0084);
        (inside[1] / (double)trials).ShouldBe(25 / 26.0, 0.0041);
    }

    [Fact]
    public void A_method_is_calibrated_on_the_last_windows_and_keeps_its_points()
    {
        double[] values = new double[150];
        new RandomStream(1, "noise").FillNormal(values, 0);
        TimeSeries series = new("a", start: null, [values]);
        ConformalMethod method = ConformalMethod.Calibrate(new Zero(), Set(series), new ConformalOptions { Horizon = 2, Windows = 25 });
        method.Outcomes.ShouldBe(25);
        Forecast forecast = Forecast.Of(method, series, 2, new TimeStep(TimeUnit.Row), ["y"]);
        forecast.Point(1).ShouldBe(0);
        forecast.Quantile(0, 0, 0.5).ShouldBe(0);
        (double lower, double upper) = forecast.Interval(1, 0, 0.95);
        lower.ShouldBe(-upper);
        upper.ShouldBeGreaterThan(forecast.Interval(1, 0, 0.8).Upper);
        Should.Throw<SeriesException>(() => Forecast.Of(method, series, 3, new TimeStep(TimeUnit.Row), ["y"])).Message.ShouldContain("calibrated for 2 steps");
    }

    [Theory]
    [InlineData(19, 0.95, 19)]
    [InlineData(4, 0.8, 4)]
    [InlineData(9, 0.8, 8)]
    [InlineData(10, 0.8, 9)]
    [InlineData(3, 0.95, 3)]
    public void The_rank_is_that_of_a_finite_sample(int count, double coverage, int rank) => ConformalScores.Rank(count, coverage).ShouldBe(rank);

    [Fact]
    public void Adaptive_intervals_follow_noise_that_grows_where_static_ones_fail()
    {
        const int rows = 4000;
        double[] values = new double[rows];
        new RandomStream(2, "noise").FillNormal(values, 0);
        var adaptive = new AdaptiveConformal(1, 1, [0.1, 0.9], new AdaptiveConformalOptions { Rate = 0.02, Memory = 400 });
        int inside = 0;
        int insideStatic = 0;
        for (int row = 0; row < rows; row++)
        {
            values[row] *= 1 + (row / 1000.0);
            double[] interval = [0, 0];
            adaptive.Issue(row, [1], interval);
            if (row >= 200)
            {
                inside += values[row] >= interval[0] && values[row] <= interval[1] ? 1 : 0;
                insideStatic += Math.Abs(values[row]) < 1.28 * 1.1 ? 1 : 0;
            }

            adaptive.Observe(row, [values[row]]);
        }

        (inside / (rows - 200.0)).ShouldBe(0.8, 0.01);
        (insideStatic / (rows - 200.0)).ShouldBeLessThan(0.6);
    }

    [Fact]
    public void No_interval_depends_on_an_outcome_that_came_after_it()
    {
        double[] first = Issued(changedFrom: 60);
        double[] second = Issued(changedFrom: 1000);
        first[..60].ShouldBe(second[..60]);
        first[65..].ShouldNotBe(second[65..]);

        static double[] Issued(int changedFrom)
        {
            double[] values = new double[100];
            new RandomStream(9, "noise").FillNormal(values, 0);
            var adaptive = new AdaptiveConformal(4, 1, [0.2, 0.8]);
            double[] widths = new double[values.Length];
            for (int row = 0; row < values.Length; row++)
            {
                double[] interval = new double[8];
                adaptive.Issue(row, [1], interval);
                widths[row] = interval[1] - interval[0];
                adaptive.Observe(row, [row >= changedFrom ? 50 : values[row]]);
            }

            return widths;
        }
    }

    private static SeriesSet Set(TimeSeries series) => new([series], new TimeStep(TimeUnit.Row), ["y"]);

    private sealed class Zero : IForecastMethod
    {
        public string Name => "zero";

        public void Forecast(TimeSeries series, int horizon, Span<double> result) => result.Clear();
    }
}
