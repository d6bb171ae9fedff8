using System.Globalization;

namespace Cellwright.Equations;

/// <summary>
/// Parses an expression. Tightest first: marks, transposes, powers; side by side and dots; *, ⊙ and /; signs; sums.
/// Which names are functions and which are matrices is settled when the cell is read.
/// </summary>
internal static class ExpressionParser
{
    private const int DeepestNesting = 64;
    private const int LongestChain = 500;

    public static Syntax ParseSum(TokenReader reader, int depth)
    {
        int start = reader.Position;
        bool negative = reader.Current.Kind == TokenKind.Minus;
        bool signed = negative || reader.Current.Kind == TokenKind.Plus;
        if (signed)
        {
            reader.Take();
        }

        List<Term> terms = [new(negative, ParseProduct(reader, depth))];
        while (reader.Current.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            bool minus = reader.Take().Kind == TokenKind.Minus;
            terms.Add(new Term(minus, ParseProduct(reader, depth)));
            RefuseLongChain(reader, start, terms.Count, "terms");
        }

        return terms.Count == 1 && !negative ? terms[0].Syntax : new SumSyntax(reader.Since(start), terms);
    }

    private static Syntax ParseProduct(TokenReader reader, int depth)
    {
        int start = reader.Position;
        Syntax first = ParseSigned(reader, depth);
        List<Operand> rest = [];
        while (reader.Current.Kind is TokenKind.Star or TokenKind.Elementwise or TokenKind.Slash)
        {
            Token op = reader.Take();
            rest.Add(new Operand(op.Kind, op.Span, ParseSigned(reader, depth)));
            RefuseLongChain(reader, start, rest.Count, "factors");
        }

        return rest.Count == 0 ? first : new ProductSyntax(reader.Since(start), first, rest);
    }

    /// <summary>A run, or a run with a sign where an operator stands before it: a * -b.</summary>
    private static Syntax ParseSigned(TokenReader reader, int depth)
    {
        int start = reader.Position;
        bool negative = false;
        while (reader.Current.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            negative ^= reader.Take().Kind == TokenKind.Minus;
        }

        Syntax run = ParseRun(reader, depth);
        return negative ? new SumSyntax(reader.Since(start), [new Term(true, run)]) : run;
    }

    private static Syntax ParseRun(TokenReader reader, int depth)
    {
        int start = reader.Position;
        List<Factor> factors = [new(ParseFactor(reader, depth), false, false)];
        while (true)
        {
            bool dot = reader.TryTake(TokenKind.Dot);
            if (dot && reader.Current.Kind is TokenKind.Minus or TokenKind.Plus)
            {
                bool negative = reader.Take().Kind == TokenKind.Minus;
                int from = reader.Position;
                Syntax factor = ParseFactor(reader, depth);
                factors.Add(new Factor(negative ? new SumSyntax(reader.Since(from), [new Term(true, factor)]) : factor, false, true));
            }
            else if (dot || StartsFactor(reader.Current))
            {
                bool touches = !dot && reader.Current.Gap == Gap.None;
                factors.Add(new Factor(ParseFactor(reader, depth), touches, dot));
            }
            else
            {
                return factors.Count == 1 ? factors[0].Syntax : new RunSyntax(reader.Since(start), factors);
            }

            RefuseLongChain(reader, start, factors.Count, "factors");
        }
    }

    private static bool StartsFactor(Token token) =>
        NameReader.StartsName(token) || token.Kind is TokenKind.Number or TokenKind.Fraction or TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace;

    private static Syntax ParseFactor(TokenReader reader, int depth)
    {
        int start = reader.Position;
        Syntax factor = ParsePrimary(reader, depth);
        for (int marks = 0; ; marks++)
        {
            if (marks == 8)
            {
                throw reader.Error(reader.Since(start), "eight powers and transposes on one factor are more than this language reads");
            }

            switch (reader.Current.Kind)
            {
                case TokenKind.Transpose:
                    reader.Take();
                    factor = new TransposeSyntax(reader.Since(start), factor);
                    break;
                case TokenKind.Caret:
                    reader.Take();
                    factor = TakeTranspose(reader)
                        ? new TransposeSyntax(reader.Since(start), factor)
                        : NewPower(reader, start, factor, ParseExponent(reader, depth));
                    break;
                case TokenKind.Prime:
                    throw reader.Error(reader.Current.Span, "a prime stands behind a bracket", "transposed: write `^T`");
                default:
                    return factor;
            }
        }
    }

    private static PowerSyntax NewPower(TokenReader reader, int start, Syntax factor, Syntax exponent) =>
        new(reader.Since(start), factor, exponent);

