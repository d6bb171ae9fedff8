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

        List<int> equalsSigns = FindEqualsSigns(line);
        if (equalsSigns.Count == 0)
        {
            throw NoEquation(line);
        }

        int start = 0;
        for (int i = 0; i < equalsSigns.Count; i++)
        {
            int end = i + 1 < equalsSigns.Count ? StartOfNext(line, equalsSigns[i], equalsSigns[i + 1]) : line.Count - 1;
            statements.Add(ParseEquation(line, start, equalsSigns[i], end));
            start = end;
        }
    }

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
        for (int i = next - 1; i > equals + 1; i--)
        {
            bool opens = NameReader.StartsName(line[i]) || line[i].Kind == TokenKind.OpenSquare;
            if (opens && (line[i].Gap == Gap.Wide || line[i - 1].Kind is TokenKind.Semicolon or TokenKind.Comma) && IsOutsideBrackets(line, equals, i))
            {
                return i;
            }
        }

        throw new EquationException(
            source, line[next].Span, "a second `=` stands in one equation", "write one equation a line, or three spaces or `;` between two");
    }

    private static bool IsOutsideBrackets(List<Token> line, int from, int to)
    {
        int depth = 0;
        for (int i = from; i < to; i++)
        {
            depth += line[i].Kind switch
            {
                TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace => 1,
                TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace => -1,
                _ => 0,
            };
        }

        return depth == 0;
    }

    private EquationException NoEquation(List<Token> line)
    {
        SourceSpan whole = line[0].Span.To(line[^2].Span);
        string? keyword = line[0].Kind == TokenKind.Name ? Spelling.Nearest(line[0].Text, DirectiveParser.Keywords) : null;
        return new EquationException(
            source, whole, "this line is neither an equation nor a directive: it has no `=`", keyword is null ? null : $"did you mean `{keyword}`?");
    }

    private EquationSyntax ParseEquation(List<Token> line, int start, int equals, int end)
    {
        SourceSpan whole = line[start].Span.To(line[Math.Max(start, end - 1)].Span);
        (IReadOnlyList<NameSyntax> targets, bool stacked, IReadOnlyList<NameSyntax>? arguments) = ParseLeft(line, start, equals);

        List<Token> right = line[(equals + 1)..end];
        while (right.Count > 0 && right[^1].Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.Period)
        {
            right.RemoveAt(right.Count - 1);
        }

        // An equation's number, at the margin.
        if (right.Count > 3 && right[^3] is { Kind: TokenKind.OpenRound, Gap: Gap.Wide } && right[^2].Kind == TokenKind.Number && right[^1].Kind == TokenKind.CloseRound)
        {
            right.RemoveRange(right.Count - 3, 3);
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

    private (IReadOnlyList<NameSyntax> Targets, bool Stacked, IReadOnlyList<NameSyntax>? Arguments) ParseLeft(List<Token> line, int start, int equals)
    {
        TokenReader reader = NewReader(line[start..equals], line[equals]);
        if (reader.Current.Kind == TokenKind.OpenSquare)
        {
            Token opening = reader.Take();
            List<NameSyntax> parts = ParseNames(reader);
            reader.Close(opening);
            ExpectEqualsSign(reader);
            return (parts, true, null);
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
