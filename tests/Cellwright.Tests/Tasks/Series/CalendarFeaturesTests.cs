using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class CalendarFeaturesTests
{
    [Theory]
    [InlineData(TimeUnit.Minute, 15, "minute hour weekday yearday")]
    [InlineData(TimeUnit.Minute, 30, "hour weekday yearday")]
    [InlineData(TimeUnit.Hour, 1, "hour weekday yearday")]
    [InlineData(TimeUnit.Day, 1, "weekday monthday yearday")]
    [InlineData(TimeUnit.BusinessDay, 1, "weekday monthday yearday")]
    [InlineData(TimeUnit.Week, 1, "yearday")]
    [InlineData(TimeUnit.Month, 1, "month")]
    [InlineData(TimeUnit.Quarter, 1, "month")]
    [InlineData(TimeUnit.Year, 1, "")]
    [InlineData(TimeUnit.Row, 1, "")]
    public void The_step_says_which_cycles_there_are(TimeUnit unit, int count, string cycles) =>
        CalendarFeatures.Names(new TimeStep(unit, count)).ShouldBe([.. cycles.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(cycle => new[] { $"{cycle}.sin", $"{cycle}.cos" })]);

    [Fact]
    public void A_quarter_of_a_cycle_is_a_quarter_of_the_circle()
    {
        double[] values = new double[6];
        CalendarFeatures.Write(new TimeStep(TimeUnit.Hour), new DateTime(2024, 1, 1, 6, 0, 0), values);
        values.ShouldBe([1, 0, 0, 1, 0, 1]);
        CalendarFeatures.Write(new TimeStep(TimeUnit.Hour), new DateTime(2024, 1, 4, 18, 0, 0), values);
        values[0].ShouldBe(-1);
        values[2].ShouldBe(Math.Sin(2 * Math.PI * 3 / 7), 1e-15);
        values[3].ShouldBe(Math.Cos(2 * Math.PI * 3 / 7), 1e-15);
    }

    [Fact]
    public void Sine_and_cosine_agree_with_the_library()
    {
        for (int i = 0; i < 10_000; i++)
        {
            double part = i / 10_000.0;
            (double sine, double cosine) = CirclePoint.At(part);
            sine.ShouldBe(double.SinPi(2 * part), 5e-16);
            cosine.ShouldBe(double.CosPi(2 * part), 5e-16);
        }
    }

    [Fact]
    public void A_set_gets_the_calendar_of_its_rows_and_of_those_ahead()
    {
        TimeStep step = new(TimeUnit.Month);
        SeriesSet set = new([new TimeSeries("A", new DateTime(2024, 1, 1), [[1, 2, 3]]), new TimeSeries("B", new DateTime(2024, 2, 1), [[1, 2]])], step, ["y"]);
        SeriesSet with = CalendarFeatures.AddTo(set, ahead: 2);
        with.KnownNames.ShouldBe(["month.sin", "month.cos"]);
        with.Series[0].KnownLength.ShouldBe(5);
        with.Series[1].KnownLength.ShouldBe(4);
        with.Series[1].Known(0).ToArray().ShouldBe(with.Series[0].Known(0)[1..].ToArray());
        double[] april = new double[2];
        CalendarFeatures.Write(step, new DateTime(2024, 4, 1), april);
        april.ShouldBe([1, 0]);
        with.Series[0].Known(0)[3].ShouldBe(april[0]);
    }

    [Fact]
    public void Known_columns_say_how_far_the_calendar_goes()
    {
        SeriesSet set = new([new TimeSeries("", new DateTime(2024, 1, 1), [[1, 2]], known: [[0, 0, 1]])], new TimeStep(TimeUnit.Month), ["y"], known: ["tariff"]);
        CalendarFeatures.AddTo(set, ahead: 9).Series[0].KnownLength.ShouldBe(3);
    }
}
