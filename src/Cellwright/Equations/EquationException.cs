using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Cellwright.Equations;

/// <summary>
/// Equations that cannot be read as a cell. <see cref="Exception.Message"/> is ready for a terminal: the place, one
/// sentence, the line with a caret under it, and a suggestion where there is one.
/// </summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "Only the language makes these: each has a sentence of its own.")]
public sealed class EquationException : Exception
{
    private const int WidestLine = 100;

    internal EquationException(SourceText source, SourceSpan place, string problem, string? suggestion = null, SourceSpan? other = null)
        : base(Render(source, place, problem, suggestion, other))
    {
        Problem = problem;
        Suggestion = suggestion;
        Line = source.LineOf(place.Start);
        LineText = source.Line(Line);
        Column = CountCharacters(LineText.AsSpan(0, Math.Min(source.OffsetInLine(place.Start), LineText.Length))) + 1;
        Span = place;
    }

    internal EquationException(string problem, string? suggestion = null)
        : base(suggestion is null ? problem : $"{problem}\n  {suggestion}")
    {
        Problem = problem;
        Suggestion = suggestion;
        LineText = string.Empty;
    }

    /// <summary>The characters of the text that the carets mark.</summary>
    internal SourceSpan Span { get; }

    /// <summary>The first character of the text that the carets mark, counted from 0.</summary>
    public int Start => Span.Start;

    /// <summary>The character behind the last that the carets mark.</summary>
    public int End => Span.End;

    /// <summary>What is wrong, in one sentence.</summary>
    public string Problem { get; }

    /// <summary>What to write instead; null where there is nothing to offer.</summary>
    public string? Suggestion { get; }

    /// <summary>The line, counted from 1; 0 where the problem has no place in a text.</summary>
    public int Line { get; }

    /// <summary>The column of the caret, counted from 1; 0 where the problem has no place in a text.</summary>
    public int Column { get; }

    /// <summary>The line itself.</summary>
    public string LineText { get; }

    private static string Render(SourceText source, SourceSpan place, string problem, string? suggestion, SourceSpan? other)
    {
        StringBuilder text = new();
        AppendPlace(text, source, place, problem);
        if (other is { } second)
        {
            text.Append('\n');
            AppendPlace(text, source, second, "the other place is here");
        }

        return suggestion is null ? text.ToString() : text.Append("\n  ").Append(suggestion).ToString();
    }

    private static void AppendPlace(StringBuilder text, SourceText source, SourceSpan place, string sentence)
    {
        int number = source.LineOf(place.Start);
        string line = source.Line(number);
        int start = Math.Min(source.OffsetInLine(place.Start), line.Length);
        int end = Math.Clamp(start + place.End - place.Start, start, line.Length);
        int column = CountCharacters(line.AsSpan(0, start)) + 1;
        text.Append(CultureInfo.InvariantCulture, $"line {number}, column {column}: {sentence}\n  ");

        int from = 0;
        int to = line.Length;
        if (line.Length > WidestLine)
        {
            from = Math.Max(0, Math.Min(start - (WidestLine / 2), line.Length - WidestLine));
            to = Math.Min(line.Length, from + WidestLine);
            from -= from > 0 && char.IsLowSurrogate(line[from]) ? 1 : 0;
        }

        string before = from > 0 ? "…" : string.Empty;
        text.Append(before);
        foreach (char character in line.AsSpan(from, to - from))
        {
            text.Append(char.IsControl(character) ? ' ' : character);
        }

        text.Append(to < line.Length ? "…" : string.Empty).Append("\n  ");
        text.Append(' ', before.Length + CountCharacters(line.AsSpan(from, start - from)));
        text.Append('^', Math.Max(1, CountCharacters(line.AsSpan(start, Math.Max(0, Math.Min(end, to) - start)))));
    }

    // What a terminal shows in one cell: marks on a letter take no room.
    private static int CountCharacters(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char character in text)
        {
            bool joins = char.IsLowSurrogate(character)
                || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            count += joins ? 0 : 1;
        }

        return count;
    }
}
