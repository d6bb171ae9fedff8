using Cellwright.Graphs;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class LinearCombinationTests
{
    private const int Rows = 160;
    private const int Validated = 40;
    private const int Window = 12;
    private const int Horizon = 5;

    private static readonly ForecastTrainingOptions Options = new() { Batch = 8, Epochs = 3, StepsPerEpoch = 100, LearningRate = 0.01, Threads = 1, ValidationRows = Validated };

    public static TheoryData<string> Kinds => [.. Designs.Keys];

    private static Dictionary<string, ForecasterDesign> Designs { get; } = new()
    {
        ["last value, no linear part before"] = Design() with { Linear = false },
        ["last value"] = Design(),
        ["mean and deviation"] = Design() with { Scaling = WindowScaling.MeanDeviation },
        ["seasonal, nothing taken out"] = Design() with { Scaling = WindowScaling.None, Baseline = ForecastBaseline.SeasonalNaive },
        ["quantiles"] = Design() with { Head = ForecastHead.Quantiles(0.1, 0.5, 0.9) },
        ["gaussian"] = Design() with { Head = ForecastHead.Distribution(ForecastHeadKind.Gaussian), Scaling = WindowScaling.MeanDeviation },
        ["student"] = Design() with { Head = ForecastHead.Distribution(ForecastHeadKind.Student) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_combined_forecast_lies_the_share_of_the_way_between_those_of_the_model_and_of_plain_least_squares(string kind)
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Train(set, Designs[kind], Options);
        LinearCombination combination = LinearCombination.Of(model, set, Options);
        using Forecaster combined = combination.Model;
        combination.Share.ShouldBeInRange(0.01, 0.99);
        foreach (TimeSeries series in set.Series)
        {
            double[] before = model.Forecast(series);
            double[] after = combined.Forecast(series);
            for (int target = 0; target < 2; target++)
            {
                double[] plain = PlainForecast(set, Designs[kind], series, target, combination);
                for (int step = 0; step < Horizon; step++)
                {
                    int at = (step * 2) + target;
                    double expected = before[at] + (combination.Share * (plain[step] - before[at]));
                    after[at].ShouldBe(expected, 2e-4, $"target {target}, step {step}: {before[at]} and {plain[step]}");
                }
            }
        }
    }

    [Theory]
    [InlineData("quantiles")]
    [InlineData("gaussian")]
    [InlineData("student")]
    public void Quantiles_move_as_far_as_the_point_does(string kind)
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Train(set, Designs[kind], Options);
        using Forecaster combined = LinearCombination.Of(model, set, Options).Model;
        (double[] points, double[] quantiles) = Said(model, set.Series[0]);
        (double[] movedPoints, double[] movedQuantiles) = Said(combined, set.Series[0]);
        int levels = model.Levels.Count;
        for (int i = 0; i < quantiles.Length; i++)
        {
            (movedQuantiles[i] - movedPoints[i / levels]).ShouldBe(quantiles[i] - points[i / levels], 2e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_share_is_the_best_and_the_errors_are_those_of_the_validation_windows(string kind)
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Train(set, Designs[kind], Options);
        LinearCombination combination = LinearCombination.Of(model, set, Options);
        using Forecaster combined = combination.Model;
        (int First, int Limit)[] outcomes = [.. set.Series.Select(series => (series.Length - Validated, series.Length))];
        combination.ErrorBefore.ShouldBe(model.Score(set.Series, outcomes).SquaredError, 1e-5);
        combination.Error.ShouldBe(combined.Score(set.Series, outcomes).SquaredError, 1e-5);
        combination.Error.ShouldBeLessThan(Math.Min(combination.ErrorBefore, combination.ErrorOfMap));
    }

    [Fact]
    public void Training_combines_where_it_is_asked_to_and_the_file_and_the_stream_keep_it()
    {
        SeriesSet set = Set();
        using Forecaster before = Forecaster.Train(set, Design(), Options);
        using Forecaster expected = LinearCombination.Of(before, set, Options).Model;
        using Forecaster model = Forecaster.Train(set, Design(), Options with { CombinesLinear = true });
        double[] forecast = model.Forecast(set.Series[0]);
        forecast.ShouldBe(expected.Forecast(set.Series[0]));
        forecast.ShouldNotBe(before.Forecast(set.Series[0]));

        using TemporaryFolder folder = new();
        model.Save(folder["model.safetensors"]);
        using Forecaster loaded = Forecaster.Load(folder["model.safetensors"]);
        loaded.Forecast(set.Series[0]).ShouldBe(forecast);

        TimeSeries series = set.Series[0];
        using ForecastStream stream = loaded.CreateStream(series.Until(Rows - 3, 0));
        for (int row = Rows - 3; row < Rows; row++)
        {
            stream.Update([series.Target(0)[row], series.Target(1)[row]]);
        }

        stream.Forecast().ShouldBe(forecast);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Any_number_of_threads_combines_to_the_same_model()
    {
        SeriesSet set = Set();
        double[][] forecasts = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using Forecaster model = Forecaster.Train(set, Design(), Options with { Threads = threads, CombinesLinear = true });
            return model.Forecast(set.Series[1]);
        })];
        forecasts[1].ShouldBe(forecasts[0]);
        forecasts[2].ShouldBe(forecasts[0]);
    }

    [Fact]
    public void Rows_of_validation_teach_the_map_nothing()
    {
        // With every share and choice left to it, only rows that are trained on may reach the fit.
        SeriesSet set = Set();
        SeriesSet other = new(
            [.. set.Series.Select(series => new TimeSeries(series.Id, null, [.. Enumerable.Range(0, 2).Select(target => series.Target(target).ToArray().Select((value, row) => row < Rows - Validated ? value : value + 0.01).ToArray())]))],
            set.Step, set.TargetNames);
        using Forecaster model = Forecaster.Train(set, Design(), Options);
        LinearCombination one = LinearCombination.Of(model, set, Options);
        LinearCombination two = LinearCombination.Of(model, other, Options);
        using Forecaster first = one.Model;
        using Forecaster second = two.Model;
        (two.Ridge, two.Rows).ShouldBe((one.Ridge, one.Rows));
        TimeSeries recent = set.Series[0];
        double[] before = model.Forecast(recent);
        double[] a = first.Forecast(recent);
        double[] b = second.Forecast(recent);
        for (int i = 0; i < before.Length; i++)
        {
            ((a[i] - before[i]) / one.Share).ShouldBe((b[i] - before[i]) / two.Share, 1e-4);
        }
    }

    [Fact]
    public void Without_validation_the_share_is_one_half_and_missing_values_are_no_obstacle()
    {
        SeriesSet set = SmallForecasters.Set();
        ForecastTrainingOptions options = SmallForecasters.Training with { ValidationRows = 0 };
        using Forecaster model = Forecaster.Train(set, SmallForecasters.Designs["parallel"], options);
        LinearCombination combination = LinearCombination.Of(model, set, options);
        using Forecaster combined = combination.Model;
        combination.Share.ShouldBe(0.5);
        combination.Error.ShouldBe(double.NaN);
        combined.Forecast(set.Series[0]).ShouldAllBe(value => double.IsFinite(value));
    }

    [Fact]
    public void What_cannot_be_combined_is_said()
    {
        SeriesSet set = SmallForecasters.Set();
        foreach (string name in (string[])["carried", "joint, window statistics", "step by step"])
        {
            using Forecaster model = Forecaster.Train(set, SmallForecasters.Designs[name], SmallForecasters.Training);
            Should.Throw<ArgumentException>(() => LinearCombination.Of(model, set, SmallForecasters.Training)).Message.ShouldContain("a linear part needs windows");
            Should.Throw<ArgumentException>(() => Forecaster.Create(set, SmallForecasters.Designs[name], SmallForecasters.Training with { CombinesLinear = true }))
                .Message.ShouldContain("a linear part needs windows");
        }
    }

    // The linear map alone, window by window in double precision, its equations solved by elimination.
    private static double[] PlainForecast(SeriesSet set, ForecasterDesign design, TimeSeries series, int target, LinearCombination combination)
    {
        int width = combination.Rows;
        List<(double[] Z, double[] Y, double Weight)> windows = [];
        foreach (TimeSeries each in set.Series)
        {
            for (int column = 0; column < 2; column++)
            {
                double[] scaled = Scaled(each, column, out _, out _);
                for (int end = Window; end + Horizon <= Rows - Validated; end++)
                {
                    (double[] z, double offset, double deviation, double[] baseline) = Read(scaled, end, design);
                    double[] y = [.. Enumerable.Range(0, Horizon).Select(step => ((scaled[end + step] - offset) / deviation) - baseline[step])];
                    windows.Add((z[^width..], y, deviation * deviation));
                }
            }
        }

        double total = windows.Sum(window => window.Weight);
        double[] means = [.. Enumerable.Range(0, width).Select(i => windows.Sum(window => window.Weight * window.Z[i]) / total)];
        double[][] gram = [.. Enumerable.Range(0, width).Select(i => Enumerable.Range(0, width).Select(j => windows.Sum(window => window.Weight * (window.Z[i] - means[i]) * (window.Z[j] - means[j]))).ToArray())];
        double ridge = combination.Ridge * Enumerable.Range(0, width).Average(i => gram[i][i]);
        for (int i = 0; i < width; i++)
        {
            gram[i][i] += ridge;
        }

        double[] own = Scaled(series, target, out double mean, out double spread);
        (double[] last, double from, double by, double[] ahead) = Read(own, Rows, design);
        return
        [
            .. Enumerable.Range(0, Horizon).Select(step =>
            {
                double center = windows.Sum(window => window.Weight * window.Y[step]) / total;
                double[] right = [.. Enumerable.Range(0, width).Select(i => windows.Sum(window => window.Weight * (window.Z[i] - means[i]) * (window.Y[step] - center)))];
                double[] weights = Eliminate(gram, right);
                double said = center + Enumerable.Range(0, width).Sum(i => weights[i] * (last[^width..][i] - means[i])) + ahead[step];
                return mean + (spread * (from + (by * said)));
            }),
        ];
    }

    private static (double[] Z, double Offset, double Deviation, double[] Baseline) Read(double[] scaled, int end, ForecasterDesign design)
    {
        double[] window = scaled[(end - Window)..end];
        double average = window.Average();
        (double offset, double deviation) = design.Scaling switch
        {
            WindowScaling.LastValue => (window[^1], 1),
            WindowScaling.MeanDeviation => (average, Math.Sqrt(window.Average(value => (value - average) * (value - average)) + 0.01)),
            _ => (0.0, 1.0),
        };
        double[] z = [.. window.Select(value => (value - offset) / deviation)];
        return (z, offset, deviation, [.. Enumerable.Range(0, Horizon).Select(step => design.Baseline == ForecastBaseline.SeasonalNaive ? z[Window - design.Period + (step % design.Period)] : 0)]);
    }

    private static double[] Scaled(TimeSeries series, int target, out double mean, out double deviation)
    {
        double[] values = series.Target(target).ToArray();
        double[] trained = values[..(Rows - Validated)];
        double average = mean = trained.Average();
        double spread = deviation = Math.Sqrt(trained.Average(value => (value - average) * (value - average)));
        return [.. values.Select(value => (value - average) / spread)];
    }

    private static double[] Eliminate(double[][] matrix, double[] right)
    {
        double[][] a = [.. matrix.Select((row, i) => (double[])[.. row, right[i]])];
        for (int pivot = 0; pivot < a.Length; pivot++)
        {
            for (int row = 0; row < a.Length; row++)
            {
                double factor = a[row][pivot] / a[pivot][pivot];
                for (int column = pivot; column <= a.Length && row != pivot; column++)
                {
                    a[row][column] -= factor * a[pivot][column];
                }
            }
        }

        return [.. a.Select((row, i) => row[^1] / row[i])];
    }

    private static (double[] Points, double[] Quantiles) Said(Forecaster model, TimeSeries series)
    {
        double[] points = new double[Horizon * 2];
        double[] quantiles = new double[points.Length * model.Levels.Count];
        model.Forecast(series, Horizon, points, quantiles);
        return (points, quantiles);
    }

    private static ForecasterDesign Design() => new()
    {
        Cells = [Cell.Named("gru")],
        Hidden = 12,
        Window = Window,
        Horizon = Horizon,
        Segment = 3,
        Linear = true,
        Period = 4,
        PositionWidth = 3,
        ChannelWidth = 2,
    };

    // A season, which is linear, and a logistic map, which is not.
    private static SeriesSet Set()
    {
        static double[] Column(double level, double first)
        {
            double[] values = new double[Rows];
            double chaos = first;
            for (int row = 0; row < Rows; row++)
            {
                chaos = 3.7 * chaos * (1 - chaos);
                values[row] = level + (2 * chaos) + Math.Sin(row * 2.2) + (0.5 * Math.Cos(row * Math.PI / 2));
            }

            return values;
        }

        return new SeriesSet(
            [new TimeSeries("a", null, [Column(20, 0.3), Column(-3, 0.41)]), new TimeSeries("b", null, [Column(7, 0.22), Column(0, 0.57)])],
            new TimeStep(TimeUnit.Row),
            ["u", "v"]);
    }
}
