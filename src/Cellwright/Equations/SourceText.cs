namespace Cellwright.Equations;

/// <summary>A place in a text: characters [Start, End).</summary>
internal readonly record struct SourceSpan(int Start, int End)
{
    public SourceSpan To(SourceSpan last) => new(Math.Min(Start, last.Start), Math.Max(End, last.End));
}

/// <summary>The text of a cell, with lines and columns.</summary>
internal sealed class SourceText
{
    private readonly List<int> lineStarts = [0];

    public SourceText(string text)
    {
        Text = text;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                lineStarts.Add(i + 1);
            }
        }
    }

    public string Text { get; }

    /// <summary>The line that holds a character, counted from 1.</summary>
    public int LineOf(int position)
    {
        int found = lineStarts.BinarySearch(position);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>The place of a character in its line, counted from 0.</summary>
    public int OffsetInLine(int position) => position - lineStarts[LineOf(position) - 1];

    /// <summary>A line without its end.</summary>
    public string Line(int number)
    {
        int start = lineStarts[number - 1];
        int end = number < lineStarts.Count ? lineStarts[number] - 1 : Text.Length;
        return Text[start..end].TrimEnd('\r');
    }

    public string this[SourceSpan span] => Text[span.Start..span.End];
}
