using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Cellwright.Cli.Series;

/// <summary>
/// One column of a CSV file: numbers with the few texts among them, or, where its first value is text, texts of which
/// each is kept once.
/// </summary>
/// <param name="name">The name in the first line.</param>
/// <param name="mark">The decimal mark.</param>
/// <param name="isText">Whether it is text even where its first value is a number.</param>
internal sealed class CsvColumn(string name, char mark, bool isText)
{
    private readonly List<double> numbers = [];
    private readonly Dictionary<int, string> texts = [];
    private readonly List<int> codes = [];
    private readonly List<string> values = [];
    private readonly Dictionary<string, int> codeOf = new(StringComparer.Ordinal);
    private bool? text = isText ? true : null;
    private int rows;

    /// <summary>The name in the first line.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it is text: its first value is none that a number can be.</summary>
    public bool IsText => text == true;

    /// <summary>Whether no row has a value.</summary>
    public bool IsEmpty => text is null;

    /// <summary>The numbers, NaN where one is missing or a text stands.</summary>
    public ReadOnlySpan<double> Numbers => CollectionsMarshal.AsSpan(numbers);

    /// <summary>The first row with a text in a column of numbers; null where there is none.</summary>
    public (int Row, string Text)? FirstText => texts.Count == 0 ? null : texts.MinBy(pair => pair.Key) is var first ? (first.Key, first.Value) : null;

    /// <summary>For a column of text, the distinct texts, and for each row which of them it has.</summary>
    public (IReadOnlyList<string> Values, IReadOnlyList<int> Codes) Texts => (values, codes);

    /// <summary>Adds the value of the next row.</summary>
    public void Add(ReadOnlySpan<byte> field)
    {
        double number = double.NaN;
        bool isMissing = CsvNumber.IsMissing(field);
        bool isNumber = text != true && !isMissing && CsvNumber.TryRead(field, mark, out number);
        if (text is null && !isMissing)
        {
            text = !isNumber;
            if (text == true)
            {
                Enumerable.Range(0, rows).ToList().ForEach(_ => codes.Add(Code([])));
            }
        }

        if (text == true)
        {
            codes.Add(Code(field));
        }
        else
        {
            numbers.Add(isNumber ? number : double.NaN);
            if (!isMissing && !isNumber)
            {
                texts.Add(rows, Encoding.UTF8.GetString(field));
            }
        }

        rows++;
    }

    /// <summary>The value of a row as text; a number in its shortest form.</summary>
    public string Text(int row) => IsText ? values[codes[row]]
        : texts.TryGetValue(row, out string? odd) ? odd
        : double.IsNaN(numbers[row]) ? string.Empty
        : numbers[row].ToString(CultureInfo.InvariantCulture);

    private int Code(ReadOnlySpan<byte> field)
    {
        Span<char> characters = field.Length <= 256 ? stackalloc char[field.Length] : new char[field.Length];
        characters = characters[..Encoding.UTF8.GetChars(field, characters)];
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = codeOf.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(characters, out int code))
        {
            code = values.Count;
            values.Add(characters.ToString());
            codeOf.Add(values[code], code);
        }

        return code;
    }
}
