using System.CommandLine;
using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>The options that say what is in a file of series.</summary>
internal static class SeriesFlags
{
    /// <summary>The file.</summary>
    public static readonly Argument<string?> FileArgument = new("FILE") { Description = "A CSV file, plain or gzip: a line of names, then rows.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> TimeOption = Name("--time", "column", "The column of times. [default: the first that has them]");
    private static readonly Option<string[]> TargetOption = Names("--target", "The columns to forecast, with commas between. [default: all columns of numbers that no other option names]");
    private static readonly Option<string[]> PastOption = Names("--past", "Columns that are observed beside the targets and unknown ahead; 'rest' for all columns of numbers that no other option names.");
    private static readonly Option<string[]> KnownOption = Names("--known", "Columns that are known ahead: rows behind the last observed one give their values.");
    private static readonly Option<string[]> StaticOption = Names("--static", "Columns with one value for each series.");
    private static readonly Option<string?> IdOption = Name("--id", "column", "The column that tells series apart. [default: where times repeat, the one column of text]");
    private static readonly Option<bool> WideOption = new("--wide") { Description = "Each target column is a series of its own, and one model learns all." };
    private static readonly Option<bool> RowsOption = new("--rows") { Description = "Each row is a series: its name, then its values; there are no times." };
    public static readonly Option<string?> FutureOption = Name("--future", "file", "A second CSV file with the known columns behind the last row of the first.");
    private static readonly Option<MissingRule> MissingOption = Options.Choice("--missing", "What becomes of missing values.", MissingRule.Mask);
    private static readonly Option<DuplicateRule> DuplicatesOption = Options.Choice("--duplicates", "What becomes of rows with the same time and other values.", DuplicateRule.Refuse);
    private static readonly Option<TimeStep?> StepOption = new("--step")
    {
        Description = "The step from row to row, such as hour, 15min, 2weeks or businessday; rows within one step become their mean. [default: found]",
        HelpName = "step",
        CustomParser = result =>
        {
            TimeStep? step = result.Tokens.Count == 1 ? ReadStep(result.Tokens[0].Value) : null;
            if (step is null)
            {
                result.AddError($"--step takes a step such as hour, 15min, day, businessday, 2weeks, month, quarter or year, not '{string.Join(' ', result.Tokens.Select(token => token.Value))}'");
            }

            return step;
        },
    };

    private static readonly Option<string?> SeparatorOption = Word("--separator", "The separator of the file. [default: found]", "comma", "semicolon", "tab", "bar");
    private static readonly Option<string?> DecimalOption = Word("--decimal", "The decimal mark. [default: found]", "point", "comma");
    private static readonly Option<string?> DatesOption = Word("--dates", "What comes first in a date such as 03/04/2024. [default: found]", "day", "month");

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            TargetOption, PastOption, KnownOption, StaticOption, TimeOption, IdOption, WideOption, RowsOption, FutureOption,
            StepOption, MissingOption, DuplicatesOption, SeparatorOption, DecimalOption, DatesOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was said.</summary>
    /// <exception cref="UsageException">Two options do not go together.</exception>
    public static SeriesReadingOptions Of(ParseResult parsed)
    {
        SeriesReadingOptions options = new()
        {
            Time = parsed.GetValue(TimeOption),
            Id = parsed.GetValue(IdOption),
            Targets = parsed.GetValue(TargetOption) ?? [],
            Past = parsed.GetValue(PastOption) ?? [],
            Known = parsed.GetValue(KnownOption) ?? [],
            Static = parsed.GetValue(StaticOption) ?? [],
            Wide = parsed.GetValue(WideOption),
            Rows = parsed.GetValue(RowsOption),
            Future = parsed.GetValue(FutureOption),
            Separator = parsed.GetValue(SeparatorOption) switch { "comma" => ',', "semicolon" => ';', "tab" => '\t', "bar" => '|', _ => null },
            Mark = parsed.GetValue(DecimalOption) switch { "point" => '.', "comma" => ',', _ => null },
            Order = parsed.GetValue(DatesOption) switch { "day" => DateOrder.Day, "month" => DateOrder.Month, _ => null },
            Preparation = new SeriesPreparationOptions
            {
                Missing = parsed.GetValue(MissingOption),
                Duplicates = parsed.GetValue(DuplicatesOption),
                Step = parsed.GetValue(StepOption),
            },
        };
        if (options.Rows && (options.Time ?? options.Id ?? options.Future) is not null || options.Rows && (options.Wide || options.Targets.Count + options.Past.Count + options.Known.Count + options.Static.Count > 0))
        {
            throw new UsageException("with --rows each row is a name and values, and there are no columns to name; leave --time, --id, --target, --past, --known, --static, --wide and --future out");
        }

        if (options.Wide && (options.Id is not null || options.Static.Count > 0))
        {
            throw new UsageException("with --wide each target column is a series, and all share the other columns; leave --id and --static out");
        }

        return options;
    }

    /// <summary>Reads a step such as <c>15min</c> or <c>hour</c>; null where it is none.</summary>
    internal static TimeStep? ReadStep(string text)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        int count = 1;
        if (digits > 0 && (!int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > 100_000))
        {
            return null;
        }

        string unit = text[digits..].Trim().ToLowerInvariant();
        TimeUnit? found = unit switch
        {
            "s" or "sec" or "second" or "seconds" => TimeUnit.Second,
            "min" or "minute" or "minutes" => TimeUnit.Minute,
            "h" or "hour" or "hours" => TimeUnit.Hour,
            "d" or "day" or "days" => TimeUnit.Day,
            "businessday" or "businessdays" or "business day" or "business days" => TimeUnit.BusinessDay,
            "w" or "week" or "weeks" => TimeUnit.Week,
            "month" or "months" => TimeUnit.Month,
            "quarter" or "quarters" => TimeUnit.Quarter,
            "y" or "year" or "years" => TimeUnit.Year,
            _ => null,
        };
        return found is { } known ? new TimeStep(known, count) : null;
    }

    private static Option<string?> Name(string name, string help, string description) => new(name) { Description = description, HelpName = help };

    private static Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "columns",
        DefaultValueFactory = _ => [],
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    internal static Option<string?> Word(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = result =>
        {
            string word = result.Tokens.Count == 1 ? result.Tokens[0].Value.ToLowerInvariant() : string.Empty;
            if (!words.Contains(word))
            {
                result.AddError($"{name} takes {string.Join(" or ", words)}, not '{word}'");
            }

            return word;
        },
    };
}
