namespace Cellwright.TariffMarket;

/// <summary>How the market is simulated.</summary>
public sealed record MarketOptions
{
    /// <summary>The business days. Default 6000, 23 years.</summary>
    public int Days { get; init; } = 6000;

    /// <summary>The seed. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The training window that the announcements are to outlast: each tariff is in force for 3 to 7 windows. Default 32.</summary>
    public int Window { get; init; } = 32;
}