    private static bool TakeTranspose(TokenReader reader)
    {
        int at = reader.Position;
        int braces = 0;
        while (reader.At(at).Kind is TokenKind.OpenBrace or TokenKind.Style)
        {
            braces += reader.At(at).Kind == TokenKind.OpenBrace ? 1 : 0;
            at++;
        }

        if (reader.At(at) is not ({ Kind: TokenKind.Transpose } or { Kind: TokenKind.Name, Text: "T" }))
        {
            return false;
        }

        for (at++; braces > 0; braces--, at++)
        {
            if (reader.At(at).Kind != TokenKind.CloseBrace)
            {
                return false;
            }
        }

        reader.Position = at;
        return true;
    }

    private static Syntax ParseExponent(TokenReader reader, int depth)
    {
        int start = reader.Position;
        if (reader.Current.Kind is TokenKind.Minus or TokenKind.Plus)
        {
            bool negative = reader.Take().Kind == TokenKind.Minus;
            Syntax value = ParsePrimary(reader, depth);
            return negative ? new SumSyntax(reader.Since(start), [new Term(true, value)]) : value;
        }

        return StartsFactor(reader.Current) ? ParsePrimary(reader, depth) : throw reader.Expected("an exponent");
    }

    private static Syntax ParsePrimary(TokenReader reader, int depth)
    {
        Token token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                reader.Take();
                return new NumberSyntax(token.Span, double.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace:
                return ParseBracket(reader, depth);
            case TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace when reader.Position == 0 || depth == 0:
                throw reader.Error(token.Span, $"the bracket `{token.Text}` closes nothing");
            case TokenKind.Fraction:
                return ParseFraction(reader, depth);
            case TokenKind.Style when NumberInTypeface(reader) is { } number:
                return number;
            default:
                return NameReader.StartsName(token) ? NameReader.Read(reader) : throw reader.Expected("a name, a number or a bracket");
        }
    }

    private static GroupSyntax ParseFraction(TokenReader reader, int depth)
    {
        int start = reader.Position;
        Token fraction = reader.Take();
        Syntax[] parts = new Syntax[2];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = StartsFactor(reader.Current) ? ParsePrimary(reader, depth + 1) : throw reader.Expected(i == 0 ? "a numerator in `{ }`" : "a denominator in `{ }`");
        }

        SourceSpan span = reader.Since(start);
        return new GroupSyntax(span, new ProductSyntax(span, parts[0], [new Operand(TokenKind.Slash, fraction.Span, parts[1])]));
    }

    /// <summary>A bold one or zero: <c>\mathbf{1}</c>.</summary>
    private static NumberSyntax? NumberInTypeface(TokenReader reader)
    {
        int at = reader.Position + 1;
        bool braced = reader.At(at).Kind == TokenKind.OpenBrace;
        at += braced ? 1 : 0;
        if (reader.At(at).Kind != TokenKind.Number || (braced && reader.At(at + 1).Kind != TokenKind.CloseBrace))
        {
            return null;
        }

        int start = reader.Position;
        double value = double.Parse(reader.At(at).Text, CultureInfo.InvariantCulture);
        reader.Position = braced ? at + 2 : at + 1;
        return new NumberSyntax(reader.Since(start), value);
    }

    private static Syntax ParseBracket(TokenReader reader, int depth)
    {
        int start = reader.Position;
        Token opening = reader.Take();
        if (depth == DeepestNesting)
        {
            throw reader.Error(
                opening.Span, string.Create(CultureInfo.InvariantCulture, $"brackets are nested more than {DeepestNesting} deep"), "give an inner part a name of its own");
        }

        if (reader.Current.Kind is TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace)
        {
            reader.Close(opening);
            throw reader.Error(reader.Since(start), "the brackets hold nothing");
        }

        if (reader.Current.Kind == TokenKind.End)
        {
            reader.Close(opening);
        }

        List<Syntax> items = [ParseSum(reader, depth + 1)];
        while (reader.Current.Kind is TokenKind.Comma or TokenKind.Semicolon)
        {
            reader.Take();
            items.Add(ParseSum(reader, depth + 1));
            RefuseLongChain(reader, start, items.Count, "parts");
        }

        reader.Close(opening);
        SourceSpan span = reader.Since(start);
        return items.Count == 1 ? new GroupSyntax(span, items[0]) : new ListSyntax(span, items, opening.Kind == TokenKind.OpenSquare);
    }

    private static void RefuseLongChain(TokenReader reader, int start, int count, string what)
    {
        if (count > LongestChain)
        {
            throw reader.Error(
                reader.Since(start), string.Create(CultureInfo.InvariantCulture, $"more than {LongestChain} {what} stand here"), "give a part a name of its own");
        }
    }
}
