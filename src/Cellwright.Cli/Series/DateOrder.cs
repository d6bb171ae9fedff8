namespace Cellwright.Cli.Series;

/// <summary>How a date such as 03/04/2024 is read.</summary>
internal enum DateOrder
{
    /// <summary>The third of April.</summary>
    Day,

    /// <summary>The fourth of March.</summary>
    Month,
}
