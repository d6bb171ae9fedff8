using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.TariffMarket;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>
/// The claim of the notes: an announcement that a window has forgotten moves a price, and a memory cell still knows it. Elman
/// and LSTM, each with its state carried and with it reset at each window, reading as many rows in training; errors on clearing days
/// by the age of the last evidence of the tariff (its announcement, or a clearing that showed it).
/// </summary>
/// <remarks>
/// Markets of other seeds are trained on, chosen by and judged: without <c>--test</c> the figures are of the markets for
/// choosing.
/// </remarks>
internal static class TariffBenchmark
{
    private const int JudgedMarkets = 32;
    private const int Days = 1500;
    private const int Known = 500;
    private const int Window = 32;
    private const int Horizon = 5;
    private const int Lanes = 128;
    private const int ResetWindows = 256;
    private const int StepsPerEpoch = 100;
    private const int FirstForChoosing = 10_001;
    private const int FirstForTest = 20_001;
    private static readonly (string Name, int First, int Limit)[] Ages = [("inside the window", 0, Window), ("1 to 2 windows", Window, 2 * Window), ("2 windows and more", 2 * Window, int.MaxValue)];

    /// <summary>Trains and prints; with <c>figure=FILE</c> draws days of the first market that is judged too.</summary>
    public static int Run(string[] arguments)
    {
        ForecastChoices choices = new(arguments);
        int seeds = choices.Whole("seeds", 1);
        int count = choices.Whole("markets", 512);
        int steps = choices.Whole("total", 12_000);
        string figure = choices.Text("figure", string.Empty);
        string[] names = choices.Text("models", "elman,lstm,elman-reset,lstm-reset").Split(',');
        bool isTest = arguments.Contains("--test");
        IReadOnlyList<MarketDay>[] choosing = Markets(FirstForChoosing, JudgedMarkets);
        IReadOnlyList<MarketDay>[] judged = isTest ? Markets(FirstForTest, JudgedMarkets) : choosing;
        SeriesSet set = new([.. Markets(1, count).Select((days, i) => SeriesOf(days, i + 1))], new TimeStep(TimeUnit.Row), ["price"], ["announcement"], ["clearing"]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} markets of {Days} days trained on, {JudgedMarkets} others {(isTest ? "for the test" : "for choosing")} judged on {Days - Known} days each behind their first {Known}"));
        Print("the last price, tariff unknown", Reference(judged, knows: false));
        Print("the last price, tariff known", Reference(judged, knows: true));
        List<(string Name, TariffTrace Trace, TariffMemory Memory)> drawn = [];
        foreach (string name in names)
        {
            bool carried = !name.EndsWith("-reset", StringComparison.Ordinal);
            ForecasterDesign design = choices.Over(new ForecasterDesign
            {
                Cells = [Cell.Named(carried ? name : name[..^"-reset".Length])],
                Hidden = 32,
                Window = Window,
                Horizon = Horizon,
                Decoding = ForecastDecoding.Recursive,
                Scaling = WindowScaling.None,
                Baseline = ForecastBaseline.LastValue,
                Carried = carried,
                Head = ForecastHead.Mean,
            });

            // As many rows are read in all: a window that begins anew is read with the rows ahead of it.
            int own = carried ? steps : (int)((long)steps * Lanes * Window / (ResetWindows * (Window + Horizon - 1)));
            ForecastTrainingOptions options = choices.Over(new ForecastTrainingOptions
            {
                Batch = carried ? Lanes : ResetWindows,
                LearningRate = 0.003,
                ValidationRows = 0,
                StepsPerEpoch = StepsPerEpoch,
                Epochs = own / StepsPerEpoch,
            });
            List<double[]> errors = [];
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                Stopwatch watch = Stopwatch.StartNew();
                using Forecaster model = Forecaster.Train(set, design, options with { Seed = seed });
                double seconds = watch.Elapsed.TotalSeconds;
                TariffTrace seen = Trace(model, choosing, FirstForChoosing);
                TariffTrace trace = isTest ? Trace(model, judged, FirstForTest) : seen;
                TariffMemory memory = TariffMemory.Of(seen, Tariffs(choosing)).On(trace, Tariffs(judged));
                errors.Add(Errors(judged, trace.Forecasts));
                Print(string.Create(CultureInfo.InvariantCulture, $"  {name}, seed {seed}, {seconds:0} s; {memory.Unit} follows the tariff with r = {memory.Correlation:0.00}, all units together with r = {memory.Readout:0.00}"), errors[^1]);
                if (seed == 1)
                {
                    drawn.Add((carried ? $"{name}, state carried" : $"{design.Cells[0].Name}, state reset at each window", trace, memory));
                }
            }

            Print($"{name}, mean of {seeds}", [.. Ages.Select((_, i) => errors.Average(each => each[i]))]);
        }

        choices.CheckAllRead();
        if (figure.Length > 0)
        {
            TariffFigure.Write(figure, [.. judged[0].Skip(Known)], market: 0, drawn, count: 500, Window);
        }

        return 0;
    }

    private static IReadOnlyList<MarketDay>[] Markets(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(seed => Market.Simulate(new MarketOptions { Days = Days, Seed = (ulong)seed, Window = Window }))];

    private static TimeSeries SeriesOf(IReadOnlyList<MarketDay> days, int seed) => new(
        FormattableString.Invariant($"market {seed}"), start: null, [Column(days, day => day.Price)], [Column(days, day => day.Announcement)], [Column(days, day => day.Clearing)]);

    private static TariffTrace Trace(Forecaster model, IReadOnlyList<MarketDay>[] markets, int first) =>
        TariffTrace.Of(model, [.. markets.Select((days, i) => SeriesOf(days, first + i))], Known);

    // The tariff in force on the last day that a forecast knows.
    private static double[][] Tariffs(IReadOnlyList<MarketDay>[] markets) => [.. markets.Select(days => days.Skip(Known - 1).Take(Days - Known - Horizon).Select(day => (double)day.Tariff).ToArray())];

    private static double[] Column(IReadOnlyList<MarketDay> days, Func<MarketDay, double> value) => [.. days.Select(value)];

    private static void Print(string name, double[] errors) => Console.WriteLine(
        $"{name}: {string.Join("  ", Ages.Zip(errors, (age, error) => string.Create(CultureInfo.InvariantCulture, $"{age.Name} {error:0.000}")))}");

    private static double[] Reference(IReadOnlyList<MarketDay>[] markets, bool knows) => Errors(markets, [.. markets.Select(days => Enumerable.Range(Known, Days - Known - Horizon)
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
                int origin = Known + at;
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
