using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecasterTests
{
    public static TheoryData<string> Designs => SmallForecasters.Names;

    [Theory]
    [MemberData(nameof(Designs))]
    [Trait("Category", "SameBits")]
    public void Any_number_of_threads_trains_the_same_model(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        double[][] forecasts = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using Forecaster model = Train(name, threads: threads);
            return model.Forecast(set.Series[0]);
        })];
        forecasts[0].ShouldAllBe(value => double.IsFinite(value));
        forecasts[1].ShouldBe(forecasts[0]);
        forecasts[2].ShouldBe(forecasts[0]);
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_saved_model_forecasts_the_same_and_saves_the_same(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Train(name);
        string path = Path.GetTempFileName();
        try
        {
            model.Save(path);
            byte[] first = File.ReadAllBytes(path);
            using Forecaster loaded = Forecaster.Load(path);
            int levels = model.Levels.Count;
            double[] points = new double[model.Design.Horizon * 2];
            double[] quantiles = new double[points.Length * levels];
            double[] again = new double[points.Length];
            double[] quantilesAgain = new double[quantiles.Length];
            model.Forecast(set.Series[1], model.Design.Horizon, points, quantiles);
            loaded.Forecast(set.Series[1], model.Design.Horizon, again, quantilesAgain);
            again.ShouldBe(points);
            quantilesAgain.ShouldBe(quantiles);
            quantiles.Chunk(Math.Max(1, levels)).ShouldAllBe(row => row.SequenceEqual(row.Order()));
            loaded.Save(path);
            File.ReadAllBytes(path).ShouldBe(first);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void What_the_series_is_shifted_and_stretched_by_comes_back_in_the_forecast(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        SeriesSet moved = new(
            [.. set.Series.Select(series => new TimeSeries(
                series.Id, null, [.. Enumerable.Range(0, 2).Select(column => series.Target(column).ToArray().Select(value => (value * 1024) - 4096).ToArray())],
                [series.Past(0).ToArray()], [series.Known(0).ToArray()], series.Constants.ToArray()))],
            set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames);
        using Forecaster model = Train(name);
        using Forecaster other = Forecaster.Train(moved, SmallForecasters.Designs[name], SmallForecasters.Training);
        double[] expected = [.. model.Forecast(set.Series[0]).Select(value => (value * 1024) - 4096)];
        double[] actual = other.Forecast(moved.Series[0]);
        for (int i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-2);
        }
    }

    [Theory]
    [InlineData("parallel")]
    [InlineData("carried, step by step")]
    public void Many_threads_may_forecast_at_once(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Train(name);
        double[][] alone = [.. set.Series.Select(model.Forecast)];
        Parallel.For(0, 64, i => model.Forecast(set.Series[i % 2]).ShouldBe(alone[i % 2]));
    }

    [Theory]
    [InlineData("carried")]
    [InlineData("quantiles, two layers, missing marked")]
    [InlineData("student, seasonal")]
    public void Many_threads_may_predict_calibrated_intervals_at_once(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Train(name);
        model.Calibrate(set, new ConformalOptions { Horizon = 6, Windows = 3, Season = 4, Stride = 1 });
        double[] Numbers(TimeSeries series)
        {
            Forecast forecast = model.Predict(series);
            return [.. from step in Enumerable.Range(0, 6) from target in Enumerable.Range(0, 2) from number in (double[])[forecast.Point(step, target), forecast.Interval(step, target, 0.8).Lower, forecast.Interval(step, target, 0.8).Upper] select number];
        }

        TimeSeries[] series = [.. set.Series, .. set.Series.Select(each => each.Until(40, ahead: 6))];
        double[][] alone = [.. series.Select(Numbers)];
        alone.Distinct(EqualityComparer<double[]>.Create((a, b) => a!.SequenceEqual(b!), _ => 0)).Count().ShouldBe(series.Length);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Numbers(series[i % series.Length]).ShouldBe(alone[i % series.Length]));
    }

    [Fact]
    public void A_forecast_does_not_look_at_what_is_behind_the_last_row_or_before_the_window()
    {
        using Forecaster model = Train("parallel");
        TimeSeries series = SmallForecasters.Set().Series[0];
        double[][] cut = [series.Target(0)[^12..].ToArray(), series.Target(1)[^12..].ToArray()];
        TimeSeries window = new(series.Id, null, cut, [series.Past(0)[^12..].ToArray()], [series.Known(0)[^18..].ToArray()], series.Constants.ToArray());
        model.Forecast(window).ShouldBe(model.Forecast(series));
    }

    [Fact]
    public void An_event_outside_the_window_counts_only_where_the_state_is_carried()
    {
        TimeSeries series = SmallForecasters.Set().Series[0];
        foreach ((string name, bool counts) in new[] { ("parallel", false), ("carried", true), ("carried, step by step", true) })
        {
            using Forecaster model = Train(name);
            double[][] targets = [series.Target(0).ToArray(), series.Target(1).ToArray()];
            targets[0][30] += 40;
            TimeSeries changed = new(series.Id, null, targets, [series.Past(0).ToArray()], [series.Known(0).ToArray()], series.Constants.ToArray());
            model.Forecast(changed).SequenceEqual(model.Forecast(series)).ShouldBe(!counts, name);
        }
    }

    [Fact]
    public void Training_learns_a_season()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(row => 50 + (10 * Math.Sin(row * Math.PI / 6)))];
        SeriesSet set = new([new TimeSeries("s", null, [values])], new TimeStep(TimeUnit.Row), ["y"]);
        ForecasterDesign design = new() { Cells = [Cell.Named("gru")], Hidden = 16, Window = 24, Horizon = 12, Segment = 6 };
        using Forecaster model = Forecaster.Train(set, design, new ForecastTrainingOptions { Batch = 16, Epochs = 15, LearningRate = 0.01, Threads = 1 });
        double[] next = model.Forecast(set.Series[0]);
        double error = next.Select((value, i) => Math.Abs(value - (50 + (10 * Math.Sin((400 + i) * Math.PI / 6))))).Average();
        error.ShouldBeLessThan(1.0);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_a_sentence()
    {
        SeriesSet set = SmallForecasters.Set();
        ForecasterDesign design = SmallForecasters.Designs["parallel"];
        Should.Throw<ArgumentException>(() => Forecaster.Train(set, design with { Window = 13 })).Message.ShouldContain("no multiple of the segment");
        Should.Throw<ArgumentException>(() => Forecaster.Train(set, design with { Carried = true })).Message.ShouldContain("choose no window scaling");
        Should.Throw<SeriesException>(() => Forecaster.Train(set, design, SmallForecasters.Training with { ValidationRows = 1000 })).Message.ShouldContain("give longer series");
        using Forecaster model = Train("parallel");
        Should.Throw<SeriesException>(() => model.Forecast(set.Series[0], 7, new double[14])).Message.ShouldContain("forecasts up to 6 rows");
        Should.Throw<SeriesException>(() => model.Forecast(new TimeSeries("c", null, [[1, 2]]))).Message.ShouldContain("the model reads (2, 1, 1, 1)");
    }

    [Fact]
    public void A_file_that_is_no_forecaster_is_refused()
    {
        using Forecaster model = Train("with a linear part");
        SafetensorsWriter Writer(Action<SafetensorsWriter> change)
        {
            SafetensorsWriter writer = new();
            ForecasterFile.AddTo(writer, model);
            change(writer);
            return writer;
        }

        string designText = Writer(_ => { }).Metadata["cellwright.design"];
        foreach ((string key, string value, string expected) in new[]
        {
            ("cellwright.model", "text", "holds tensors but no forecaster"),
            ("cellwright.version", "9", "of forecaster version '9'"),
            ("cellwright.layers", "0", "a number of layers from 1"),
            ("cellwright.design", "{}", "not the choices of a forecaster"),
            ("cellwright.design", designText.Replace("\"Hidden\":5", "\"Hidden\":2000000000"), "its size 'hidden' is 2000000000"),
            ("cellwright.design", designText.Replace("\"Horizon\":7", "\"Horizon\":2000000000"), "longer than"),
            ("cellwright.design", designText.Replace("LastValue", "Nothing"), "a choice that there is not"),
            ("cellwright.columns", "[]", "not names of columns"),
            ("cellwright.series", "[]", "not the names of series"),
        })
        {
            string path = Path.GetTempFileName();
            try
            {
                Writer(writer => writer.Metadata[key] = value).Save(path);
                Should.Throw<InvalidFileException>(() => Forecaster.Load(path)).Message.ShouldContain(expected);
            }
            finally
            {
                File.Delete(path);
            }
        }

        Should.Throw<InvalidFileException>(() => Forecaster.Load("/nowhere/model.safetensors")).Message.ShouldContain("there is no such file");
    }

    private static Forecaster Train(string name, int threads = 1) =>
        Forecaster.Train(SmallForecasters.Set(), SmallForecasters.Designs[name], SmallForecasters.Training with { Threads = threads });
}
