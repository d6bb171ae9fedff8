using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cellwright.Inspection;

/// <summary>A number for each character of a text, such as whether it stands inside quotes, to hold units against.</summary>
/// <remarks>
/// <list type="table">
/// <item><term><c>inside quotes</c></term><description>1 between double quotes, else 0.</description></item>
/// <item><term><c>inside ( )</c></term><description>1 from one text to the next other one.</description></item>
/// <item><term><c>line position</c>, <c>word position</c></term><description>Characters since the line, or the word, began.</description></item>
/// <item><term><c>since TEXT</c></term><description>Characters since a text last ended; since the beginning before that.</description></item>
/// <item><term><c>/REGEX/</c></term><description>1 in every match.</description></item>
/// <item><term>anything else</term><description>1 in every place where the text stands.</description></item>
/// </list>
/// </remarks>
public sealed class TextPattern
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Func<string, double[]> values;

    private TextPattern(string text, Func<string, double[]> values)
    {
        Text = text;
        this.values = values;
    }

    /// <summary>What it was read from.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is empty, or no regular expression; the message says what is wrong.</exception>
    public static TextPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        string trimmed = pattern.Trim();
        string[] words = trimmed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new TextPattern(pattern, words switch
        {
            [] => throw new FormatException("a pattern is a text, /a regular expression/, or one of: inside quotes, inside ( ), line position, word position, since TEXT"),
            ["inside", "quotes"] => Inside("\"", "\""),
            ["inside", var open, var close] => Inside(open, close),
            ["line", "position"] => Since("\n"),
            ["word", "position"] => text => Count(text, (all, i) => i > 0 && !char.IsLetterOrDigit(all[i - 1])),
            ["since", ..] => Since(Unescaped(trimmed["since".Length..].Trim())),
            _ when trimmed.Length > 2 && trimmed[0] == '/' && trimmed[^1] == '/' => Matching(trimmed[1..^1]),
            _ => Matching(Regex.Escape(Unescaped(pattern))),
        });
    }

    /// <summary>The numbers, one for each Unicode character of a text.</summary>
    public IReadOnlyList<double> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        double[] perUnit = values(text);
        List<double> perCharacter = [];
        int at = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            perCharacter.Add(perUnit[at]);
            at += character.Utf16SequenceLength;
        }

        return perCharacter;
    }

    private static string Unescaped(string text) => text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);

    private static Func<string, double[]> Inside(string open, string close) => text =>
    {
        double[] result = new double[text.Length];
        bool isInside = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (isInside && string.CompareOrdinal(text, i, close, 0, close.Length) == 0)
            {
                isInside = false;
            }
            else if (!isInside && string.CompareOrdinal(text, i, open, 0, open.Length) == 0)
            {
                isInside = true;
                continue;
            }

            result[i] = isInside ? 1 : 0;
        }

        return result;
    };

    private static Func<string, double[]> Since(string mark) => mark.Length == 0
        ? throw new FormatException("'since' is followed by a text, such as since \\n")
        : text => Count(text, (all, i) => i >= mark.Length && string.CompareOrdinal(all, i - mark.Length, mark, 0, mark.Length) == 0);

    private static double[] Count(string text, Func<string, int, bool> restarts)
    {
        double[] result = new double[text.Length];
        for (int i = 1; i < text.Length; i++)
        {
            result[i] = restarts(text, i) ? 0 : result[i - 1] + 1;
        }

        return result;
    }

    private static Func<string, double[]> Matching(string expression)
    {
        Regex regex;
        try
        {
            regex = new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'/{expression}/' is no regular expression that can be used here: {problem.Message}"), problem);
        }

        return text =>
        {
            double[] result = new double[text.Length];
            foreach (Match match in regex.Matches(text))
            {
                result.AsSpan(match.Index, match.Length).Fill(1);
            }

            return result;
        };
    }
}
