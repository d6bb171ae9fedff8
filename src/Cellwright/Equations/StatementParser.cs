namespace Cellwright.Equations;

/// <summary>Parses a text into directives and equations.</summary>
internal sealed class StatementParser
{
    private readonly SourceText source;
    private readonly Notation notation;
    private readonly List<Statement> statements = [];

    private StatementParser(SourceText source, Notation notation)
    {
        this.source = source;
        this.notation = notation;
    }

    /// <summary>The statements of a text and the letter that counts its steps.</summary>
    public static (IReadOnlyList<Statement> Statements, string TimeLetter) Parse(SourceText source)
    {
        List<List<Token>> lines = Lexer.Read(source);
        StatementParser parser = new(source, new Notation(TimeLetter.Find(source, lines)));
        if (Lexer.LooksLikeTex(source.Text))
        {
            DifferenceNames.Join(lines);
            LetterRuns.Split(source, parser.notation.TimeLetter, lines);
        }

        foreach (List<Token> line in lines)
        {
            parser.ParseLine(line);
        }

        return (parser.statements, parser.notation.TimeLetter);
    }

    private void ParseLine(List<Token> line)
    {
        if (DirectiveParser.IsDirective(line))
        {
            statements.Add(DirectiveParser.Parse(new TokenReader(source, line, notation)));
            return;
        }

        if (line.Exists(token => token.Kind == TokenKind.Words))
        {
            ParseBesideProse(line);
        }
        else
        {
            ParseEquations(line);
        }
    }

    /// <summary>The equations of a line that has prose; what stands in the prose and is no equation says nothing.</summary>
    private void ParseBesideProse(List<Token> line)
    {
        Token? before = null;
        bool isProse = false;
        int start = 0;
        for (int i = 0; i < line.Count; i++)
        {
            if (line[i].Kind is not (TokenKind.Words or TokenKind.End))
            {
                continue;
            }

            while (start < i && line[start].Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.Period)
            {
                start++;
            }

            isProse |= line[i].Text == "$";
            List<Token> part = line[start..i];
            if (part.Exists(token => token.Kind == TokenKind.Equals) || (part.Count > 0 && before is null && !isProse))
            {
                int end = part[^1].Span.End;
                ParseEquations([.. part, new Token(TokenKind.End, string.Empty, new SourceSpan(end, end), Gap.None)]);
            }
            else if (part.Count > 0 && !isProse)
            {
                throw new EquationException(source, before!.Value.Span, "words stand inside an equation", "put them behind it, or in a comment behind `#`");
            }

            before = line[i];
            isProse |= line[i].Kind == TokenKind.Words && Lexer.IsConnecting(line[i].Text);
            start = i + 1;
        }
    }

    private void ParseEquations(List<Token> line)
    {
        if (line[0].Kind == TokenKind.OpenRound && line[1].Kind == TokenKind.Number && line[2].Kind == TokenKind.CloseRound && NameReader.StartsName(line[3]))
        {
            // An equation's number before it.
            line = line[3..];
        }

        List<int> equalsSigns = FindEqualsSigns(line);
        if (equalsSigns.Count == 0)
        {
            throw NoEquation(line);
        }

        int start = 0;
        for (int i = 0; i < equalsSigns.Count; i++)
        {
            int end = i + 1 < equalsSigns.Count ? StartOfNext(line, equalsSigns[i], equalsSigns[i + 1]) : line.Count - 1;
            if (!IsRangeOfSteps(line, start, equalsSigns[i], end))
            {
                statements.Add(ParseEquation(line, start, equalsSigns[i], end));
            }

            start = end;
        }
    }

    /// <summary>t = 1, …, T.</summary>
    private bool IsRangeOfSteps(List<Token> line, int start, int equals, int end) =>
        equals == start + 1 && line[start] is { Kind: TokenKind.Name } name && name.Text == notation.TimeLetter
        && line.FindIndex(equals, end - equals, token => token.Kind == TokenKind.Dots) >= 0;

    private static List<int> FindEqualsSigns(List<Token> line)
    {
        List<int> found = [];
        int depth = 0;
        for (int i = 0; i < line.Count; i++)
        {
            switch (line[i].Kind)
            {
                case TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace:
                    depth++;
                    break;
                case TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace:
                    depth = Math.Max(0, depth - 1);
                    break;
                case TokenKind.Equals when depth == 0:
                    found.Add(i);
                    break;
            }
        }

        return found;
    }

    /// <summary>Where the left side of a line's next equation begins: behind wide space, a comma or a semicolon.</summary>
    private int StartOfNext(List<Token> line, int equals, int next)
    {
        int depth = 0;
        for (int i = next - 1; i > equals + 1; i--)
        {
            depth += line[i].Kind switch
            {
                TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace => 1,
                TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace => -1,
                _ => 0,
            };
            bool opens = (NameReader.StartsName(line[i]) && depth == 0) || (line[i].Kind == TokenKind.OpenSquare && depth == 0);
            if (opens && (line[i].Gap == Gap.Wide || line[i - 1].Kind is TokenKind.Semicolon or TokenKind.Comma))
            {
                return i;
            }
        }

        throw new EquationException(
            source, line[next].Span, "a second `=` stands in one equation", "write one equation a line, or three spaces or `;` between two");
    }

    private EquationException NoEquation(List<Token> line)
    {
        SourceSpan whole = line[0].Span.To(line[^2].Span);
        string? keyword = line[0].Kind == TokenKind.Name ? Spelling.Nearest(line[0].Text, DirectiveParser.Keywords) : null;
        bool isBroken = source.Text.AsSpan(0, whole.Start).TrimEnd(" \t\r\n&").EndsWith("\\\\", StringComparison.Ordinal);
        return new EquationException(
            source,
            whole,
            "this line is neither an equation nor a directive: it has no `=`",
            isBroken ? "a `\\\\` ends an equation; one that goes on does so with an operator, and prose is a comment behind `#`"
            : keyword is null ? null : $"did you mean `{keyword}`?");
    }

