using System.Globalization;
using System.Text;

namespace Cellwright.Equations;

/// <summary>
/// Cuts a text into lines of tokens: comments gone, continued lines joined, every letter brought to its name in ASCII.
/// </summary>
internal sealed class Lexer
{
    private const int LongestText = 1 << 16;

    private readonly SourceText source;
    private readonly string text;
    private readonly List<Token> line = [];
    private readonly List<List<Token>> lines = [];
    private int position;
    private Gap gap;

    private Lexer(SourceText source)
    {
        this.source = source;
        text = source.Text;
    }

    /// <summary>The logical lines of a text, each closed by a <see cref="TokenKind.End"/>.</summary>
    public static List<List<Token>> Read(SourceText source)
    {
        if (source.Text.Length > LongestText)
        {
            throw new EquationException(string.Create(
                CultureInfo.InvariantCulture, $"the text has {source.Text.Length} characters; a cell may have {LongestText}"));
        }

        Lexer lexer = new(source);
        lexer.Run();
        return lexer.lines;
    }

    private void Run()
    {
        while (position < text.Length)
        {
            Next();
        }

        EndLine();
        foreach (List<Token> tokens in lines)
        {
            int end = tokens[^1].Span.End;
            tokens.Add(new Token(TokenKind.End, string.Empty, new SourceSpan(end, end), Gap.None));
        }
    }

