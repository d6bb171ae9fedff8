using System.Globalization;
using System.Text;

namespace Cellwright.Equations;

/// <summary>
/// Cuts a text into lines of tokens: comments gone, continued lines joined, every letter brought to its name in ASCII.
/// </summary>
internal sealed partial class Lexer
{
    private const int LongestText = 1 << 14;

    private readonly SourceText source;
    private readonly string text;
    private readonly List<Token> line = [];
    private readonly List<List<Token>> lines = [];
    private int position;
    private Gap gap;
    private int openBrackets;

    private Lexer(SourceText source)
    {
        this.source = source;
        text = source.Text;
        IsTex = LooksLikeTex(text);
    }

    /// <summary>Whether the text is in LaTeX: it has a command or a dollar.</summary>
    private bool IsTex { get; }

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

    /// <summary>Whether a text is in LaTeX: it has a command or a dollar.</summary>
    public static bool LooksLikeTex(string text)
    {
        for (int i = text.AsSpan().IndexOfAny('\\', '$'); i >= 0 && i < text.Length;)
        {
            if (text[i] == '$' || (i + 1 < text.Length && (char.IsAsciiLetter(text[i + 1]) || text[i + 1] is '(' or '[' or '\\')))
            {
                return true;
            }

            int next = text.AsSpan(i + 1).IndexOfAny('\\', '$');
            i = next < 0 ? text.Length : i + 1 + next;
        }

        return false;
    }

    private void Run()
    {
        SkipProseBeforeFormula();
        while (position < text.Length)
        {
            Next();
        }

        RefuseOpenFormula();
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
                NewLine();
                return;
            case '#' or '%':
                SkipComment();
                return;
            case '&':
                Align();
                return;
            case '~' when IsTex:
                gap = gap == Gap.None ? Gap.Space : gap;
                position++;
                return;
            case '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF':
                position++;
                return;
            case '$':
                Dollar();
                return;
            case '\\':
                Command();
                return;
            case '{':
                OpenBrace();
                return;
            case '"' or '“':
                Quoted();
                return;
        }

        if (char.IsWhiteSpace(c) || c == '\u2061')
        {
            White();
        }
        else if (MathLetters.Digit(text, position) is { } digit)
        {
            Add(TokenKind.Number, digit.ToString(), 2);
        }
        else if (IsNameStart(position))
        {
            if (!SkipConnectingWord())
            {
                Name();
            }
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

        if (text.AsSpan(position).StartsWith("...", StringComparison.Ordinal))
        {
            Add(TokenKind.Dots, "…", 3);
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
            '…' or '⋯' => TokenKind.Dots,
            '=' or '←' or '≔' or '≜' => TokenKind.Equals,
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
            '⊗' => Refused("otimes", place),
            '⊕' => Refused("oplus", place),
            '∈' => Refused("in", place),
            '∑' => Refused("sum", place),
            '|' => Refused("lvert", place),
            '?' or '!' or '~' or '`' or ':' => new EquationException(source, place, $"`{c}` has no meaning in an equation"),
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

            if (MathLetters.Plain(text, end, out int length) is { } plain)
            {
                name.Append(Greek.Word(plain) ?? plain.ToString());
                end += length - 1;
            }
            else if (DressedLetters.MarkOf(c) is { } dress)
            {
                name.Append('_').Append(dress);
            }
            else if (DressedLetters.Split(c) is { } parts)
            {
                name.Append(parts.Letter).Append('_').Append(parts.Dress);
            }
            else if (Greek.Word(c) is { } word)
            {
                // Γu is Γ_u; Δt is one name, and no Δ at t.
                bool hasIndex = !char.IsAscii(c) && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]) && text[end + 1] != 't';
                name.Append(word).Append(hasIndex ? "_" : string.Empty);
            }
            else if (char.IsAsciiLetterOrDigit(c))
            {
                name.Append(c);
            }
            else if (c == '_' && end + 1 < text.Length && (IsNameStart(end + 1) || char.IsAsciiDigit(text[end + 1])))
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

    private bool IsNameStart(int at)
    {
        char c = text[at];
        return char.IsAsciiLetter(c)
            || (!char.IsAscii(c) && (Greek.Word(c) is not null || DressedLetters.Split(c) is not null || LookAlikes.Describe(c, out _) is not null || MathLetters.Plain(text, at, out _) is not null));
    }

    private void Add(TokenKind kind, string tokenText, int length) => Add(new Token(kind, tokenText, new SourceSpan(position, position + length), gap));

    private void Add(Token token)
    {
        position = token.Span.End;
        gap = Gap.None;
        RefuseBreakBefore(token);
        switch (token.Kind)
        {
            case TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace:
                openBrackets++;
                break;
            case TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace:
                openBrackets = Math.Max(0, openBrackets - 1);
                break;
        }

        line.Add(token);
        if (token.Kind == TokenKind.CloseBrace)
        {
            Unbrace();
        }
    }
}
