using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>
/// A column as a model reads it: numbers. Of a column of texts, each distinct text is a column of its own, named
/// <c>region=north</c>, which is 1 where the row has that text and 0 where it has another.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Values">The value of each row, NaN where one is missing.</param>
internal sealed record NumberColumn(string Name, double[] Values)
{
    private const int MostTexts = 50;

    /// <summary>The columns that a name stands for.</summary>
    /// <param name="table">The file.</param>
    /// <param name="name">A column's name, or with one of its texts behind it, as in <c>region=north</c>.</param>
    /// <param name="option">Where the name was given.</param>
    /// <param name="take">Called with the file's column.</param>
    /// <exception cref="SeriesException">There is no such column, or it has too many texts.</exception>
    public static IReadOnlyList<NumberColumn> Of(CsvTable table, string name, string option, Action<CsvColumn> take)
    {
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        bool isOne = equals > 0 && table.Columns.All(each => each.Name != name);
        CsvColumn column = table.Column(isOne ? name[..equals] : name, option);
        take(column);
        if (isOne)
        {
            return [Indicator(table, column, name[(equals + 1)..])];
        }

        if (!column.IsText)
        {
            return [Of(table, column, option)];
        }

        string[] texts = [.. column.Texts.Values.Where(text => text.Length > 0)];
        return texts.Length <= MostTexts
            ? [.. texts.Select(text => Indicator(table, column, text))]
            : throw new SeriesException(FormattableString.Invariant(
                $"{table.Path}: column '{column.Name}' has {texts.Length:N0} different texts, the first in line {table.Lines[0]}; a column of texts may have {MostTexts}; leave it out of {option}"));
    }

    /// <summary>A column of numbers.</summary>
    /// <exception cref="SeriesException">It has a text.</exception>
    public static NumberColumn Of(CsvTable table, CsvColumn column, string option)
    {
        CheckNumbers(table, column, $"correct it, leave it empty if it is missing, or leave the column out of {option}");
        return new NumberColumn(column.Name, column.IsEmpty ? [.. Enumerable.Repeat(double.NaN, table.Rows)] : column.Numbers.ToArray());
    }

    /// <summary>Makes sure that a column has no text.</summary>
    public static void CheckNumbers(CsvTable table, CsvColumn column, string advice)
    {
        if (column.FirstText is { } odd)
        {
            throw NoNumber(table, column, odd.Row, odd.Text, advice);
        }
    }

    /// <summary>The error of a text where a number should be.</summary>
    public static SeriesException NoNumber(CsvTable table, CsvColumn column, int row, string text, string advice)
    {
        string mark = table.Format.Mark == '.' && CsvNumber.MarkOf(System.Text.Encoding.UTF8.GetBytes(text)) == ',' ? " (numbers were read with a decimal point; --decimal comma reads it)"
            : table.Format.Mark == ',' && CsvNumber.MarkOf(System.Text.Encoding.UTF8.GetBytes(text)) == '.' ? " (numbers were read with a decimal comma; --decimal point reads it)"
            : string.Empty;
        return new SeriesException(FormattableString.Invariant($"{table.Path}: line {table.Lines[row]}, column '{column.Name}': '{FieldText.Shown(text)}' is not a number{mark}; {advice}"));
    }

    private static NumberColumn Indicator(CsvTable table, CsvColumn column, string text) => new(
        $"{column.Name}={text}",
        [.. Enumerable.Range(0, table.Rows).Select(row => column.Text(row) is { Length: > 0 } has ? (has == text ? 1.0 : 0.0) : double.NaN)]);
}
