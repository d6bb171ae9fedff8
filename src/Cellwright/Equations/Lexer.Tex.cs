using System.Collections.Frozen;

namespace Cellwright.Equations;

/// <summary>What LaTeX adds to a text: commands, environments, formulas between dollars, and prose around them.</summary>
internal sealed partial class Lexer
{
    private const int DeepestEnvironment = 8;
    private const int LongestProse = 500;

    private static readonly FrozenSet<string> ConnectingWords = FrozenSet.Create("where", "with", "and", "for", "if", "when", "while");
    private static readonly FrozenSet<string> Switches = FrozenSet.Create("bf", "rm", "it", "cal");
    private static readonly string[] Lengths = ["pt", "em", "ex", "mm", "cm", "in", "jot", "baselineskip"];

    private readonly Stack<(string Name, SourceSpan Span, int Depth)> environments = new();
    private (SourceSpan Opening, string Closing)? formula;
    private SourceSpan? breakInBracket;
    private (int End, int LastEquals) prose = (-1, -1);
    private bool isSoftBreak;

    private bool IsInDisplay => formula is not null || environments.Count > 0;

    /// <summary>Whether the innermost bracket that is open is a column, which a matrix environment stands for.</summary>
    private bool IsInColumn => environments.Count > 0 && environments.Peek().Depth is > 0 and int depth && depth == openBrackets;

    private EquationException Error(int start, int end, string problem, string? suggestion = null) => new(source, new SourceSpan(start, end), problem, suggestion);

    private EquationException Refused(string command, SourceSpan place)
    {
        (string problem, string suggestion) = Commands.Refusal(command)!.Value;
        return new EquationException(source, place, problem, suggestion);
    }

    /// <summary>At <c>&amp;</c>: an alignment, which is as wide as the space between two equations on one line.</summary>
    private void Align()
    {
        if (IsInColumn)
        {
            throw Error(position, position + 1, "a second column begins here", "a column has one part a row; write a matrix of blocks as a sum of products, such as `W x + U h`");
        }

        gap = Gap.Wide;
        position++;
    }

    private void OpenBrace()
    {
        int next = SkipSpaces(position + 1);
        if (IsTex && next < text.Length && text[next] == '}')
        {
            position = next + 1;
            return;
        }

        // {\bf h} is \mathbf{h}.
        int end = next + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        if (next < text.Length && text[next] == '\\' && Switches.Contains(text[(next + 1)..end]))
        {
            (TokenKind kind, string style) = Commands.Token(text[(next + 1)..end])!.Value;
            int brace = position;
            Add(new Token(kind, style, new SourceSpan(next, end), gap));
            Add(new Token(TokenKind.OpenBrace, "{", new SourceSpan(brace, brace + 1), Gap.None));
            position = end;
            return;
        }

        Add(TokenKind.OpenBrace, "{", 1);
    }

    /// <summary>Takes away braces around one name that has its marks behind them: <c>{h}_{t-1}</c>.</summary>
    private void Unbrace()
    {
        int next = SkipSpaces(position);
        if (next == text.Length || text[next] is not ('_' or '^'))
        {
            return;
        }

        int depth = 0;
        int names = 0;
        for (int i = line.Count - 1; i >= Math.Max(0, line.Count - 12); i--)
        {
            switch (line[i].Kind)
            {
                case TokenKind.CloseBrace:
                    depth++;
                    break;
                case TokenKind.OpenBrace:
                    depth--;
                    break;
                case TokenKind.Name:
                    names++;
                    break;
                case not (TokenKind.Dress or TokenKind.Style):
                    return;
            }

            if (depth == 0)
            {
                TokenKind before = i == 0 ? TokenKind.End : line[i - 1].Kind;
                bool isArgument = before is TokenKind.Underscore or TokenKind.Caret or TokenKind.Style or TokenKind.Dress or TokenKind.Fraction
                    || (text[next] == '^' && before == TokenKind.Name && FunctionCatalog.Find(line[i - 1].Text) is not null);
                if (names == 1 && !isArgument)
                {
                    Gap outer = line[i].Gap;
                    line.RemoveAt(line.Count - 1);
                    line.RemoveAt(i);
                    line[i] = line[i] with { Gap = outer };
                }

                return;
            }
        }
    }

    private void Command()
    {
        int end = position + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        if (end == position + 1)
        {
            Escape(end);
            return;
        }

        string command = text[(position + 1)..end];
        if (Commands.IsSize(command))
        {
            Size(command, end);
        }
        else if (Commands.IsSpace(command) || Commands.IsWideSpace(command))
        {
            gap = Commands.IsWideSpace(command) ? Gap.Wide : gap == Gap.None ? Gap.Space : gap;
            position = end;
        }
        else if (command is "begin" or "end")
        {
            Environment(end, command == "begin");
        }
        else if (Commands.HasUnreadArgument(command))
        {
            position = end < text.Length && text[end] == '*' ? end + 1 : end;
            SkipArgument();
        }
        else if (!Commands.MayHoldProse(command) || !TryProse(command, end))
        {
            Known(command, end);
        }
    }

