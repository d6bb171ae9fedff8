namespace Cellwright.Equations;

/// <summary>Where an equation ends, and where a line goes on with the one above.</summary>
internal sealed partial class Lexer
{
    /// <summary>The end of a line of the text: inside brackets it says nothing, but an empty line always ends an equation.</summary>
    private void NewLine()
    {
        position++;
        int next = position;
        while (next < text.Length && text[next] is ' ' or '\t' or '\r')
        {
            next++;
        }

        bool isEmpty = next == text.Length || text[next] == '\n';
        if (openBrackets > 0 && (!isEmpty || IsInColumn))
        {
            gap = Gap.Space;
        }
        else if (line.Count > 0 || isEmpty)
        {
            EndLine();
            isSoftBreak = IsInDisplay && !isEmpty;
        }

        SkipProseBeforeFormula();
    }

    /// <summary>Ends the line, or joins it to the one above where it begins, or that one ends, with an operator.</summary>
    private void EndLine()
    {
        gap = Gap.None;
        openBrackets = 0;
        if (line.Count == 0)
        {
            return;
        }

        if (lines.Count > 0 && GoesOn(lines[^1], line))
        {
            lines[^1].AddRange(line);
        }
        else
        {
            lines.Add([.. line]);
        }

        line.Clear();
        isSoftBreak = false;
    }

    private bool GoesOn(List<Token> above, List<Token> below) =>
        below[0].IsOperator
        || above[^1].IsOperator
        || above[^1].Kind == TokenKind.Equals
        || (below[0].Kind == TokenKind.Equals && !above.Exists(token => token.Kind == TokenKind.Equals))
        || (isSoftBreak && below[0].Kind != TokenKind.Words && !below.Exists(token => token.Kind == TokenKind.Equals) && above.Exists(token => token.Kind == TokenKind.Equals));
}
