namespace Cellwright.Cli;

/// <summary>Breaks a long line before an operator or behind a comma, so that what follows goes on from it.</summary>
internal static class WrappedLine
{
    private const string Indent = "    ";

    /// <summary>The lines of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="width">The most columns of each; a piece without a place to break may be wider.</param>
    public static IEnumerable<string> Of(string line, int width)
    {
        string start = line[..(line.Length - line.TrimStart().Length)];
        string rest = line;
        while (rest.Length > width)
        {
            int end = Break(rest, width);
            if (end < 0)
            {
                break;
            }

            yield return rest[..end].TrimEnd();
            rest = start + Indent + rest[end..].TrimStart();
        }

        yield return rest;
    }

    // The last place that fits, or the first there is: before " + ", " - ", " ⊙ ", " * ", " / ", behind a comma or a semicolon.
    private static int Break(string text, int width)
    {
        int least = Indent.Length + (text.Length - text.TrimStart().Length);
        int found = -1;
        for (int i = least + 1; i < text.Length - 2; i++)
        {
            bool isOperator = text[i] == ' ' && text[i + 1] is '+' or '-' or '⊙' or '*' or '/' or '×' && text[i + 2] == ' ';
            bool isList = text[i] == ' ' && text[i - 1] is ',' or ';';
            if (text[i] != ' ' || !(isOperator || isList))
            {
                continue;
            }

            if (i > width && found >= 0)
            {
                break;
            }

            found = i;
        }

        return found;
    }
}
