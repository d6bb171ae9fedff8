using Cellwright.Tasks.Series;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecastStreamTests
{
    private const int First = 38;

    public static TheoryData<string> Designs => SmallForecasters.Names;

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_stream_forecasts_what_the_whole_series_does(string name)
    {
        // Long enough for the first rows to be forgotten several times.
        TimeSeries series = SmallForecasters.Set(rows: 200).Series[0];
        using Forecaster model = Train(name);
        using ForecastStream stream = model.CreateStream(series.Until(First, ahead: 1000));
        stream.Forecast().ShouldBe(model.Forecast(series.Until(First, ahead: 1000)));
        double[] given = new double[model.Design.Horizon * 2];
        for (int row = First; row < series.Length; row++)
        {
            Update(stream, series, row);
            double[] actual = stream.Forecast();
            stream.Forecast().ShouldBe(actual, "a second question has the same answer");
            stream.Forecast(given).ShouldBe(model.Design.Horizon - stream.Pending);
            given[..actual.Length].ShouldBe(actual);
            if (stream.Pending == 0)
            {
                double[] expected = model.Forecast(series.Until(row + 1, ahead: 1000));
                for (int i = 0; i < expected.Length; i++)
                {
                    actual[i].ShouldBe(expected[i], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Known_rows_may_come_one_by_one()
    {
        TimeSeries series = SmallForecasters.Set().Series[0];
        using Forecaster model = Train("carried");
        using ForecastStream whole = model.CreateStream(series.Until(First, ahead: 1000));
        using ForecastStream bit = model.CreateStream(series.Until(First, ahead: 6));
        for (int row = First; row < series.Length; row++)
        {
            Update(whole, series, row);
            bit.Update([series.Target(0)[row], series.Target(1)[row]], [series.Past(0)[row]], [series.Known(0)[row + 6]]);
            bit.Forecast().ShouldBe(whole.Forecast());
        }
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void An_observation_and_a_forecast_allocate_nothing(string name)
    {
        using Forecaster model = Train(name);
        TimeSeries series = SmallForecasters.Set().Series[0];
        using ForecastStream stream = model.CreateStream(series.Until(First, ahead: 6));
        double[] result = new double[model.Design.Horizon * 2];
        StepAllocation.Least(50, () =>
        {
            stream.Update([1.5, double.NaN], [0.5], [0.25]);
            stream.Forecast(result);
        }).ShouldBe(0);
    }

    [Fact]
    public void A_row_that_does_not_fit_is_refused_and_nothing_of_it_is_taken()
    {
        TimeSeries series = SmallForecasters.Set().Series[0];
        using Forecaster model = Train("carried");
        using ForecastStream stream = model.CreateStream(series.Until(First, ahead: 0));
        Should.Throw<ArgumentException>(() => stream.Update([1], [0], [0])).Message.ShouldStartWith("there are 1 values for 2 columns");
        Should.Throw<ArgumentException>(() => stream.Update([1, 2], [], [0])).Message.ShouldStartWith("there are 0 values for 1 columns");
        Should.Throw<ArgumentException>(() => stream.Update([1, 2], [0])).Message.ShouldStartWith("there are 0 values for 1 columns");
        stream.Pending.ShouldBe(0);
        using ForecastStream other = model.CreateStream(series.Until(First, ahead: 0));
        for (int row = First; row < First + 3; row++)
        {
            foreach (ForecastStream each in (ForecastStream[])[stream, other])
            {
                each.Update([series.Target(0)[row], series.Target(1)[row]], [series.Past(0)[row]], [series.Known(0)[row]]);
            }
        }

        stream.Forecast().ShouldBe(other.Forecast());
    }

    private static void Update(ForecastStream stream, TimeSeries series, int row) => stream.Update([series.Target(0)[row], series.Target(1)[row]], [series.Past(0)[row]]);

    private static Forecaster Train(string name) => Forecaster.Train(SmallForecasters.Set(), SmallForecasters.Designs[name], SmallForecasters.Training);
}
