namespace Cellwright.Equations;

/// <summary>What holds for a whole text: the letter of time, and the layer index beside it where there is one.</summary>
internal sealed class Notation(string timeLetter)
{
    public string TimeLetter { get; } = timeLetter;

    public string? Layer { get; set; }
}

/// <summary>A place in a line of tokens, with what every reader of one needs.</summary>
internal sealed class TokenReader(SourceText source, IReadOnlyList<Token> tokens, Notation notation)
{
    public SourceText Source => source;

    public string TimeLetter => notation.TimeLetter;

    public int Position { get; set; }

    public Token Current => tokens[Position];

    public Token Previous => tokens[Position - 1];

    public Token At(int position) => tokens[Math.Min(position, tokens.Count - 1)];

    public Token Take()
    {
        Token token = Current;
        if (token.Kind != TokenKind.End)
        {
            Position++;
        }

        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            return false;
        }

        Position++;
        return true;
    }

    public SourceSpan Since(int start) => tokens[start].Span.To(tokens[Math.Max(start, Position - 1)].Span);

    public EquationException Error(SourceSpan place, string problem, string? suggestion = null) => new(source, place, problem, suggestion);

    /// <summary>Takes note of a layer index beside a time; one that never changes says nothing.</summary>
    public void NoteLayer(Token index)
    {
        notation.Layer ??= index.Text;
        if (notation.Layer != index.Text)
        {
            throw Error(
                index.Span, $"the layer index changes from `{notation.Layer}` to `{index.Text}`; a cell is one layer", "write the equations of one layer; layers are stacked when the model is built");
        }
    }

    /// <summary>What stands here, for an error.</summary>
    public string Found() => Current.Kind == TokenKind.End ? "the line ends" : $"`{source[Current.Span]}` stands";

    public EquationException Expected(string what) => Current.Kind == TokenKind.Dots
        ? Error(Current.Span, "dots leave something out, and every part of a cell must be written", "write the parts out")
        : Error(Current.Span, $"{Found()} where {what} was expected");

    /// <summary>Takes the bracket that closes <paramref name="opening"/>.</summary>
    public void Close(Token opening)
    {
        TokenKind wanted = opening.Kind switch
        {
            TokenKind.OpenRound => TokenKind.CloseRound,
            TokenKind.OpenSquare => TokenKind.CloseSquare,
            TokenKind.OpenAngle => TokenKind.CloseAngle,
            _ => TokenKind.CloseBrace,
        };
        if (TryTake(wanted))
        {
            return;
        }

        throw Current.Kind switch
        {
            TokenKind.End or TokenKind.Equals => Error(opening.Span, $"the bracket `{opening.Text}` is never closed"),
            TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace =>
                new EquationException(source, Current.Span, $"`{opening.Text}` is closed by `{Current.Text}`", other: opening.Span),
            _ => Expected($"an operator, a comma or the end of the bracket `{opening.Text}`"),
        };
    }

    /// <summary>
    /// Reads a time at a position without moving: <c>t</c>, <c>t-1</c>, <c>(t-1)</c>, <c>&lt;t-1&gt;</c>, or 0 in brackets.
    /// </summary>
    public TimeMark? MatchTime(int at)
    {
        TokenKind open = At(at).Kind;
        bool wrapped = open is TokenKind.OpenRound or TokenKind.OpenAngle or TokenKind.OpenSquare;
        int i = wrapped ? at + 1 : at;
        int shift = 0;
        bool initial = false;
        if (At(i) is { Kind: TokenKind.Name } name && name.Text == TimeLetter)
        {
            i++;
            if (At(i).Kind is TokenKind.Plus or TokenKind.Minus && At(i + 1).Kind == TokenKind.Number && int.TryParse(At(i + 1).Text, out int steps))
            {
                shift = At(i).Kind == TokenKind.Plus ? steps : -steps;
                i += 2;
            }
        }
        else if (wrapped && At(i) is { Kind: TokenKind.Number, Text: "0" })
        {
            initial = true;
            i++;
        }
        else
        {
            return null;
        }

        if (wrapped)
        {
            TokenKind close = open switch
            {
                TokenKind.OpenRound => TokenKind.CloseRound,
                TokenKind.OpenSquare => TokenKind.CloseSquare,
                _ => TokenKind.CloseAngle,
            };
            if (At(i).Kind != close)
            {
                return null;
            }

            i++;
        }

        return new TimeMark(shift, initial, i);
    }
}

/// <summary>A time that was read: its distance from t, or step 0, and where the tokens after it begin.</summary>
internal readonly record struct TimeMark(int Shift, bool IsInitial, int End);
