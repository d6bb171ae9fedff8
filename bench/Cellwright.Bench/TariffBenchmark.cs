using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;
using Cellwright.TariffMarket;

namespace Cellwright.Bench;

/// <summary>
/// The claim of the notes: an announcement that a window has forgotten moves a price, and a memory cell still knows it. Elman
/// and LSTM, each with its state carried and with it reset at each window, under one budget; errors on clearing days by the
/// age of the last evidence of the tariff (its announcement, or a clearing that showed it).
/// </summary>
internal static class TariffBenchmark
{
    private const int TestMarkets = 32;
    private const int Days = 2500;
    private const int TestDays = 1000;
    private const int Window = 32;
    private const int Horizon = 5;
    private static readonly (string Name, int First, int Limit)[] Ages = [("inside the window", 0, Window), ("1 to 2 windows", Window, 2 * Window), ("2 windows and more", 2 * Window, int.MaxValue)];

    /// <summary>Trains and prints; with <c>figure=FILE</c> draws the first market's last days too.</summary>
    public static int Run(string[] arguments)
    {
        ForecastChoices choices = new(arguments);
        int seeds = choices.Whole("seeds", 3);
        int count = choices.Whole("markets", 128);
        string figure = choices.Text("figure", string.Empty);
        IReadOnlyList<MarketDay>[] all = [.. Enumerable.Range(1, count).Select(seed => Market.Simulate(new MarketOptions { Days = Days, Seed = (ulong)seed, Window = Window }))];
        IReadOnlyList<MarketDay>[] markets = all[..TestMarkets];
        TimeSeries[] series = [.. all.Select((days, i) => new TimeSeries(
            FormattableString.Invariant($"market {i + 1}"),
            start: null,
            [Column(days, day => day.Price)],
            [Column(days, day => day.Announcement)],
            [Column(days, day => day.Clearing)]))];
        SeriesSet set = new([.. series.Select(each => each.Until(Days - TestDays, Horizon))], new TimeStep(TimeUnit.Row), ["price"], ["announcement"], ["clearing"]);
        Print("the last price, less a tariff on it, and no tariff ahead", Reference(markets, knows: false));
        Print("the last price, less a tariff on it, and the tariff ahead", Reference(markets, knows: true));
        Dictionary<string, TariffTrace> traces = [];
        foreach ((string cell, bool carried) in new[] { ("elman", true), ("lstm", true), ("elman", false), ("lstm", false) })
        {
            ForecasterDesign design = choices.Over(new ForecasterDesign
            {
                Cells = [Cell.Named(cell)],
                Hidden = 32,
                Window = Window,
                Horizon = Horizon,
                Decoding = ForecastDecoding.Recursive,
                Scaling = WindowScaling.None,
                Baseline = ForecastBaseline.LastValue,
                Carried = carried,
                Head = ForecastHead.Mean,
            });

            // A carried step learns from 32 rows of each market, one from a window of its own from 5 rows: as many rows of outcomes a step.
            ForecastTrainingOptions options = choices.Over(new ForecastTrainingOptions
            {
                Batch = carried ? count : count * Window / Horizon,
                LearningRate = 0.003,
                ValidationRows = 0,
            });
            int steps = choices.Whole("total", 6000);
            int perEpoch = (Days - TestDays + Window - 1) / Window;
            List<double[]> errors = [];
            Stopwatch watch = Stopwatch.StartNew();
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                using Forecaster model = Forecaster.Train(set, design, options with { Seed = seed, StepsPerEpoch = perEpoch, Epochs = steps / perEpoch });
                TariffTrace trace = TariffTrace.Of(model, markets, series[..TestMarkets], Days - TestDays);
                errors.Add(Errors(markets, trace.Forecasts));
                traces.TryAdd($"{cell}{(carried ? string.Empty : ", reset")}", trace);
                Print(string.Create(CultureInfo.InvariantCulture, $"  {cell}, {(carried ? "carried" : "reset")}, seed {seed}, {watch.Elapsed.TotalSeconds:0} s, unit {trace.Unit} follows the tariff with r = {trace.Correlation:0.000}"), errors[^1]);
            }

            Print($"{cell}, {(carried ? "carried" : "reset")}", [.. Ages.Select((_, i) => errors.Average(each => each[i]))]);
        }

        choices.CheckAllRead();
        if (figure.Length > 0)
        {
            TariffFigure.Write(figure, [.. markets[0].Skip(Days - TestDays)], market: 0, traces.Where(trace => !trace.Key.Contains("reset", StringComparison.Ordinal)).ToDictionary(), count: 500);
        }

        return 0;
    }

    private static double[] Column(IReadOnlyList<MarketDay> days, Func<MarketDay, double> value) => [.. days.Select(value)];

    private static void Print(string name, double[] errors) => Console.WriteLine(
        $"{name}: {string.Join("  ", Ages.Zip(errors, (age, error) => string.Create(CultureInfo.InvariantCulture, $"{age.Name} {error:0.000}")))}");

    private static double[] Reference(IReadOnlyList<MarketDay>[] markets, bool knows) => Errors(markets, [.. markets.Select(days => Enumerable.Range(Days - TestDays, TestDays - Horizon)
        .Select(origin => Enumerable.Range(0, Horizon).Select(step =>
        {
            MarketDay last = days[origin - 1];
            return last.Price - (last.Clearing * last.Tariff) + (knows ? days[origin + step].Clearing * last.Tariff : 0);
        }).ToArray()).ToArray())]);

    /// <summary>The mean absolute error on clearing days under a tariff that was known at the origin, by the age of its last evidence.</summary>
    private static double[] Errors(IReadOnlyList<MarketDay>[] markets, double[][][] forecasts)
    {
        double[] sums = new double[Ages.Length];
        int[] counts = new int[Ages.Length];
        for (int market = 0; market < markets.Length; market++)
        {
            IReadOnlyList<MarketDay> days = markets[market];
            for (int at = 0; at < forecasts[market].Length; at++)
            {
                int origin = Days - TestDays + at;
                int evidence = origin - 1;
                while (days[evidence].Clearing == 0)
                {
                    evidence--;
                }

                int age = Array.FindIndex(Ages, each => origin - 1 - evidence >= each.First && origin - 1 - evidence < each.Limit);
                for (int step = 0; step < Horizon; step++)
                {
                    MarketDay day = days[origin + step];
                    if (day.Clearing == 1 && day.Tariff == days[origin - 1].Tariff)
                    {
                        sums[age] += Math.Abs(forecasts[market][at][step] - day.Price);
                        counts[age]++;
                    }
                }
            }
        }

        return [.. sums.Zip(counts, (sum, count) => sum / Math.Max(1, count))];
    }
}
