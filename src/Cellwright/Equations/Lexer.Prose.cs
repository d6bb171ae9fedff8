namespace Cellwright.Equations;

/// <summary>Environments, formulas in a line of prose, and prose in a line of formulas.</summary>
internal sealed partial class Lexer
{
    /// <summary><c>\begin{aligned}</c> and its end are skipped: what stands between are lines like any others. A matrix is a column.</summary>
    private void Environment(int open, bool isBegin)
    {
        int close = open < text.Length && text[open] == '{' ? text.AsSpan(open).IndexOfAny('}', '\n') : -1;
        if (close < 0 || text[open + close] == '\n')
        {
            throw Error(position, open, $"`{text[position..open]}` stands where the name of an environment follows, as in `\\begin{{aligned}}`");
        }

        SourceSpan place = new(position, open + close + 1);
        string name = text[(open + 1)..(open + close)];
        if (isBegin)
        {
            Begin(name, place);
        }
        else
        {
            End(name, place);
        }
    }

    private void Begin(string name, SourceSpan place)
    {
        if (environments.Count == DeepestEnvironment)
        {
            throw Error(place.Start, place.End, $"environments are nested more than {DeepestEnvironment} deep");
        }

        bool isSystem = name switch
        {
            "array" => HoldsEquations(place.End),
            "cases" => line.Count == 0 ? true : throw Error(place.Start, place.End, "cases are not in the language", "write them with functions such as `max`, `min`, `relu`, `sign` or `clip`"),
            _ => Commands.IsEnvironmentOfEquations(name),
        };
        if (!isSystem && !Commands.IsEnvironmentOfColumns(name))
        {
            throw Error(place.Start, place.End, $"the environment `{name}` is not known here", "write the equations in `aligned`, or one a line");
        }

        if (isSystem)
        {
            if (openBrackets > 0)
            {
                throw Error(place.Start, place.End, "equations begin inside a bracket", "close the bracket before");
            }

            EndLine();
            isSoftBreak = false;
            position = place.End;
        }
        else
        {
            Add(new Token(TokenKind.OpenSquare, text[place.Start..place.End], place, gap));
        }

        environments.Push((name, place, isSystem ? 0 : openBrackets));
        if (position < text.Length && text[position] == '[' && GroupEnd(position, ']') is > 0 and int optional)
        {
            position = optional + 1;
        }

        if (name is "array" or "alignat" or "alignat*" or "IEEEeqnarray" or "IEEEeqnarray*")
        {
            SkipArgument();
        }
    }

    private void End(string name, SourceSpan place)
    {
        if (!environments.TryPop(out (string Name, SourceSpan Span, int Depth) begun))
        {
            throw Error(place.Start, place.End, $"`{text[place.Start..place.End]}` ends nothing", $"it needs `\\begin{{{name}}}` before");
        }

        if (begun.Name != name)
        {
            throw new EquationException(source, place, $"`\\begin{{{begun.Name}}}` is ended by `{text[place.Start..place.End]}`", null, begun.Span);
        }

        breakInBracket = null;
        if (begun.Depth == 0)
        {
            EndLine();
            isSoftBreak = false;
            position = place.End;
            return;
        }

        if (line.Count > 0 && line[^1].Text == "\\\\")
        {
            line.RemoveAt(line.Count - 1);
        }

        Add(new Token(TokenKind.CloseSquare, text[place.Start..place.End], place, gap));
    }

    /// <summary>Whether an array is a system of equations, and no column.</summary>
    private bool HoldsEquations(int from)
    {
        int end = text.AsSpan(from).IndexOf("\\end{array}", StringComparison.Ordinal);
        return text.AsSpan(from, end < 0 ? text.Length - from : end).Contains('=');
    }

    private void Dollar()
    {
        int length = position + 1 < text.Length && text[position + 1] == '$' ? 2 : 1;
        if (formula is null)
        {
            OpenFormula(length, text.Substring(position, length));
        }
        else
        {
            CloseFormula(length);
        }
    }

    private void OpenFormula(int length, string closing)
    {
        SourceSpan place = new(position, position + length);
        if (formula is { } open)
        {
            throw new EquationException(source, place, $"`{text[place.Start..place.End]}` stands inside a formula", $"close that with `{open.Closing}`", open.Opening);
        }

        formula = (place, closing);
        position = place.End;
    }

    private void CloseFormula(int length)
    {
        string mark = text.Substring(position, length);
        if (formula is not { } open)
        {
            throw Error(position, position + length, $"`{mark}` closes no formula");
        }

        if (open.Closing != mark)
        {
            throw new EquationException(source, new SourceSpan(position, position + length), $"`{source[open.Opening]}` is closed by `{mark}`", null, open.Opening);
        }

        formula = null;
        position += length;
        SkipProse(isBehindFormula: true);
    }

