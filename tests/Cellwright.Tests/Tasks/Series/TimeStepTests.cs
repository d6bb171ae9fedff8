using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class TimeStepTests
{
    [Theory]
    [InlineData(TimeUnit.Minute, 15, "2024-02-28 23:50", 2, "2024-02-29 00:20")]
    [InlineData(TimeUnit.Month, 1, "2024-01-31", 1, "2024-02-29")]
    [InlineData(TimeUnit.Month, 1, "2024-01-31", 2, "2024-03-31")]
    [InlineData(TimeUnit.Quarter, 1, "2023-11-30", 1, "2024-02-29")]
    [InlineData(TimeUnit.Week, 2, "2024-02-20", -1, "2024-02-06")]
    [InlineData(TimeUnit.BusinessDay, 1, "2024-03-01", 1, "2024-03-04")]
    [InlineData(TimeUnit.BusinessDay, 1, "2024-03-04", -1, "2024-03-01")]
    [InlineData(TimeUnit.BusinessDay, 1, "2024-03-06", 13, "2024-03-25")]
    [InlineData(TimeUnit.BusinessDay, 1, "2024-03-02", 1, "2024-03-04")]
    public void Rows_later_is_that_many_steps_later(TimeUnit unit, int count, string start, long rows, string expected) =>
        new TimeStep(unit, count).Add(DateTime.Parse(start, null), rows).ShouldBe(DateTime.Parse(expected, null));

    [Fact]
    public void A_step_reads_as_words()
    {
        new TimeStep(TimeUnit.Hour).ToString().ShouldBe("hour");
        new TimeStep(TimeUnit.Minute, 15).ToString().ShouldBe("15 minutes");
        new TimeStep(TimeUnit.BusinessDay).ToString().ShouldBe("business day");
        Should.Throw<InvalidOperationException>(() => new TimeStep(TimeUnit.Row).Add(DateTime.UnixEpoch, 1));
    }

    [Fact]
    public void Counting_is_the_inverse_of_adding()
    {
        DateTime start = new(2023, 10, 31, 5, 30, 0);
        foreach (TimeUnit unit in Enum.GetValues<TimeUnit>().Where(each => each != TimeUnit.Row))
        {
            foreach (int count in (int[])[1, 2, 3, 7])
            {
                TimeStep step = new(unit, count);
                for (int rows = -40; rows <= 40; rows++)
                {
                    DateTime time = step.Add(start, rows);
                    step.TryCount(start, time, out long counted).ShouldBeTrue($"{step} {rows}");
                    counted.ShouldBe(rows, $"{step}");
                    step.TryCount(start, time.AddSeconds(count == 1 && unit == TimeUnit.Second ? 0.5 : 1), out _).ShouldBeFalse($"{step} {rows}");
                    step.Floor(step.Floor(time)).ShouldBe(step.Floor(time));
                    step.Floor(time).ShouldBeLessThanOrEqualTo(time);
                }
            }
        }
    }

    [Fact]
    public void A_weekend_is_no_business_day_and_falls_to_its_friday()
    {
        TimeStep step = new(TimeUnit.BusinessDay);
        step.TryCount(new DateTime(2024, 3, 1), new DateTime(2024, 3, 2), out _).ShouldBeFalse();
        step.Floor(new DateTime(2024, 3, 3, 9, 0, 0)).ShouldBe(new DateTime(2024, 3, 1));
        new TimeStep(TimeUnit.Week).Floor(new DateTime(2024, 3, 3)).ShouldBe(new DateTime(2024, 2, 26));
        new TimeStep(TimeUnit.Quarter).Floor(new DateTime(2024, 5, 20)).ShouldBe(new DateTime(2024, 4, 1));
    }
}
