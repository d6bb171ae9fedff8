using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateDecay.Constant, 1.0, 1.0)]
    [InlineData(LearningRateDecay.Linear, 0.55, 0.1)]
    [InlineData(LearningRateDecay.Cosine, 0.55, 0.1)]
    public void The_rate_rises_then_decays_to_its_floor(LearningRateDecay decay, double middle, double last)
    {
        LearningRateSchedule schedule = new(2.0, 10, decay);
        schedule.RateAt(0, 111).ShouldBe(2.0 / 11);
        schedule.RateAt(9, 111).ShouldBe(20.0 / 11);
        schedule.RateAt(10, 111).ShouldBe(2.0, 1e-12);
        schedule.RateAt(60, 111).ShouldBe(2.0 * middle, 1e-12);
        schedule.RateAt(110, 111).ShouldBe(2.0 * last, 1e-12);
    }

    [Theory]
    [InlineData(LearningRateDecay.Linear)]
    [InlineData(LearningRateDecay.Cosine)]
    public void The_rate_falls_to_the_share_that_was_asked_for(LearningRateDecay decay)
    {
        foreach (double end in new[] { 0.0, 0.02, 0.5, 1.0 })
        {
            LearningRateSchedule schedule = new(2.0, 10, decay) { End = end };
            schedule.RateAt(110, 111).ShouldBe(2.0 * end, 1e-12);
            schedule.RateAt(60, 111).ShouldBe(1.0 + end, 1e-12);
        }
    }

    [Fact]
    public void The_cosine_is_a_cosine()
    {
        LearningRateSchedule schedule = new(1.0, 0, LearningRateDecay.Cosine);
        for (int step = 0; step < 100; step++)
        {
            schedule.RateAt(step, 100).ShouldBe(0.1 + (0.45 * (1 + Math.Cos(Math.PI * step / 99))), 1e-12);
        }
    }

    [Fact]
    public void The_warm_up_does_not_know_how_long_the_run_is()
    {
        LearningRateSchedule schedule = new(1.0, 5, LearningRateDecay.Cosine);
        for (int step = 0; step < 5; step++)
        {
            schedule.RateAt(step, 3).ShouldBe(schedule.RateAt(step, 1000));
        }
    }

    [Fact]
    public void Steps_fall_where_they_were_told_to()
    {
        LearningRateSchedule schedule = new(2.0, 5, LearningRateDecay.Step) { Interval = 10, Factor = 0.5 };
        for (int step = 5; step < 60; step++)
        {
            schedule.RateAt(step, 60).ShouldBe(2.0 * Math.Pow(0.5, (step - 5) / 10));
        }
    }

    [Fact]
    public void Untold_steps_are_thirds_and_end_at_the_floor()
    {
        LearningRateSchedule schedule = new(1.0, 10, LearningRateDecay.Step);
        for (int step = 10; step < 100; step++)
        {
            schedule.RateAt(step, 100).ShouldBe(Math.Pow(0.1, 0.5 * ((step - 10) / 30)), 1e-15);
        }
    }
}
