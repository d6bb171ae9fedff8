using System.Globalization;
using Cellwright.Tasks.Series;

namespace Cellwright.Inspection;

/// <summary>A number for each row of a series, such as the time since an event, to hold units against.</summary>
/// <remarks>
/// <list type="table">
/// <item><term><c>COLUMN</c></term><description>The column's value; where one is missing, the one before it.</description></item>
/// <item><term><c>COLUMN &gt; 3</c></term><description>1 in rows where it is true, else 0; also <c>&lt;</c>, <c>&gt;=</c>, <c>&lt;=</c>, <c>=</c> and <c>!=</c>.</description></item>
/// <item><term><c>since COLUMN</c></term><description>Rows since the column was last other than 0; since the first row before that.</description></item>
/// <item><term><c>since COLUMN &gt; 3</c></term><description>Rows since it was last true.</description></item>
/// <item><term><c>last COLUMN</c></term><description>The column's last value other than 0; 0 before that.</description></item>
/// <item><term><c>row</c></term><description>The number of the row, where no column has that name.</description></item>
/// </list>
/// </remarks>
public sealed class SeriesPattern
{
    private const string Forms = "a pattern is a column, a column and a number with one of < > <= >= = != between, or either behind 'since', or 'last' and a column";

    // The longer ones first, so that "<=" is not read as "<".
    private static readonly (string Sign, Func<double, double, bool> Holds)[] Comparisons =
    [
        ("<=", (a, b) => a <= b),
        (">=", (a, b) => a >= b),
        ("!=", (a, b) => !double.IsNaN(a) && a != b),
        ("<", (a, b) => a < b),
        (">", (a, b) => a > b),
        ("=", (a, b) => a == b),
    ];

    private readonly Func<TimeSeries, double[]> values;

    private SeriesPattern(string text, Func<TimeSeries, double[]> values)
    {
        Text = text;
        this.values = values;
    }

    /// <summary>What it was read from.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="columns">The columns that it may name.</param>
    /// <exception cref="FormatException">It is none, or names a column that there is not; the message says what there is.</exception>
    public static SeriesPattern Parse(string pattern, SeriesColumns columns)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(columns);
        string trimmed = pattern.Trim();
        if (trimmed.Length == 0)
        {
            throw new FormatException(Forms);
        }

        // A column may itself be called "since ...".
        if (Find(trimmed, columns) is null)
        {
            if (Behind("since", trimmed) is { } condition)
            {
                (Func<TimeSeries, double[]> column, Func<double, bool> holds) = Condition(condition, columns);
                return new SeriesPattern(pattern, series => Since(column(series), holds));
            }

            if (Behind("last", trimmed) is { } name)
            {
                Func<TimeSeries, double[]> column = Column(name, columns);
                return new SeriesPattern(pattern, series => Last(column(series)));
            }

            if (Comparison(trimmed) >= 0)
            {
                (Func<TimeSeries, double[]> column, Func<double, bool> holds) = Condition(trimmed, columns);
                return new SeriesPattern(pattern, series => [.. column(series).Select(value => holds(value) ? 1.0 : 0.0)]);
            }
        }

        Func<TimeSeries, double[]> plain = Column(trimmed, columns);
        return new SeriesPattern(pattern, series => Filled(plain(series)));
    }

    /// <summary>The numbers, one for each row that was observed.</summary>
    public IReadOnlyList<double> Of(TimeSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return values(series);
    }

    private static string? Behind(string word, string text) => text.StartsWith(word + " ", StringComparison.Ordinal) ? text[word.Length..].Trim() : null;

    private static int Comparison(string text) => text.IndexOfAny(['<', '>', '=', '!']);

    private static (Func<TimeSeries, double[]> Column, Func<double, bool> Holds) Condition(string text, SeriesColumns columns)
    {
        int at = Find(text, columns) is null ? Comparison(text) : -1;
        if (at < 0)
        {
            return (Column(text, columns), value => !double.IsNaN(value) && value != 0);
        }

        (string sign, Func<double, double, bool> holds) = Comparisons.FirstOrDefault(each => text.AsSpan(at).StartsWith(each.Sign, StringComparison.Ordinal));
        if (sign is null || !double.TryParse(text[(at + sign.Length)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double bound))
        {
            throw new FormatException($"'{text}' does not compare a column with a number; {Forms}");
        }

        return (Column(text[..at].Trim(), columns), value => holds(value, bound));
    }

    private static Func<TimeSeries, double[]> Column(string name, SeriesColumns columns) => Find(name, columns)
        ?? (name == "row" ? series => [.. Enumerable.Range(0, series.Length).Select(row => (double)row)] : throw new FormatException(
            $"there is no column '{name}'; there are {string.Join(", ", columns.Targets.Concat(columns.Past).Concat(columns.Known))}"));

    private static Func<TimeSeries, double[]>? Find(string name, SeriesColumns columns)
    {
        int At(IReadOnlyList<string> names) => Enumerable.Range(0, names.Count).FirstOrDefault(i => names[i] == name, -1);
        int target = At(columns.Targets);
        int past = At(columns.Past);
        int known = At(columns.Known);
        return target >= 0 ? series => series.Target(target).ToArray()
            : past >= 0 ? series => series.Past(past).ToArray()
            : known >= 0 ? series => series.Known(known)[..series.Length].ToArray()
            : null;
    }

    private static double[] Since(double[] column, Func<double, bool> holds)
    {
        double[] result = new double[column.Length];
        for (int row = 0; row < result.Length; row++)
        {
            result[row] = row == 0 || holds(column[row]) ? 0 : result[row - 1] + 1;
        }

        return result;
    }

    private static double[] Last(double[] column)
    {
        double[] result = new double[column.Length];
        for (int row = 0; row < result.Length; row++)
        {
            result[row] = double.IsNaN(column[row]) || column[row] == 0 ? (row == 0 ? 0 : result[row - 1]) : column[row];
        }

        return result;
    }

    private static double[] Filled(double[] column)
    {
        for (int row = 0; row < column.Length; row++)
        {
            column[row] = double.IsNaN(column[row]) ? (row == 0 ? 0 : column[row - 1]) : column[row];
        }

        return column;
    }
}