    private void Next()
    {
        char c = text[position];
        switch (c)
        {
            case '\n':
                EndLine();
                position++;
                return;
            case '#' or '%':
                SkipComment();
                return;
            case '&' or '$' or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF':
                position++;
                return;
            case '\\':
                Command();
                return;
            case '"' or '“':
                Quoted();
                return;
        }

        if (char.IsWhiteSpace(c) || c == '\u2061')
        {
            White();
        }
        else if (IsNameStart(c))
        {
            Name();
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && position + 1 < text.Length && char.IsAsciiDigit(text[position + 1])))
        {
            Number();
        }
        else if (ShiftedCharacters.Are(c))
        {
            position += ShiftedCharacters.Read(text, position, gap, line);
            gap = Gap.None;
        }
        else
        {
            Symbol(c);
        }
    }

    private void Symbol(char c)
    {
        if (text.AsSpan(position).StartsWith(".*", StringComparison.Ordinal))
        {
            Add(TokenKind.Elementwise, "⊙", 2);
            return;
        }

        if (text.AsSpan(position).StartsWith(":=", StringComparison.Ordinal))
        {
            Add(TokenKind.Equals, "=", 2);
            return;
        }

        if (text.AsSpan(position).StartsWith("**", StringComparison.Ordinal))
        {
            Add(TokenKind.Caret, "^", 2);
            return;
        }

        TokenKind? kind = c switch
        {
            '+' => TokenKind.Plus,
            '-' or '−' or '–' or '‐' or '‑' or '﹣' or '－' => TokenKind.Minus,
            '*' or '∗' => TokenKind.Star,
            '/' or '÷' or '∕' => TokenKind.Slash,
            '·' or '⋅' or '∙' or '•' or '@' => TokenKind.Dot,
            '⊙' or '∘' or '×' or '⨀' or '○' => TokenKind.Elementwise,
            '^' => TokenKind.Caret,
            '_' => TokenKind.Underscore,
            '(' => TokenKind.OpenRound,
            ')' => TokenKind.CloseRound,
            '[' => TokenKind.OpenSquare,
            ']' => TokenKind.CloseSquare,
            '{' => TokenKind.OpenBrace,
            '}' => TokenKind.CloseBrace,
            '<' or '⟨' or '〈' or '〈' or '‹' => TokenKind.OpenAngle,
            '>' or '⟩' or '〉' or '〉' or '›' => TokenKind.CloseAngle,
            ',' => TokenKind.Comma,
            ';' => TokenKind.Semicolon,
            '.' => TokenKind.Period,
            '=' or '←' or '≔' => TokenKind.Equals,
            '\'' or '′' or '’' => TokenKind.Prime,
            'ᵀ' or '⊤' => TokenKind.Transpose,
            _ => null,
        };
        if (kind is null)
        {
            throw Stray(c);
        }

        Add(kind.Value, c.ToString(), 1);
    }

    private EquationException Stray(char c)
    {
        SourceSpan place = new(position, position + (char.IsHighSurrogate(c) && position + 1 < text.Length ? 2 : 1));
        if (LookAlikes.Describe(c, out char latin) is { } sentence)
        {
            return new EquationException(source, place, sentence, $"write the Latin `{latin}`");
        }

        return c switch
        {
            '⊗' => new EquationException(source, place, "`⊗` may be an elementwise or an outer product", "elementwise: write `*` or `⊙`"),
            '?' or '!' or '~' or '|' or '`' or ':' => new EquationException(source, place, $"`{c}` has no meaning in an equation"),
            _ => new EquationException(source, place, string.Create(
                CultureInfo.InvariantCulture, $"the character {(char.IsControl(c) || char.IsSurrogate(c) ? string.Empty : $"`{c}` ")}(U+{CodePoint(place):X4}) has no meaning in an equation")),
        };
    }

    private int CodePoint(SourceSpan place) =>
        Rune.TryGetRuneAt(text, place.Start, out Rune rune) ? rune.Value : text[place.Start];

    private void SkipComment()
    {
        while (position < text.Length && text[position] != '\n')
        {
            position++;
        }
    }

    private void White()
    {
        int start = position;
        bool wide = false;
        while (position < text.Length && text[position] != '\n' && (char.IsWhiteSpace(text[position]) || text[position] == '\u2061'))
        {
            wide |= text[position] is '\t' or '\u2003' or '\u3000';
            position++;
        }

        wide |= position - start >= 3;
        gap = wide ? Gap.Wide : gap == Gap.None ? Gap.Space : gap;
    }

    private void Quoted()
    {
        int end = text.AsSpan(position + 1).IndexOfAny('"', '”', '\n');
        if (end < 0 || text[position + 1 + end] == '\n')
        {
            throw new EquationException(source, new SourceSpan(position, position + 1), "the quotation mark is never closed", "end the text with `\"` on the same line");
        }

        Add(TokenKind.Text, text.Substring(position + 1, end), end + 2);
    }

    private void Number()
    {
        int end = position;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
        {
            end++;
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < text.Length && char.IsAsciiDigit(text[digits]))
            {
                end = digits;
                while (end < text.Length && char.IsAsciiDigit(text[end]))
                {
                    end++;
                }
            }
        }

        string number = text[position..end];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            throw new EquationException(source, new SourceSpan(position, end), $"`{number}` is not a number");
        }

        Add(TokenKind.Number, number, end - position);
    }

    private void Name()
    {
        int start = position;
        StringBuilder name = new();
        int end = position;
        while (end < text.Length)
        {
            char c = text[end];
            if (LookAlikes.Describe(c, out _) is not null)
            {
                position = end;
                throw Stray(c);
            }

            if (DressedLetters.MarkOf(c) is { } dress)
            {
                name.Append('_').Append(dress);
            }
            else if (DressedLetters.Split(c) is { } parts)
            {
                name.Append(parts.Letter).Append('_').Append(parts.Dress);
            }
            else if (Greek.Word(c) is { } word)
            {
                name.Append(word);
            }
            else if (char.IsAsciiLetterOrDigit(c))
            {
                name.Append(c);
            }
            else if (c == '_' && end + 1 < text.Length && (IsNameStart(text[end + 1]) || char.IsAsciiDigit(text[end + 1])))
            {
                name.Append(c);
            }
            else
            {
                break;
            }

            end++;
        }

        Add(TokenKind.Name, name.ToString(), end - start);
    }

    private static bool IsNameStart(char c) =>
        char.IsAsciiLetter(c) || Greek.Word(c) is not null || DressedLetters.Split(c) is not null || LookAlikes.Describe(c, out _) is not null;

    private void Command()
    {
        int end = position + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        if (end == position + 1)
        {
            char next = end < text.Length ? text[end] : '\0';
            switch (next)
            {
                case '\\':
                    EndLine();
                    position = end + 1;
                    return;
                case '[' or ']' or '(' or ')':
                    // Formulas stand in \[ \] and \( \) as they do in $.
                    position = end + 1;
                    return;
                case ',' or ';' or ':' or '!' or ' ':
                    gap = gap == Gap.None ? Gap.Space : gap;
                    position = end + 1;
                    return;
            }

            throw new EquationException(source, new SourceSpan(position, Math.Min(end + 1, text.Length)), "a backslash begins a command such as `\\sigma`; there is none here");
        }

        string command = text[(position + 1)..end];
        if (Commands.IsSpace(command) || Commands.IsWideSpace(command))
        {
            gap = Commands.IsWideSpace(command) ? Gap.Wide : gap == Gap.None ? Gap.Space : gap;
            position = end;
            return;
        }

        if (command is "begin" or "end")
        {
            Environment(end);
            return;
        }

        if (Commands.Token(command) is not { } token)
        {
            throw new EquationException(source, new SourceSpan(position, end), $"the command `\\{command}` is not known here", Commands.Nearest(command) is { } near ? $"did you mean `\\{near}`?" : null);
        }

        // \Gamma_u is one name, as Γ_u is.
        if (token.Kind == TokenKind.Name && end + 1 < text.Length && text[end] == '_' && (char.IsAsciiLetterOrDigit(text[end + 1]) || Greek.Word(text[end + 1]) is not null))
        {
            int start = position;
            position = end + 1;
            char subscript = text[position];
            string letter = Greek.Word(subscript) ?? subscript.ToString();
            line.Add(new Token(TokenKind.Name, $"{token.Text}_{letter}", new SourceSpan(start, position + 1), gap));
            gap = Gap.None;
            position++;
            return;
        }

        Add(token.Kind, token.Text, end - position);
    }

    /// <summary>Skips <c>\begin{aligned}</c> and its end: what stands between are lines like any others.</summary>
    private void Environment(int open)
    {
        int close = open < text.Length && text[open] == '{' ? text.AsSpan(open).IndexOfAny('}', '\n') : -1;
        if (close < 0 || text[open + close] == '\n')
        {
            throw new EquationException(source, new SourceSpan(position, open), $"`{text[position..open]}` stands where the name of an environment follows, as in `\\begin{{aligned}}`");
        }

        close += open;
        string environment = text[(open + 1)..close];
        if (!Commands.IsEnvironmentOfEquations(environment))
        {
            throw new EquationException(source, new SourceSpan(position, close + 1), $"the environment `{environment}` is not known here", "write the equations in `aligned`, or one a line");
        }

        EndLine();
        position = close + 1;
    }

    private void Add(TokenKind kind, string tokenText, int length)
    {
        line.Add(new Token(kind, tokenText, new SourceSpan(position, position + length), gap));
        gap = Gap.None;
        position += length;
    }

    /// <summary>Ends the line, or joins it to the one above where it begins, or that one ends, with an operator.</summary>
    private void EndLine()
    {
        gap = Gap.None;
        if (line.Count == 0)
        {
            return;
        }

        if (lines.Count > 0 && (line[0].IsOperator || lines[^1][^1].IsOperator || lines[^1][^1].Kind == TokenKind.Equals))
        {
            lines[^1].AddRange(line);
        }
        else
        {
            lines.Add([.. line]);
        }

        line.Clear();
    }
}
