using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Cellwright.Cli;

/// <summary>Options that take several values with commas between.</summary>
internal static class ListOptions
{
    /// <summary>Cells.</summary>
    /// <param name="description">What they are for.</param>
    /// <param name="defaults">Those unless told otherwise.</param>
    public static Option<string[]> Cells(string description, params string[] defaults) => new("--cells")
    {
        Description = description,
        HelpName = "cell,…",
        DefaultValueFactory = _ => defaults,
        CustomParser = result => Words(result, "a cell, or several with commas between"),
    };

    /// <summary>Numbers.</summary>
    public static Option<double[]> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number,…",
        CustomParser = result => Numbers<double>(result, number => double.IsFinite(number), "a number, or several with commas between"),
    };

    /// <summary>Whole numbers from 1 up.</summary>
    public static Option<int[]> WholeNumbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number,…",
        CustomParser = result => Numbers<int>(result, number => number > 0, "a whole number from 1 up, or several with commas between"),
    };

    private static string[] Words(ArgumentResult result, string expected)
    {
        string[] words = [.. Split(result)];
        if (words.Length == 0 || words.Any(string.IsNullOrWhiteSpace))
        {
            Refuse(result, expected, string.Join(' ', result.Tokens.Select(token => token.Value)));
        }

        return words;
    }

    private static T[] Numbers<T>(ArgumentResult result, Func<T, bool> isGood, string expected)
        where T : System.Numerics.INumber<T>
    {
        List<T> numbers = [];
        foreach (string word in Split(result))
        {
            if (!T.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out T? number) || !isGood(number))
            {
                Refuse(result, expected, word);
                break;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static IEnumerable<string> Split(ArgumentResult result) => result.Tokens.SelectMany(token => token.Value.Split(','));

    private static void Refuse(ArgumentResult result, string expected, string word) =>
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} takes {expected}, not '{word}'");
}
