using Cellwright.Tasks.Series;
using Shouldly;

namespace Cellwright.Tests.Tasks.Series;

/// <summary>The simple methods on the 414 hourly series of the M4 competition, beside what its authors published (International Journal of Forecasting 36, 2020).</summary>
public sealed class M4HourlyTests
{
    private const int Horizon = 48;
    private const int Day = 24;

    [DataFact]
    public void Simple_methods_have_the_published_errors()
    {
        SeriesSet set = LargerData.M4Hourly();
        set.Series.Count.ShouldBe(414);

        (double smape, double mase) yardstick = Errors(set, new Naive2Method(Day));
        Rounded(yardstick).ShouldBe((18.383, 2.395));
        Rounded(Errors(set, new NaiveMethod())).ShouldBe((43.003, 11.608));

        (double smape, double mase) seasonal = Errors(set, new SeasonalNaiveMethod(Day));
        Rounded(seasonal).ShouldBe((13.912, 1.193));

        // The published OWA is that of the rounded figures; of the exact ones it is 0.62750.
        Math.Round(ForecastMetrics.OverallWeightedAverage(13.912, 1.193, 18.383, 2.395), 3).ShouldBe(0.627);
        ForecastMetrics.OverallWeightedAverage(seasonal.smape, seasonal.mase, yardstick.smape, yardstick.mase).ShouldBe(0.6275, 0.00005);
    }

    [DataFact]
    public void Theta_has_the_published_errors()
    {
        (double smape, double mase) = Errors(LargerData.M4Hourly(), new ThetaMethod(Day));
        Rounded((smape, mase)).ShouldBe((18.138, 2.455));
    }

    private static (double Smape, double Mase) Rounded((double Smape, double Mase) errors) => (Math.Round(errors.Smape, 3), Math.Round(errors.Mase, 3));

    private static (double Smape, double Mase) Errors(SeriesSet set, IForecastMethod method)
    {
        double[] forecast = new double[Horizon];
        double smape = 0;
        double mase = 0;
        foreach (TimeSeries series in set.Series)
        {
            TimeSeries before = series.Until(series.Length - Horizon, ahead: 0);
            method.Forecast(before, Horizon, forecast);
            ReadOnlySpan<double> outcomes = series.Target(0)[^Horizon..];
            smape += ForecastMetrics.SymmetricPercentageError(outcomes, forecast);
            mase += ForecastMetrics.MeanAbsoluteScaledError(outcomes, forecast, ForecastMetrics.SeasonalScale(before.Target(0), Day));
        }

        return (smape / set.Series.Count, mase / set.Series.Count);
    }
}
