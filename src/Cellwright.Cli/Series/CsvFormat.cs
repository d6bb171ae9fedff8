using System.Text;
using Cellwright.Tasks.Series;
using CsvHelper;

namespace Cellwright.Cli.Series;

/// <summary>How a CSV file separates fields and writes numbers.</summary>
/// <param name="Separator">The character between fields.</param>
/// <param name="Mark">The decimal mark.</param>
/// <param name="HasNames">Whether the first line holds the names of the columns.</param>
internal sealed record CsvFormat(char Separator, char Mark, bool HasNames)
{
    private const int SampledLines = 1000;
    private const string Candidates = ",;\t|";

    /// <summary>The separator in a word.</summary>
    public string SeparatorName => Separator switch { ',' => "comma", ';' => "semicolon", '\t' => "tab", '|' => "bar", _ => $"'{Separator}'" };

    /// <summary>The decimal mark in a word.</summary>
    public string MarkName => Mark == ',' ? "comma" : "point";

    /// <summary>Finds the format from the first lines of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">What was said about it.</param>
    /// <exception cref="SeriesException">The decimal mark may be either.</exception>
    public static CsvFormat Of(CsvFile file, SeriesReadingOptions options)
    {
        (char separator, List<string[]> sample, List<long> lines) = options.Separator is { } given ? Sample(file, given) : Best(file);
        bool hasNames = !sample[0].All(field => CsvNumber.IsMissing(Bytes(field)) || IsNumber(field) || TimeText.TryRead(field, order: null, out _));
        char mark = options.Mark ?? (separator == ',' && !sample.Any(record => record.Any(field => field.Contains(',', StringComparison.Ordinal))) ? '.' : DecimalMark(file, sample, lines, hasNames));
        return new CsvFormat(separator, mark, hasNames || options.Rows);
    }

    /// <summary>A reader of the file in a format, which counts lines and trims fields.</summary>
    /// <param name="file">The file.</param>
    /// <param name="separator">The separator.</param>
    /// <param name="isTrial">Whether wrong quotes are no error, because the separator may be another.</param>
    public static CsvReader Reader(CsvFile file, char separator, bool isTrial = false) => CsvReader.Create(file.Text, new CsvReaderOptions
    {
        Separator = separator,
        HasHeader = false,
        TrimWhitespace = true,
        WhitespaceCharacters = separator == '\t' ? " " : " \t",
        TrackLineNumbers = true,
        OnMalformedRecord = isTrial ? null : malformed =>
        {
            if (malformed.Reason == CsvMalformedReason.UnterminatedQuote)
            {
                throw new SeriesException(FormattableString.Invariant($"{file.Path}: line {malformed.LineNumber}: a quote is opened and never closed; close it, or remove it"));
            }

            if (malformed.Reason == CsvMalformedReason.TextAfterClosingQuote)
            {
                throw new SeriesException(FormattableString.Invariant($"{file.Path}: line {malformed.LineNumber}: text follows a closing quote; write a quote inside a quoted field twice"));
            }
        },
    });

    // The separator by which most lines have as many fields as the first; of several, the one with the most fields.
    private static (char Separator, List<string[]> Sample, List<long> Lines) Best(CsvFile file)
    {
        (char Separator, List<string[]> Sample, List<long> Lines) best = default;
        (double Agreeing, int Fields) most = (-1.0, 0);
        foreach (char candidate in Candidates)
        {
            (char, List<string[]> Sample, List<long>) sampled = Sample(file, candidate);
            int fields = sampled.Sample[0].Length;
            double agreeing = fields == 1 ? 0.0 : sampled.Sample.Count(record => record.Length == fields) / (double)sampled.Sample.Count;
            if ((agreeing, fields).CompareTo(most) > 0)
            {
                (best, most) = (sampled, (agreeing, fields));
            }
        }

        return best;
    }

    private static (char Separator, List<string[]> Sample, List<long> Lines) Sample(CsvFile file, char separator)
    {
        List<string[]> sample = [];
        List<long> lines = [];
        using CsvReader reader = Reader(file, separator, isTrial: true);
        while (sample.Count < SampledLines && reader.Read())
        {
            sample.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
            lines.Add(reader.LineNumber);
        }

        return (separator, sample, lines);
    }

    private static char DecimalMark(CsvFile file, List<string[]> sample, List<long> lines, bool hasNames)
    {
        Dictionary<char, string> seen = [];
        for (int row = hasNames ? 1 : 0; row < sample.Count; row++)
        {
            foreach (string field in sample[row])
            {
                if (CsvNumber.MarkOf(Bytes(field)) is { } mark)
                {
                    seen.TryAdd(mark, FormattableString.Invariant($"line {lines[row]} has '{FieldText.Shown(field)}'"));
                }
            }
        }

        if (seen.TryGetValue('.', out string? point) && seen.TryGetValue(',', out string? comma))
        {
            throw new SeriesException($"{file.Path}: {point} and {comma}, so the decimal mark is not clear; say --decimal point or --decimal comma");
        }

        return seen.ContainsKey(',') ? ',' : seen.ContainsKey('.') || !seen.TryGetValue(' ', out string? unclear)
            ? '.'
            : throw new SeriesException($"{file.Path}: {unclear}, whose comma may be a decimal comma or separate thousands; say --decimal comma or --decimal point");
    }

    private static bool IsNumber(string field) => CsvNumber.TryRead(Bytes(field), '.', out _) || CsvNumber.TryRead(Bytes(field), ',', out _);

    private static byte[] Bytes(string field) => Encoding.UTF8.GetBytes(field);
}
