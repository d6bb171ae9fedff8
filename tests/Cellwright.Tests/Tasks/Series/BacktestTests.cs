using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class BacktestTests
{
    [Fact]
    public void Windows_end_with_the_series_and_see_only_what_was_before_them()
    {
        var seen = new List<int>();
        SeriesSet set = Set(Walk(1, 50));
        BacktestOptions options = new() { Horizon = 4, Windows = 3, Stride = 2, Season = 1, CalibrationWindows = 2 };
        Backtest.Run(set, [new ForecastCandidate("watched", known => new Watched(seen, known.Series[0].Length))], options);

        // The last outcome is row 49; judged windows start at 42, 44 and 46, those that calibrate end at 41 and 39.
        seen.Order().ShouldBe([36, 38, 42, 44, 46]);
    }

    [Fact]
    public void Refitting_knows_the_rows_before_each_window_and_fitting_once_those_before_the_first()
    {
        var known = new List<int>();
        ForecastCandidate candidate = new("naive", set =>
        {
            known.Add(set.Series[0].Length);
            return new NaiveMethod();
        });
        BacktestOptions options = new() { Horizon = 5, Windows = 2, Season = 1, Intervals = IntervalCalibration.None };
        Backtest.Run(Set(Walk(1, 50)), [candidate], options);
        known.ShouldBe([40]);
        known.Clear();
        Backtest.Run(Set(Walk(1, 50)), [candidate], options with { Refit = true });
        known.ShouldBe([40, 45]);
    }

    [Fact]
    public void A_row_holds_the_plain_means_over_windows()
    {
        double[] values = Walk(3, 90);
        BacktestResult result = Backtest.Run(Set(values), ForecastCandidate.Simple(1), new BacktestOptions { Horizon = 3, Windows = 6, Season = 1 });
        double mae = 0;
        double mase = 0;
        for (int window = 0; window < 6; window++)
        {
            int origin = 72 + (3 * window);
            double error = Enumerable.Range(origin, 3).Average(row => Math.Abs(values[row] - values[origin - 1]));
            mae += error / 6;
            mase += error / Enumerable.Range(1, origin - 1).Average(row => Math.Abs(values[row] - values[row - 1])) / 6;
        }

        BacktestRow naive = result.Rows.Single(row => row.Method == "naive");
        naive.Mae.ShouldBe(mae, 1e-12);
        naive.Mase.ShouldBe(mase, 1e-12);
        naive.Owa.ShouldBe(1, 1e-12);
        naive.Coverage.Count.ShouldBe(2);
        naive.Coverage[0].MeanWidth.ShouldBeGreaterThan(naive.Coverage[1].MeanWidth);
    }

    [Fact]
    public void Who_won_is_told_with_the_noise()
    {
        // A line: drift is right, naive is not, and the difference is the same in every window but for a little noise.
        double[] noise = new double[120];
        new RandomStream(4, "noise").FillNormal(noise, 0);
        double[] line = [.. noise.Select((value, i) => i + (0.05 * value))];
        BacktestResult clear = Backtest.Run(Set(line), [ForecastCandidate.Of(new NaiveMethod()), ForecastCandidate.Of(new DriftMethod())], new BacktestOptions { Horizon = 4, Season = 1, Intervals = IntervalCalibration.None });
        clear.Winner.ShouldBe("drift");
        clear.Verdict.ShouldStartWith("drift won: MASE ");
        clear.Verdict.ShouldContain("more than noise (standard error ");
        clear.VerdictOn("naive").ShouldStartWith("naive did not beat drift: ");

        ForecastCandidate twin = new("twin", _ => new Shifted());
        BacktestResult even = Backtest.Run(Set(Walk(8, 120)), [ForecastCandidate.Of(new NaiveMethod()), twin], new BacktestOptions { Horizon = 4, Season = 1, Intervals = IntervalCalibration.None });
        even.Verdict.ShouldStartWith("No method clearly won: ");
        even.Verdict.ShouldContain("within noise");
    }

    [Fact]
    public void A_series_that_is_too_short_is_named_with_what_it_needs() =>
        Should.Throw<SeriesException>(() => Backtest.Run(Set(Walk(1, 20)), ForecastCandidate.Simple(1), new BacktestOptions { Horizon = 4, Windows = 3, Season = 1, CalibrationWindows = 2 }))
            .Message.ShouldBe("series 'a' has 20 rows, and 3 windows of 4 rows, 4 apart, and 2 before them that calibrate intervals need 21; ask for fewer windows or a shorter horizon");

    [DataFact]
    public void Intervals_of_the_seasonal_naive_method_cover_the_hours_of_m4()
    {
        BacktestResult result = Backtest.Run(LargerData.M4Hourly(), [ForecastCandidate.Of(new SeasonalNaiveMethod(24))], new BacktestOptions { Horizon = 48, Windows = 1, CalibrationWindows = 2 });
        BacktestRow row = result.Rows[0];
        row.Owa.ShouldBe(0.6275, 0.00005);
        row.Coverage.ShouldAllBe(each => Math.Abs(each.Actual - each.Nominal) < 0.03);
    }

    private static SeriesSet Set(double[] values) => new([new TimeSeries("a", start: null, [values])], new TimeStep(TimeUnit.Row), ["y"]);

    private static double[] Walk(ulong seed, int count)
    {
        double[] values = new double[count];
        new RandomStream(seed, "walk").FillNormal(values, 0);
        for (int i = 1; i < count; i++)
        {
            values[i] += values[i - 1];
        }

        return values;
    }

    private sealed class Watched(List<int> seen, int fitted) : IForecastMethod
    {
        public string Name => "watched";

        public void Forecast(TimeSeries series, int horizon, Span<double> result)
        {
            series.Length.ShouldBeGreaterThanOrEqualTo(fitted);
            lock (seen)
            {
                seen.Add(series.Length);
            }

            result.Clear();
        }
    }

    private sealed class Shifted : IForecastMethod
    {
        public string Name => "twin";

        // As far above the last value as a naive forecast is from itself on average: no better and no worse but by chance.
        public void Forecast(TimeSeries series, int horizon, Span<double> result) => result.Fill(series.Target(0)[^1] + (series.Length % 8 == 0 ? 0.1 : -0.1));
    }
}
