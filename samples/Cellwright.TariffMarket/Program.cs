using System.Globalization;
using Cellwright.TariffMarket;

MarketOptions options = new();
if (args.Length is < 1 or > 3
    || (args.Length > 1 && !TryRead(args[1], out options))
    || (args.Length > 2 && !ulong.TryParse(args[2], CultureInfo.InvariantCulture, out _)))
{
    Console.Error.WriteLine("give the file to write, and if you like the number of days, at least 1, and a seed: Cellwright.TariffMarket market.csv 6000 1");
    return 2;
}

if (args.Length > 2)
{
    options = options with { Seed = ulong.Parse(args[2], CultureInfo.InvariantCulture) };
}

try
{
    using StreamWriter writer = new(args[0]);
    Market.Write(Market.Simulate(options), writer);
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{args[0]} cannot be written: {error.Message}");
    return 2;
}

Console.WriteLine(FormattableString.Invariant($"{options.Days} days, seed {options.Seed}, window {options.Window}: {args[0]}"));
return 0;

static bool TryRead(string text, out MarketOptions options)
{
    bool read = int.TryParse(text, CultureInfo.InvariantCulture, out int days) && days >= 1;
    options = new MarketOptions { Days = days };
    return read;
}
