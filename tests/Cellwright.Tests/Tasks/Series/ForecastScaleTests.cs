using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecastScaleTests
{
    private static readonly ForecasterDesign Logarithmic = SmallForecasters.Designs["quantiles, two layers, missing marked"] with { Logarithm = true };

    [Fact]
    public void A_logarithmic_scale_has_the_mean_and_deviation_of_the_logarithms_and_leads_back()
    {
        double[] values = [3, double.NaN, 50, 0.2, 7];
        double[] logarithms = [.. values.Where(value => !double.IsNaN(value)).Select(value => Math.Log(value))];
        double mean = logarithms.Average();
        ColumnScale scale = ColumnScale.Of(values, isLogarithmic: true);
        scale.Mean.ShouldBe(mean, 1e-14);
        scale.Deviation.ShouldBe(Math.Sqrt(logarithms.Average(value => (value - mean) * (value - mean))), 1e-14);
        scale.Scaled(50).ShouldBe((Math.Log(50) - mean) / scale.Deviation, 1e-13);
        foreach (double value in values.Where(value => !double.IsNaN(value)))
        {
            scale.Restored(scale.Scaled(value)).ShouldBe(value, value * 1e-13);
        }
    }

    [Fact]
    public void With_logarithms_a_series_in_another_unit_has_the_same_forecast_in_that_unit()
    {
        using Forecaster model = Forecaster.Train(Positive(1), Logarithmic, SmallForecasters.Training);
        using Forecaster other = Forecaster.Train(Positive(1000), Logarithmic, SmallForecasters.Training);
        (double[] point, double[] quantiles) = Said(model, Positive(1).Series[0]);
        (double[] otherPoint, double[] otherQuantiles) = Said(other, Positive(1000).Series[0]);
        foreach ((double own, double theirs) in point.Concat(quantiles).Zip(otherPoint.Concat(otherQuantiles)))
        {
            (theirs / 1000).ShouldBe(own, own * 1e-4);
        }
    }

    [Fact]
    public void A_saved_model_goes_on_taking_logarithms()
    {
        string path = Path.GetTempFileName();
        using Forecaster model = Forecaster.Train(Positive(1), Logarithmic, SmallForecasters.Training);
        model.Save(path);
        using Forecaster loaded = Forecaster.Load(path);
        File.Delete(path);
        loaded.Design.Logarithm.ShouldBeTrue();
        loaded.Forecast(Positive(1).Series[1]).ShouldBe(model.Forecast(Positive(1).Series[1]));
    }

    [Fact]
    public void A_value_without_a_logarithm_is_refused_with_its_place()
    {
        SeriesSet set = SmallForecasters.Set();
        string message = Should.Throw<SeriesException>(() => Forecaster.Train(set, Logarithmic, SmallForecasters.Training)).Message;
        message.ShouldStartWith("target 2 of series 'a' is -");
        message.ShouldContain("in row 1, which has no logarithm");
        using Forecaster model = Forecaster.Train(Positive(1), Logarithmic, SmallForecasters.Training);
        Should.Throw<SeriesException>(() => model.Forecast(set.Series[0])).Message.ShouldStartWith("target 2 of series 'a'");
    }

    [Theory]
    [InlineData(ForecastErrorUnit.Series)]
    [InlineData(ForecastErrorUnit.Season)]
    public void Errors_weigh_by_the_unit_in_which_they_count(ForecastErrorUnit unit)
    {
        ForecasterDesign design = SmallForecasters.Designs["joint, window statistics"];
        SeriesSet set = SmallForecasters.Set();
        int[] limits = [44, 50];
        SeriesScaler scaler = SeriesScaler.Of(set.Series, limits, isLogarithmic: false);
        ScaledSeries[] series = [.. set.Series.Select(each => new ScaledSeries(each, scaler))];
        ForecastShape shape = new(design, set.Series[0].Columns, IsTraining: true);
        using ForecastNetwork network = new(shape, seed: 1, threads: 1);
        using ForecastTrainer trainer = new(network, series, limits, SmallForecasters.Training with { ErrorUnit = unit });
        using WindowBatch batch = new(shape, 2);
        batch.Fill(0, series[0], 0, end: 20, limit: 44);
        batch.Fill(1, series[1], 0, end: 33, limit: 50);
        int stride = shape.SegmentOutputs + 3;
        float[] gradients = [.. Enumerable.Repeat(1f, shape.Points * 2 * stride)];
        batch.Weigh(gradients, stride);

        double[][] weights = [.. Enumerable.Range(0, 2).Select(s => Enumerable.Range(0, 2).Select(target => Weight(s, target)).ToArray())];
        double mean = weights.SelectMany(each => each).Average();
        for (int i = 0; i < gradients.Length; i++)
        {
            (int window, int at) = (i / stride % 2, i % stride);
            double expected = at >= shape.SegmentOutputs ? 1 : weights[window][at % 2] / mean * Deviation(window, at % 2, window == 0 ? 20 : 33);
            ((double)gradients[i]).ShouldBe(expected, 1e-5 * expected);
        }

        double Deviation(int s, int target, int end)
        {
            float[] window = [.. series[s].Target(target)[(end - design.Window)..end].ToArray().Where(value => !float.IsNaN(value))];
            double average = window.Average();
            return Math.Sqrt(window.Average(value => (value - average) * (value - average)) + 0.01);
        }

        double Weight(int s, int target)
        {
            float[] values = series[s].Target(target)[..limits[s]].ToArray();
            return unit == ForecastErrorUnit.Series
                ? 1
                : 1 / values.Skip(design.Period).Zip(values, (later, earlier) => Math.Abs((double)later - earlier)).Where(change => !double.IsNaN(change)).Average();
        }
    }

    private static SeriesSet Positive(double unit)
    {
        SeriesSet set = SmallForecasters.Set();
        return new SeriesSet(
            [.. set.Series.Select(series => new TimeSeries(
                series.Id,
                null,
                [[.. series.Target(0).ToArray().Select(value => unit * value)], [.. series.Target(1).ToArray().Select(value => unit * (value + 10))]],
                [series.Past(0).ToArray()],
                [series.Known(0).ToArray()],
                series.Constants.ToArray()))],
            set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames);
    }

    private static (double[] Point, double[] Quantiles) Said(Forecaster model, TimeSeries series)
    {
        double[] point = new double[12];
        double[] quantiles = new double[36];
        model.Forecast(series, 6, point, quantiles);
        return (point, quantiles);
    }
}
