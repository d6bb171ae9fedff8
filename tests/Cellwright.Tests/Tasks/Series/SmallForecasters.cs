using Cellwright.Graphs;
using Cellwright.Tasks.Series;

namespace Cellwright.Tests.Tasks.Series;

/// <summary>Small series and designs of every kind.</summary>
internal static class SmallForecasters
{
    /// <summary>The designs, by what is particular about them.</summary>
    public static Dictionary<string, ForecasterDesign> Designs { get; } = new()
    {
        ["parallel"] = Design("gru"),
        ["with a linear part"] = Design("lstm") with { Linear = true, Horizon = 7 },
        ["joint, window statistics"] = Design("lstm") with { Joint = true, Scaling = WindowScaling.MeanDeviation },
        ["step by step"] = Design("gru") with { Decoding = ForecastDecoding.Recursive },
        ["single rows, step by step, joint"] = Design("elman") with { Decoding = ForecastDecoding.Recursive, Segment = 1, Joint = true },
        ["carried"] = Design("lstm") with { Carried = true, Scaling = WindowScaling.None, Baseline = ForecastBaseline.LastValue },
        ["carried, step by step"] = Design("lstm") with
        {
            Carried = true,
            Decoding = ForecastDecoding.Recursive,
            Scaling = WindowScaling.None,
            Baseline = ForecastBaseline.SeasonalNaive,
        },
        ["quantiles, two layers, missing marked"] = Design("gru") with { Cells = [Cell.Named("gru"), Cell.Named("elman")], Head = ForecastHead.Quantiles(0.1, 0.5, 0.9), MarksMissing = true },
        ["gaussian"] = Design("gru") with { Head = ForecastHead.Distribution(ForecastHeadKind.Gaussian) },
        ["student, seasonal"] = Design("gru") with { Head = ForecastHead.Distribution(ForecastHeadKind.Student), Baseline = ForecastBaseline.SeasonalNaive },
    };

    /// <summary>The designs' names.</summary>
    public static Xunit.TheoryData<string> Names => [.. Designs.Keys];

    /// <summary>Training of a few steps.</summary>
    public static ForecastTrainingOptions Training { get; } = new() { Batch = 5, Epochs = 1, StepsPerEpoch = 4, Threads = 1, ValidationRows = 8 };

    /// <summary>Two series of two targets with every kind of covariate; some values are missing.</summary>
    public static SeriesSet Set(int rows = 50)
    {
        Random random = new(5);
        double[] Column(int length, double level) => [.. Enumerable.Range(0, length).Select(row => level + Math.Sin(row) + (3 * Math.Cos(row * Math.PI / 2)) + random.NextDouble())];
        TimeSeries Series(string id, int length)
        {
            double[][] targets = [Column(length, 20), Column(length, -4)];
            targets[0][length - 3] = double.NaN;
            targets[1][7] = double.NaN;
            return new TimeSeries(id, null, targets, [Column(length, 0)], [Column(length + 6, 1)], [random.NextDouble()]);
        }

        return new SeriesSet([Series("a", rows), Series("b", rows + 6)], new TimeStep(TimeUnit.Row), ["u", "v"], ["p"], ["k"], ["s"]);
    }

    private static ForecasterDesign Design(string cell) => new()
    {
        Cells = [Cell.Named(cell)],
        Hidden = 5,
        Window = 12,
        Horizon = 6,
        Segment = 3,
        Period = 4,
        PositionWidth = 3,
        ChannelWidth = 2,
    };
}