    private EquationSyntax ParseEquation(List<Token> line, int start, int equals, int end)
    {
        SourceSpan whole = line[start].Span.To(line[Math.Max(start, end - 1)].Span);
        (IReadOnlyList<NameSyntax> targets, bool stacked, IReadOnlyList<NameSyntax>? arguments) = ParseLeft(line, start, equals);

        List<Token> right = line[(equals + 1)..end];
        while (TrimEnd(right))
        {
        }

        if (right.Count == 0)
        {
            throw new EquationException(source, line[equals].Span, "nothing stands behind this `=`");
        }

        TokenReader reader = NewReader(right);
        Syntax value = ExpressionParser.ParseSum(reader, 0);
        if (reader.Current.Kind != TokenKind.End)
        {
            throw reader.Current.Kind is TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace
                ? reader.Error(reader.Current.Span, $"the bracket `{reader.Current.Text}` closes nothing")
                : reader.Expected("an operator or the end of the equation");
        }

        return new EquationSyntax(whole, targets, stacked, arguments, value);
    }

    /// <summary>Takes off a comma or full stop at the end, or an equation's number at the margin: (3), (2.1), (4a).</summary>
    private static bool TrimEnd(List<Token> right)
    {
        if (right.Count > 0 && right[^1].Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.Period)
        {
            right.RemoveAt(right.Count - 1);
            return true;
        }

        int open = right.Count - 3;
        while (open > 0 && open > right.Count - 6 && right[open].Kind != TokenKind.OpenRound)
        {
            open--;
        }

        bool isNumber = open > 0 && right[^1].Kind == TokenKind.CloseRound && right[open] is { Kind: TokenKind.OpenRound, Gap: Gap.Wide }
            && right[open + 1].Kind == TokenKind.Number && right[(open + 1)..^1].TrueForAll(token => token.Gap == Gap.None && token.Kind is TokenKind.Number or TokenKind.Name or TokenKind.Period);
        if (isNumber)
        {
            right.RemoveRange(open, right.Count - open);
        }

        return isNumber;
    }

    private (IReadOnlyList<NameSyntax> Targets, bool Stacked, IReadOnlyList<NameSyntax>? Arguments) ParseLeft(List<Token> line, int start, int equals)
    {
        TokenReader reader = NewReader(line[start..equals], line[equals]);
        if (reader.Current.Kind is TokenKind.OpenSquare or TokenKind.OpenRound)
        {
            List<NameSyntax> parts = ParseColumn(reader);
            ExpectEqualsSign(reader);
            return (parts, true, null);
        }

        if (reader.Current.Kind == TokenKind.OpenBrace && NameReader.StartsName(reader.At(reader.Position + 1)))
        {
            // {f_t} is f_t: formula editors put braces around names.
            Token brace = reader.Take();
            NameSyntax name = NameReader.Read(reader);
            reader.Close(brace);
            ExpectEqualsSign(reader);
            return ([name], false, null);
        }

        if (!NameReader.StartsName(reader.Current))
        {
            throw reader.Error(
                reader.Current.Span, reader.Current.Kind == TokenKind.Equals ? "nothing stands before this `=`" : "the left side of an equation is a name, or names in `[ ]`");
        }

        NameSyntax target = NameReader.Read(reader);
        IReadOnlyList<NameSyntax>? arguments = null;
        if (reader.Current.Kind == TokenKind.OpenRound)
        {
            if (reader.MatchTime(reader.Position) is { IsInitial: true } initial)
            {
                reader.Position = initial.End;
                target = target with { IsInitial = true };
            }
            else
            {
                Token opening = reader.Take();
                arguments = ParseNames(reader);
                reader.Close(opening);
            }
        }

        ExpectEqualsSign(reader);
        return ([target], false, arguments);
    }

    /// <summary>The names of a stacked vector, in brackets that may stand around a column's own.</summary>
    private static List<NameSyntax> ParseColumn(TokenReader reader)
    {
        Token opening = reader.Take();
        bool isNested = reader.Current.Kind is TokenKind.OpenSquare or TokenKind.OpenRound && reader.Position < 4;
        List<NameSyntax> parts = isNested ? ParseColumn(reader) : ParseNames(reader);
        reader.Close(opening);
        return parts;
    }

    private static void ExpectEqualsSign(TokenReader reader)
    {
        if (reader.Current.Kind != TokenKind.Equals)
        {
            throw reader.Error(reader.Current.Span, "the left side of an equation is a name, or names in `[ ]`");
        }
    }

    private static List<NameSyntax> ParseNames(TokenReader reader)
    {
        List<NameSyntax> names = [];
        do
        {
            names.Add(NameReader.StartsName(reader.Current) ? NameReader.Read(reader) : throw reader.Expected("a name"));
        }
        while (reader.TryTake(TokenKind.Comma) || reader.TryTake(TokenKind.Semicolon));
        return names;
    }

    private TokenReader NewReader(List<Token> tokens, Token? last = null)
    {
        int end = last?.Span.Start ?? tokens[^1].Span.End;
        return new TokenReader(source, [.. tokens, last ?? new Token(TokenKind.End, string.Empty, new SourceSpan(end, end), Gap.None), new Token(TokenKind.End, string.Empty, new SourceSpan(end, end), Gap.None)], notation);
    }
}
