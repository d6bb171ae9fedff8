using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecastMetricsTests
{
    [Fact]
    public void Figures_of_a_small_case_are_those_worked_by_hand()
    {
        double[] outcomes = [2, 4, double.NaN, -1];
        double[] forecasts = [1, 6, 9, -1];
        ForecastMetrics.MeanAbsoluteError(outcomes, forecasts).ShouldBe(1);
        ForecastMetrics.MeanSquaredError(outcomes, forecasts).ShouldBe(5.0 / 3, 1e-15);
        ForecastMetrics.RootMeanSquaredError(outcomes, forecasts).ShouldBe(Math.Sqrt(5.0 / 3), 1e-15);
        ForecastMetrics.SymmetricPercentageError(outcomes, forecasts).ShouldBe(((200.0 / 3) + 40) / 3, 1e-13);
        ForecastMetrics.SymmetricPercentageError([0], [0]).ShouldBe(0);
        ForecastMetrics.SeasonalScale([1, 5, 2, double.NaN, 6], 2).ShouldBe(2.5);
        ForecastMetrics.PinballLoss([3, 1], [2, 2], 0.9).ShouldBe(0.5, 1e-15);
        ForecastMetrics.Coverage(outcomes, [2, 5, 0, -2], [3, 6, 0, 0]).ShouldBe(2.0 / 3, 1e-15);

        // Widths 1, 1 and 2; the second outcome is 1 below its interval: (4 + 2 / 0.2 · 1) / 3.
        ForecastMetrics.IntervalScore(outcomes, [2, 5, 0, -2], [3, 6, 0, 0], 0.2).ShouldBe(14.0 / 3, 1e-14);
        double.IsNaN(ForecastMetrics.MeanAbsoluteError([double.NaN], [1])).ShouldBeTrue();
        double.IsNaN(ForecastMetrics.MeanAbsoluteScaledError([1], [2], scale: 0)).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => ForecastMetrics.MeanAbsoluteError([1, 2], [1]));
    }

    [Fact]
    public void Percentage_and_scaled_errors_do_not_change_with_the_unit() => Cases((values, seed) =>
    {
        const double unit = 1024;
        double[] forecasts = Draws(seed + 1, values.Length);
        double[] larger = [.. values.Select(value => unit * value)];
        double[] largerForecasts = [.. forecasts.Select(value => unit * value)];
        ForecastMetrics.SymmetricPercentageError(larger, largerForecasts).ShouldBe(ForecastMetrics.SymmetricPercentageError(values, forecasts));
        ForecastMetrics.MeanAbsoluteScaledError(larger, largerForecasts, ForecastMetrics.SeasonalScale(larger, 1))
            .ShouldBe(ForecastMetrics.MeanAbsoluteScaledError(values, forecasts, ForecastMetrics.SeasonalScale(values, 1)));
    });

    [Fact]
    public void The_naive_method_has_a_scaled_error_of_one_within_its_sample() => Cases((values, _) =>
        ForecastMetrics.MeanAbsoluteScaledError(values.AsSpan(1), values.AsSpan(0, values.Length - 1), ForecastMetrics.SeasonalScale(values, 1)).ShouldBe(1, 1e-12));

    [Fact]
    public void No_constant_has_less_pinball_loss_than_the_quantile_of_the_sample() => Cases((values, seed) =>
    {
        double level = 0.05 + (0.9 * new RandomStream(seed, "level").UniformDouble(0, 0));
        double quantile = values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(level * values.Length) - 1));
        double least = Loss(quantile);
        values.Min(Loss).ShouldBeGreaterThanOrEqualTo(least - 1e-12);
        double Loss(double constant) => ForecastMetrics.PinballLoss(values, [.. values.Select(_ => constant)], level);
    });

    private static void Cases(Action<double[], ulong> property) => Prop.ForAll(
        Gen.Choose(0, 1_000_000).ToArbitrary(),
        seed => property(Draws((ulong)seed, 3 + (seed % 40)), (ulong)seed)).QuickCheckThrowOnFailure();

    private static double[] Draws(ulong seed, int count)
    {
        double[] values = new double[count];
        new RandomStream(seed, "values").FillNormal(values, 0);
        return values;
    }
}
