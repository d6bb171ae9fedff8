using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>How many outcomes the intervals of a trained model hold: static ones and adaptive ones of several rates.</summary>
internal static class EttCoverage
{
    private static readonly double?[] Rates = [null, 0.005, 0.01, 0.02, 0.05];

    /// <summary>Prints coverage on the test rows where they are named, otherwise on the later part of the validation rows.</summary>
    /// <param name="model">The model, which has learned from the rows before the validation rows.</param>
    /// <param name="series">The series up to the last row that is judged.</param>
    /// <param name="set">The same as a set.</param>
    /// <param name="validation">The first row of the validation rows.</param>
    /// <param name="test">The first row of the test rows; null where they are not read.</param>
    public static void Print(Forecaster model, TimeSeries series, SeriesSet set, int validation, int? test)
    {
        int horizon = model.Design.Horizon;
        int firstJudged = test ?? validation + ((series.Length - validation) / 2);
        foreach (double? rate in test is null ? Rates : [null, new AdaptiveConformalOptions().Rate])
        {
            BacktestResult result = Backtest.Run(set, [ForecastCandidate.Of(model)], new BacktestOptions
            {
                Horizon = horizon,
                Stride = 1,
                Windows = series.Length - horizon - firstJudged + 1,
                CalibrationWindows = firstJudged - horizon - validation + 1,
                Season = 24,
                Intervals = rate is null ? IntervalCalibration.Static : IntervalCalibration.Adaptive,
                Adaptive = new AdaptiveConformalOptions { Rate = rate ?? 0.005 },
            });
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"     {(rate is null ? "static intervals" : $"adaptive, rate {rate}")}: {string.Join("  ", result.Rows[0].Coverage.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Nominal:0.00} held {each.Actual:0.0000}, width {each.MeanWidth:0.000}")))}"));
        }
    }
}
