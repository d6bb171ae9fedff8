namespace Cellwright.TariffMarket;

/// <summary>A business day of the simulated market.</summary>
/// <param name="Date">The day.</param>
/// <param name="Price">The price at its end.</param>
/// <param name="Announcement">The tariff announced on this day, in force from this day on; 0 on days without news.</param>
/// <param name="Clearing">1 where shipments clear customs on this day, else 0; the schedule is known ahead.</param>
/// <param name="Tariff">The tariff in force. Not a column of the file: it is what a model has to remember.</param>
public readonly record struct MarketDay(DateOnly Date, double Price, int Announcement, int Clearing, int Tariff);
