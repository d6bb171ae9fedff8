using Cellwright.TariffMarket;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Samples;

public sealed class TariffMarketTests
{
    private static readonly MarketOptions Options = new();
    private static readonly IReadOnlyList<MarketDay> Days = Market.Simulate(Options);

    [Fact]
    public void A_tariff_acts_from_its_day_and_outlasts_three_windows()
    {
        int[] announced = [.. Enumerable.Range(0, Days.Count).Where(day => Days[day].Announcement != 0)];
        announced.Length.ShouldBeGreaterThan(20);
        announced.ShouldAllBe(day => Days[day].Clearing == 1 && Days[day].Tariff == Days[day].Announcement);
        announced.Zip(announced.Skip(1), (one, next) => next - one).ShouldAllBe(length => length >= 3 * Options.Window);
        Enumerable.Range(1, Days.Count - 1).Where(day => Days[day].Tariff != Days[day - 1].Tariff).ShouldBe(announced);
    }

    [Fact]
    public void Most_clearings_have_neither_announcement_nor_clearing_in_the_window_before()
    {
        int[] starts = [.. Enumerable.Range(Options.Window + 1, Days.Count - Options.Window - 1).Where(day => Days[day].Clearing == 1 && Days[day - 1].Clearing == 0 && Days[day].Announcement == 0)];
        int without = starts.Count(day => Enumerable.Range(day - Options.Window, Options.Window).All(each => Days[each].Clearing == 0 && Days[each].Announcement == 0));
        without.ShouldBeGreaterThan(starts.Length / 2);
    }

    [Fact]
    public void The_same_seed_writes_the_same_file_and_another_one_another()
    {
        Text(Options).ShouldBe(Text(Options));
        Text(Options with { Seed = 2 }).ShouldNotBe(Text(Options));
        Text(Options with { Days = 2 }).Split('\n')[0].ShouldBe("date,price,announcement,clearing");
        Text(Options).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(Options.Days + 1);
    }

    private static string Text(MarketOptions options)
    {
        using StringWriter writer = new();
        Market.Write(Market.Simulate(options), writer);
        return writer.ToString();
    }
}
