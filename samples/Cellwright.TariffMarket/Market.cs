using Cellwright.Randomness;

namespace Cellwright.TariffMarket;

/// <summary>
/// A metal's price by business day: a trend, a season of 21 days, noise, and tariffs, which are announced once and are in
/// force until the next announcement.
/// </summary>
/// <remarks>
/// A tariff moves the price on the days on which shipments clear customs, beginning with the day of the announcement and
/// the two after it; later clearings follow 4 to 3 windows + 3 days after one another. Between clearings the price is the
/// same under every tariff. A plain shift of the level would not do as a test of memory, because any window of prices shows
/// the level that it is at.
/// </remarks>
public static class Market
{
    private const int SeasonDays = 21;
    private const int ClearingDays = 3;
    private static readonly int[] Tariffs = [-10, -5, 5, 10];

    /// <summary>Simulates the market.</summary>
    public static IReadOnlyList<MarketDay> Simulate(MarketOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Days, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 8);
        var random = new RandomStream(options.Seed, "samples/tariff-market");
        var days = new MarketDay[options.Days];
        DateOnly date = new(2000, 1, 3);
        double trend = 100;
        double noise = 0;
        int tariff = 0;
        int nextAnnouncement = options.Window;
        int nextClearing = options.Window;
        for (int day = 0; day < days.Length; day++)
        {
            ulong step = (ulong)day;
            int announcement = 0;
            if (day == nextAnnouncement)
            {
                int[] others = [.. Tariffs.Where(each => each != tariff)];
                announcement = tariff = others[random.Below(step, 0, others.Length)];
                nextAnnouncement = day + (3 * options.Window) + random.Below(step, 1, 4 * options.Window);
                nextClearing = day;
            }

            bool clearing = day >= nextClearing;
            if (day == nextClearing + ClearingDays - 1)
            {
                nextClearing = day + 4 + random.Below(step, 2, 3 * options.Window);
            }

            trend += 0.01 + (0.05 * random.NormalDouble(step, 0));
            noise = (0.7 * noise) + (0.5 * random.NormalDouble(step, 1));
            double season = 3 * Math.Sin(2 * Math.PI * day / SeasonDays);
            days[day] = new MarketDay(date, trend + season + noise + (clearing ? tariff : 0), announcement, clearing ? 1 : 0, tariff);
            date = date.AddDays(date.DayOfWeek == DayOfWeek.Friday ? 3 : 1);
        }

        return days;
    }

    /// <summary>Writes the columns date, price, announcement and clearing as CSV.</summary>
    public static void Write(IEnumerable<MarketDay> days, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("date,price,announcement,clearing\n");
        foreach (MarketDay day in days)
        {
            writer.Write(FormattableString.Invariant($"{day.Date:yyyy-MM-dd},{day.Price:0.00},{day.Announcement},{day.Clearing}\n"));
        }
    }
}
