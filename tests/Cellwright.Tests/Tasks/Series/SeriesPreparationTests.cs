using System.Globalization;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class SeriesPreparationTests
{
    private const double Missing = double.NaN;
    private static readonly ColumnNames OneTarget = new(["y"], [], [], []);

    [Theory]
    [InlineData("second", "2024-01-01 00:00:00", "2024-01-01 00:00:01", "2024-01-01 00:00:02")]
    [InlineData("15 minutes", "2024-01-01 00:00", "2024-01-01 00:15", "2024-01-01 00:30", "2024-01-01 01:00")]
    [InlineData("hour", "2024-01-01 00:30", "2024-01-01 01:30", "2024-01-01 02:30")]
    [InlineData("hour", "2024-01-01 00:00", "2024-01-01 02:00", "2024-01-01 04:00", "2024-01-01 05:00")]
    [InlineData("day", "2024-01-05", "2024-01-06", "2024-01-07")]
    [InlineData("day", "2024-01-01", "2024-01-02", "2024-01-03")]
    [InlineData("business day", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10")]
    [InlineData("week", "2024-01-05", "2024-01-12", "2024-01-19")]
    [InlineData("2 weeks", "2024-01-05", "2024-01-19", "2024-02-02")]
    [InlineData("30 days", "2024-01-05", "2024-02-04", "2024-03-05")]
    [InlineData("month", "2024-01-01", "2024-02-01", "2024-03-01")]
    [InlineData("month", "2024-01-31", "2024-02-29", "2024-03-31")]
    [InlineData("month", "2024-02-29", "2024-03-31", "2024-04-30")]
    [InlineData("month", "2024-01-31", "2024-02-28", "2024-03-29", "2024-04-30")]
    [InlineData("2 months", "2024-01-15", "2024-03-15", "2024-05-15")]
    [InlineData("quarter", "2023-12-31", "2024-03-31", "2024-06-30")]
    [InlineData("year", "2022-01-01", "2023-01-01", "2024-01-01")]
    public void The_times_say_the_step(string step, params string[] times) => Prepared(times).Set.Step.ToString().ShouldBe(step);

    [Theory]
    [InlineData("2024-02-29", "2024-03-31", "2024-05-31")]
    [InlineData("2024-01-31", "2024-02-28", "2024-04-30")]
    public void Month_ends_are_the_months_they_end(params string[] times)
    {
        PreparedSeries prepared = Prepared(times);
        prepared.OnlyMonths.ShouldBeTrue();
        prepared.GapRows.ShouldBe(1);
        TimeSeries series = prepared.Set.Series[0];
        series.Start.ShouldBe(new DateTime(2024, Times(times)[0].Month, 1));
        series.Target(0).ToArray().Count(double.IsNaN).ShouldBe(1);
    }

    [Fact]
    public void Rows_out_of_order_are_sorted_and_gaps_are_rows_without_values()
    {
        PreparedSeries prepared = Prepared(["2024-01-04", "2024-01-01", "2024-01-02", "2024-01-05"], 4, 1, 2, 5);
        prepared.SeriesSorted.ShouldBe(1);
        prepared.GapRows.ShouldBe(1);
        prepared.MissingValues.ShouldBe(1);
        prepared.Set.Series[0].Start.ShouldBe(new DateTime(2024, 1, 1));
        prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, 2, Missing, 4, 5]);
    }

    [Theory]
    [InlineData(MissingRule.Mask, new[] { 2, Missing, Missing, 8, Missing, 1 })]
    [InlineData(MissingRule.Carry, new[] { 2, 2, 2, 8, 8, 1.0 })]
    [InlineData(MissingRule.Interpolate, new[] { 2, 4, 6, 8, 4.5, 1 })]
    public void Missing_values_follow_the_rule(MissingRule rule, double[] expected)
    {
        PreparedSeries prepared = SeriesPreparation.Prepare(
            [Counted([Missing, 2, Missing, Missing, 8, Missing, 1, Missing])], OneTarget, new SeriesPreparationOptions { Missing = rule });
        prepared.LeadingRows.ShouldBe(1);
        prepared.MissingValues.ShouldBe(3);
        prepared.LongestMissing.ShouldBe(2);
        prepared.Set.Series[0].Target(0).ToArray().ShouldBe(expected);
        prepared.Set.Step.Unit.ShouldBe(TimeUnit.Row);
    }

    [Fact]
    public void A_rule_fills_no_value_before_a_columns_first_and_carries_behind_its_last()
    {
        ObservedSeries series = Counted([1, 2, 3, 4]) with { Past = [[Missing, 5, 7, Missing]] };
        PreparedSeries prepared = SeriesPreparation.Prepare([series], new ColumnNames(["y"], ["p"], [], []), new SeriesPreparationOptions { Missing = MissingRule.Interpolate });
        prepared.Set.Series[0].Past(0).ToArray().ShouldBe([Missing, 5, 7, 7]);
        series.Past[0].ShouldBe([Missing, 5, 7, Missing]);
    }

    [Fact]
    public void Known_columns_go_on_behind_the_last_observed_row()
    {
        ObservedSeries series = Counted([1, 2, Missing, Missing, Missing]) with { Past = [[1, 1, 1, Missing, Missing]], Known = [[0, 0, 1, 1, Missing]] };
        TimeSeries prepared = SeriesPreparation.Prepare([series], new ColumnNames(["y"], ["p"], ["k"], [])).Set.Series[0];
        (prepared.Length, prepared.KnownLength).ShouldBe((3, 4));
        prepared.Target(0).ToArray().ShouldBe([1, 2, Missing]);
        prepared.Known(0).ToArray().ShouldBe([0, 0, 1, 1]);
    }

    [Fact]
    public void Equal_rows_of_one_time_count_once_and_others_are_refused()
    {
        string[] times = ["2024-01-01", "2024-01-02", "2024-01-02", "2024-01-03"];
        PreparedSeries prepared = Prepared(times, 1, 2, 2, 3);
        prepared.DuplicateRows.ShouldBe(1);
        prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, 2, 3]);
        Refused(times, [1, 2, 9, 3]).ShouldBe(
            "row 3: a second row for 2024-01-02, which row 2 has with other values; remove one, name the column that tells series apart with --id, or give --duplicates first, last or mean");
    }

    [Theory]
    [InlineData(DuplicateRule.First, 2.0)]
    [InlineData(DuplicateRule.Last, 9.0)]
    [InlineData(DuplicateRule.Mean, 5.0)]
    public void Rows_of_one_time_follow_the_rule(DuplicateRule rule, double expected)
    {
        ObservedSeries series = Timed(["2024-01-02", "2024-01-01", "2024-01-02", "2024-01-02", "2024-01-02", "2024-01-03"], 2, 1, Missing, 4, 9, 3);
        PreparedSeries prepared = SeriesPreparation.Prepare([series], OneTarget, new SeriesPreparationOptions { Duplicates = rule });
        prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, expected, 3]);
        prepared.DuplicateRows.ShouldBe(3);
    }

    [Fact]
    public void An_hour_that_comes_twice_names_the_clock() => Refused(
        ["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00"], [1, 2, 3, 4]).ShouldBe(
        "row 3: a second row for 2024-10-27 02:00, which row 2 has with other values (clocks may have been set back; write times with their offset, such as 02:00+01:00, to tell them apart); remove one, name the column that tells series apart with --id, or give --duplicates first, last or mean");

    [Fact]
    public void A_time_off_the_step_is_refused_and_averaged_where_a_step_is_given()
    {
        string[] times = ["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 02:00", "2024-01-01 02:20", "2024-01-01 03:00"];
        Refused(times, [1, 2, 3, 5, 6]).ShouldBe(
            "row 4: 2024-01-01 02:20 comes 20 minutes after 2024-01-01 02:00 (row 3), where rows come every hour; correct the time, or give a step such as --step day, and rows within one become their mean");
        PreparedSeries prepared = SeriesPreparation.Prepare([Timed(times, 1, 2, 3, 5, 6)], OneTarget, new SeriesPreparationOptions { Step = new TimeStep(TimeUnit.Hour) });
        prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, 2, 4, 6]);
        prepared.AveragedRows.ShouldBe(1);
    }

    [Fact]
    public void A_wrong_year_does_not_make_millions_of_rows() => Refused(["2024-01-01 00:00", "2024-01-01 00:01", "2042-01-01 00:02"], [1, 2, 3]).ShouldBe(
        "row 3: from 2024-01-01 00:01 (row 2) to 2042-01-01 00:02 there is no row, and with one every minute more than 10 rows would be missing for each that is there; correct the time, or give a longer --step");

    [Fact]
    public void Rows_closer_than_a_second_are_refused() => Refused(["2024-01-01 00:00:00.0", "2024-01-01 00:00:00.5"], [1, 2]).ShouldBe(
        "the rows are 0.5 seconds apart, and a step is a whole number of seconds; give a longer one with --step, such as --step second, and its rows are means");

    [Fact]
    public void One_row_says_no_step() => Refused(["2024-01-01"], [1]).ShouldBe("the times do not say the step from row to row, because no series has two rows; give it with --step");

    [Fact]
    public void An_infinite_value_is_refused() =>
        Refused(["2024-01-01", "2024-01-02"], [1, double.NegativeInfinity]).ShouldBe("row 2, column 'y': the value is infinite; correct it, or leave it empty if it is missing");

    [Fact]
    public void A_column_without_values_is_refused()
    {
        Refused(["2024-01-01", "2024-01-02"], [Missing, Missing]).ShouldBe("the target 'y' has no value; choose others with --target");
        Should.Throw<SeriesException>(() => SeriesPreparation.Prepare([Counted([1, 2]) with { Past = [[Missing, Missing]] }], new ColumnNames(["y"], ["p"], [], [])))
            .Message.ShouldBe("column 'p' has no value; leave it out of --past");
        Should.Throw<SeriesException>(() => SeriesPreparation.Prepare([], OneTarget)).Message.ShouldBe("there are no rows; give at least one");
    }

    [Fact]
    public void A_static_column_has_a_value_for_each_series() =>
        Should.Throw<SeriesException>(() => SeriesPreparation.Prepare([Counted([1, 2]) with { Id = "A", Constants = [Missing] }], new ColumnNames(["y"], [], [], ["size"])))
            .Message.ShouldBe("series 'A': row 1, column 'size': series 'A' has no finite value in this static column; give it one, or leave the column out");

    [Fact]
    public void A_series_without_target_values_is_left_out_and_a_column_that_never_changes_is_named()
    {
        PreparedSeries prepared = SeriesPreparation.Prepare([Counted([Missing, Missing]) with { Id = "A" }, Counted([7, 7]) with { Id = "B" }], OneTarget);
        prepared.EmptySeries.ShouldBe(["A"]);
        prepared.ConstantColumns.ShouldBe(["y"]);
        prepared.Set.Series.ShouldHaveSingleItem().Id.ShouldBe("B");
    }

    private static string Refused(string[] times, double[] values) => Should.Throw<SeriesException>(() => Prepared(times, values)).Message;

    private static PreparedSeries Prepared(string[] times, params double[] values) =>
        SeriesPreparation.Prepare([Timed(times, values.Length > 0 ? values : [.. Enumerable.Range(1, times.Length).Select(each => (double)each)])], OneTarget);

    private static ObservedSeries Timed(string[] times, params double[] values) => new(string.Empty, Times(times), [values], [], [], []);

    private static ObservedSeries Counted(double[] values) => new(string.Empty, null, [values], [], [], []);

    private static DateTime[] Times(string[] times) => Array.ConvertAll(times, time => DateTime.Parse(time, CultureInfo.InvariantCulture));
}