    private void RefuseOpenFormula()
    {
        if (formula is { } open)
        {
            throw new EquationException(source, open.Opening, $"`{source[open.Opening]}` opens a formula that is never closed", $"close it with `{open.Closing}`");
        }

        if (environments.TryPeek(out (string Name, SourceSpan Span, int Depth) begun))
        {
            throw new EquationException(source, begun.Span, $"the environment `{begun.Name}` is never ended", $"write `\\end{{{begun.Name}}}` behind its last line");
        }
    }

    private void SkipProseBeforeFormula() => SkipProse(isBehindFormula: false);

    /// <summary>In a line that has a formula between dollars, everything outside of them is prose.</summary>
    private void SkipProse(bool isBehindFormula)
    {
        if (!IsTex || IsInDisplay)
        {
            return;
        }

        int end = position;
        bool isFormula = false;
        for (; end < text.Length && text[end] is not ('\n' or '#' or '%' or '"'); end++)
        {
            isFormula = text[end] == '$' || (text[end] == '\\' && end + 1 < text.Length && text[end + 1] is '(' or '[');
            if (isFormula)
            {
                break;
            }

            end += text[end] == '\\' && end + 1 < text.Length && text[end + 1] != '\n' ? 1 : 0;
        }

        end = Math.Min(end, text.Length);
        if ((isFormula || isBehindFormula) && end > position)
        {
            int equals = text.AsSpan(position, end - position).IndexOf('=');
            if (equals >= 0)
            {
                throw Error(position + equals, position + equals + 1, "this `=` stands outside of the formulas of its line", "write the whole equation between dollars, or none of it");
            }

            line.Add(new Token(TokenKind.Words, "$", new SourceSpan(position, end), gap));
            position = end;
        }
    }

    /// <summary><c>\text{where}</c> and <c>\text{(input gate)}</c> are prose; <c>\text{in}</c> is a name.</summary>
    private bool TryProse(string command, int end)
    {
        int open = SkipSpaces(end);
        int close = open < text.Length && text[open] == '{' ? GroupEnd(open, '}') : -1;
        if (close < 0 || openBrackets > 0 || (line.Count > 0 && line[^1].Kind is TokenKind.Underscore or TokenKind.Caret))
        {
            return false;
        }

        string words = text[(open + 1)..close].Trim();
        bool isProse = words.Length == 0 || words.Any(char.IsWhiteSpace) || words[0] == '(' || words[^1] is ':' or ',' or '.' || ConnectingWords.Contains(words);
        if (!isProse && command is not ("intertext" or "shortintertext"))
        {
            return false;
        }

        if (words.Length == 0)
        {
            gap = Gap.Wide;
        }
        else
        {
            line.Add(new Token(TokenKind.Words, words, new SourceSpan(position, close + 1), gap));
        }

        position = close + 1;
        return true;
    }

    /// <summary>Whether words begin with one such as "where", behind which everything but an equation is prose.</summary>
    public static bool IsConnecting(string words) => ConnectingWords.Contains(words.Split(' ', 2)[0]);

    /// <summary>Where prose ends, with its line or formula, and the last equals sign before.</summary>
    private (int End, int LastEquals) FindProse(int start)
    {
        int end = start;
        while (end < text.Length && text[end] is not ('\n' or '$')
            && !(text[end] == '\\' && end + 1 < text.Length && (text[end + 1] is '\\' or ')' or ']' || text.AsSpan(end).StartsWith("\\end", StringComparison.Ordinal))))
        {
            end++;
        }

        return (end, start + text.AsSpan(start, end - start).LastIndexOf('=') is var equals && equals >= start ? equals : -1);
    }

    /// <summary>
    /// Prose from a word such as "where" on, at the start of a line or behind a comma or wide space. An equation in it counts.
    /// </summary>
    private bool SkipConnectingWord()
    {
        int end = position;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        if (openBrackets > 0 || end - position > 5 || !ConnectingWords.Contains(text[position..end]))
        {
            return false;
        }

        int next = SkipSpaces(end);
        bool isWord = (next > end || next == text.Length || text[next] is '\n' or '\r') && (next == text.Length || text[next] is not ('=' or '_' or '^' or '(' or '['));
        bool isBehindComma = line.Count == 0 || gap == Gap.Wide || line[^1].Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.Period or TokenKind.Words;
        if (!isWord || !isBehindComma)
        {
            return false;
        }

        if (end > prose.End)
        {
            prose = FindProse(end);
        }

        int stop = prose.LastEquals >= end ? end : Math.Max(end, prose.End);

        line.Add(new Token(TokenKind.Words, text[position..end], new SourceSpan(position, stop), gap));
        gap = Gap.None;
        position = stop;
        return true;
    }
}