    /// <summary>A command that is a token.</summary>
    private void Known(string command, int end)
    {
        SourceSpan place = new(position, end);
        if (Commands.Refusal(command) is not null)
        {
            throw Refused(command, place);
        }

        if (Commands.Token(command) is not { } token)
        {
            throw new EquationException(source, place, $"the command `\\{command}` is not known here", Commands.Nearest(command) is { } near ? $"did you mean `\\{near}`?" : null);
        }

        int next = SkipSpaces(end);
        if (command == "sqrt" && next < text.Length && text[next] == '[')
        {
            throw Error(position, next + 1, "a root has no index here", "write a power: `x^{1/3}`");
        }

        // \Gamma_u is one name, as Γ_u is.
        if (token.Kind == TokenKind.Name && end + 1 < text.Length && text[end] == '_' && (char.IsAsciiLetterOrDigit(text[end + 1]) || Greek.Word(text[end + 1]) is not null))
        {
            char subscript = text[end + 1];
            Add(new Token(TokenKind.Name, $"{token.Text}_{Greek.Word(subscript) ?? subscript.ToString()}", new SourceSpan(position, end + 2), gap));
            return;
        }

        Add(token.Kind, token.Text, end - position);
        if (command == "operatorname" && position < text.Length && text[position] == '*')
        {
            position++;
        }

        // \frac12 is a half.
        for (int part = 0; token.Kind == TokenKind.Fraction && part < 2 && SkipSpaces(position) is var at && at < text.Length && char.IsAsciiDigit(text[at]); part++)
        {
            position = at;
            Add(TokenKind.Number, text[at].ToString(), 1);
        }
    }

    /// <summary>A backslash and one character that is no letter.</summary>
    private void Escape(int end)
    {
        char next = end < text.Length ? text[end] : '\0';
        switch (next)
        {
            case '\\':
                Break();
                return;
            case '(' or '[':
                OpenFormula(2, next == '(' ? "\\)" : "\\]");
                return;
            case ')' or ']':
                CloseFormula(2);
                return;
            case ',' or ';' or ':' or '!' or ' ' or '>':
                gap = gap == Gap.None ? Gap.Space : gap;
                position = end + 1;
                return;
            case '{':
                Add(TokenKind.OpenBrace, "{", 2);
                return;
            case '}':
                Add(TokenKind.CloseBrace, "}", 2);
                return;
            case '_':
                Add(TokenKind.Underscore, "_", 2);
                return;
            case '|':
                throw Refused("lVert", new SourceSpan(position, end + 1));
            default:
                throw Error(position, Math.Min(end + 1, text.Length), "a backslash begins a command such as `\\sigma`; there is none here");
        }
    }

    /// <summary><c>\left</c> and its like say nothing; the dot of <c>\right.</c> and the brace before a system are no brackets.</summary>
    private void Size(string command, int end)
    {
        position = SkipSpaces(end);
        if (command is not ("left" or "right") || position == text.Length)
        {
            return;
        }

        if (text[position] == '.')
        {
            position++;
        }
        else if (text.AsSpan(position).StartsWith("\\{", StringComparison.Ordinal) && text.AsSpan(position + 2).TrimStart().StartsWith("\\begin", StringComparison.Ordinal))
        {
            position += 2;
        }
    }

    /// <summary>At <c>\\</c>, with the space it may ask for: <c>\\[4pt]</c>. Between the rows of a column it is a semicolon.</summary>
    private void Break()
    {
        SourceSpan place = new(position, position + 2);
        position += position + 2 < text.Length && text[position + 2] == '*' ? 3 : 2;
        int open = SkipSpaces(position);
        int close = open < text.Length && text[open] == '[' ? text.AsSpan(open).IndexOfAny(']', '\n') : -1;
        if (close > 0 && text[open + close] == ']' && IsLength(text.AsSpan(open + 1, close - 1)))
        {
            position = open + close + 1;
        }

        int after = position;
        if (IsInColumn)
        {
            Add(new Token(TokenKind.Semicolon, "\\\\", place, gap));
        }
        else if (openBrackets > 0)
        {
            breakInBracket ??= place;
            gap = Gap.Space;
        }
        else
        {
            EndLine();
            isSoftBreak = false;
        }

        position = after;
    }

    private static bool IsLength(ReadOnlySpan<char> inside)
    {
        int digits = inside.LastIndexOfAnyInRange('0', '9');
        string unit = inside[(digits + 1)..].Trim().TrimStart('\\').ToString();
        return Lengths.Contains(unit) && inside[..(digits + 1)].IndexOfAnyExcept("0123456789.- ") < 0;
    }

    /// <summary>Refuses a <c>\\</c> that stood inside a bracket where no operator or comma says that the line goes on.</summary>
    private void RefuseBreakBefore(Token token)
    {
        if (breakInBracket is not { } place)
        {
            return;
        }

        breakInBracket = null;
        TokenKind before = line.Count == 0 ? TokenKind.End : line[^1].Kind;
        bool goesOn = token.IsOperator || (line.Count > 0 && line[^1].IsOperator)
            || before is TokenKind.Comma or TokenKind.Semicolon or TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace
            || token.Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace;
        if (!goesOn)
        {
            throw new EquationException(source, place, "a stray `\\\\` stands inside a bracket", "take it out; a line that is broken goes on with an operator");
        }
    }

    private void SkipArgument()
    {
        int open = SkipSpaces(position);
        char closing = open == text.Length ? '\0' : text[open] switch { '{' => '}', '(' => ')', _ => '\0' };
        if (closing == '\0')
        {
            return;
        }

        int end = GroupEnd(open, closing);
        position = end < 0 ? throw Error(open, open + 1, $"the bracket `{text[open]}` is never closed") : end + 1;
    }

    /// <summary>Where a group ends; −1 where it does not.</summary>
    private int GroupEnd(int open, char closing)
    {
        int depth = 0;
        for (int i = open; i < Math.Min(text.Length, open + LongestProse); i++)
        {
            depth += text[i] == text[open] ? 1 : text[i] == closing ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private int SkipSpaces(int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        return at;
    }
}
