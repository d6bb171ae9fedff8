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
}
