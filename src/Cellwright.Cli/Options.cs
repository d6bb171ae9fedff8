using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>Options with values that are checked as they are read, so that a bad one is answered with what was expected.</summary>
internal static class Options
{
    /// <summary>The option that prints figures for machines.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the figures as JSON." };

    /// <summary>How many threads work; no result depends on it.</summary>
    public static Option<int> Threads() =>
        Whole("--threads", "Threads to use, all cores unless told otherwise; no result depends on their number.", Environment.ProcessorCount, 1, 1024);

    /// <summary>The seed of everything that is drawn.</summary>
    public static Option<ulong> Seed() => new("--seed")
    {
        Description = "The seed of everything that is drawn at random.",
        HelpName = "number",
        DefaultValueFactory = _ => 1UL,
        CustomParser = result => ulong.TryParse(Word(result), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : Fail<ulong>(result, "a whole number from 0 up"),
    };

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Whole(string name, string description, int value, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => value,
        CustomParser = result => WholeNumber(result, least, most),
    };

    /// <summary>A whole number within bounds that may be left out.</summary>
    public static Option<int?> OptionalWhole(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result => WholeNumber(result, least, most),
    };

    /// <summary>A number above zero, or from zero up.</summary>
    public static Option<double> Real(string name, string description, double value, bool zeroToo = false) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => value,
        CustomParser = result => RealNumber(result, zeroToo),
    };

    /// <summary>A number above zero, or from zero up, that may be left out.</summary>
    public static Option<double?> OptionalReal(string name, string description, bool zeroToo = false) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result => RealNumber(result, zeroToo),
    };

    /// <summary>One of the values of an enumeration, in lower case.</summary>
    public static Option<T> Choice<T>(string name, string description, T value)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = string.Join('|', Enum.GetNames<T>().Select(each => each.ToLowerInvariant())),
            DefaultValueFactory = _ => value,
            CustomParser = result => Enum.GetNames<T>().FirstOrDefault(each => each.Equals(Word(result), StringComparison.OrdinalIgnoreCase)) is { } found
                ? Enum.Parse<T>(found)
                : Fail<T>(result, string.Join(" or ", Enum.GetNames<T>().Select(each => each.ToLowerInvariant()))),
        };

    /// <summary>Any number of paths; a word that begins with a dash is a mistyped option, not one of them.</summary>
    public static Argument<string[]> Paths(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result =>
        {
            string[] words = [.. result.Tokens.Select(token => token.Value)];
            if (words.FirstOrDefault(word => word.StartsWith('-')) is { } mistyped)
            {
                result.AddError($"there is no option '{mistyped}'");
            }

            return words;
        },
    };

    /// <summary>A time, such as <c>90s</c>, <c>10m</c> or <c>1h30m</c>, that may be left out.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result => ReadDuration(Word(result)) is { } time ? time : Fail<TimeSpan?>(result, "a time such as 90s, 10m or 1h30m"),
    };

    /// <summary>Sizes by name that a cell asks for beside input and hidden.</summary>
    public static Option<Dictionary<string, int>> Sizes() => new("--size")
    {
        Description = "A size that the cell names beside input and hidden, such as rank=8; may be given again for another. A size not given is a quarter of hidden.",
        HelpName = "name=number",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            Dictionary<string, int> sizes = [];
            foreach (Token token in result.Tokens)
            {
                string[] parts = token.Value.Split('=', 2);
                if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size < 1 || !sizes.TryAdd(parts[0], size))
                {
                    result.AddError($"--size takes a name and a whole number such as rank=8, each name once, not '{token.Value}'");
                    return sizes;
                }
            }

            return sizes;
        },
    };

    /// <summary>One share for all, or shares by name; each from 0 to less than 1.</summary>
    public static Option<Dictionary<string, double>> Rates(string name, string description, string example) => new(name)
    {
        Description = description,
        HelpName = "share",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            Dictionary<string, double> rates = [];
            foreach (string part in Word(result).Split(','))
            {
                string[] words = part.Split('=', 2);
                string key = words.Length == 2 ? words[0].Trim() : TextRegularization.All;
                if (key.Length == 0 || !double.TryParse(words[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) || !(rate >= 0 && rate < 1) || !rates.TryAdd(key, rate))
                {
                    return Fail<Dictionary<string, double>>(result, $"a share from 0 to less than 1, or shares by name such as {example}");
                }
            }

            return rates;
        },
    };

    /// <summary>Reads a time such as <c>90s</c> or <c>1h30m</c>; null where it is none.</summary>
    internal static TimeSpan? ReadDuration(string text)
    {
        TimeSpan total = TimeSpan.Zero;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) || text[i] == '.')
            {
                continue;
            }

            double unit = text[i] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => double.NaN };
            if (!double.TryParse(text.AsSpan(start, i - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
                || !double.IsFinite(count * unit) || count * unit > 1e8)
            {
                return null;
            }

            total += TimeSpan.FromSeconds(count * unit);
            start = i + 1;
        }

        return start == text.Length && total > TimeSpan.Zero ? total : null;
    }

    private static string Word(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;

    private static double RealNumber(ArgumentResult result, bool zeroToo) =>
        double.TryParse(Word(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && (number > 0 || (zeroToo && number == 0))
            ? number
            : Fail<double>(result, zeroToo ? "a number from 0 up" : "a number above 0");

    private static int WholeNumber(ArgumentResult result, int least, int most) =>
        int.TryParse(Word(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : Fail<int>(result, most == int.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} up")
                : string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));

    private static T? Fail<T>(ArgumentResult result, string expected)
    {
        string name = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{name} takes {expected}, not '{Word(result)}'");
        return default;
    }
}
