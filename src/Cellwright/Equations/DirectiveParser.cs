using System.Globalization;

namespace Cellwright.Equations;

/// <summary>Parses the lines that are not equations.</summary>
internal static class DirectiveParser
{
    /// <summary>The words that begin a directive.</summary>
    public static IReadOnlyList<string> Keywords { get; } = ["cell", "source", "input", "output", "width", "blocks", "param", "matrix", "state", "init"];

    // Each block is a product of its own.
    private const int MostBlocks = 64;

    private static readonly string[] Draws = ["uniform", "normal", "orthogonal", "identity", "chrono"];

    /// <summary>Whether a line is a directive: a keyword, white space, and what no equation would have there.</summary>
    public static bool IsDirective(List<Token> line) =>
        line[0].Kind == TokenKind.Name && Keywords.Contains(line[0].Text) && line[1].Gap != Gap.None
        && (NameReader.StartsName(line[1]) || line[1].Kind is TokenKind.Text || (line[0].Text == "init" && line[1].Kind == TokenKind.Star));

    public static Statement Parse(TokenReader reader)
    {
        Token keyword = reader.Take();
        Statement statement = keyword.Text switch
        {
            "cell" => ParseCell(reader),
            "source" => new SourceDirective(reader.Since(0), TakeText(reader)),
            "width" => ParseWidth(reader),
            "state" => ParseState(reader),
            "init" => ParseInit(reader),
            "blocks" => ParseBlocks(reader),
            _ => new NamesDirective(reader.Since(0), keyword.Text, ParseNames(reader)),
        };
        if (reader.Current.Kind != TokenKind.End)
        {
            throw reader.Expected("the end of the line");
        }

        return statement is InitDirective ? statement : statement with { Span = reader.Since(0) };
    }

    private static CellDirective ParseCell(TokenReader reader)
    {
        int start = reader.Position;
        while (reader.Current.Kind is not (TokenKind.Text or TokenKind.End))
        {
            reader.Take();
        }

        string? name = reader.Position == start ? null : reader.Source[reader.Since(start)];
        return new CellDirective(reader.Since(0), name, reader.Current.Kind == TokenKind.Text ? reader.Take().Text : null);
    }

    private static string TakeText(TokenReader reader) =>
        reader.Current.Kind == TokenKind.Text ? reader.Take().Text : throw reader.Expected("a text in quotation marks");

    private static NameSyntax TakeName(TokenReader reader) =>
        NameReader.StartsName(reader.Current) ? NameReader.Read(reader) : throw reader.Expected("a name");

    private static List<NameSyntax> ParseNames(TokenReader reader)
    {
        List<NameSyntax> names = [TakeName(reader)];
        while (reader.TryTake(TokenKind.Comma))
        {
            names.Add(TakeName(reader));
        }

        return names;
    }

    private static void TakeEqualsSign(TokenReader reader)
    {
        if (!reader.TryTake(TokenKind.Equals))
        {
            throw reader.Expected("`=`");
        }
    }

    private static WidthDirective ParseWidth(TokenReader reader)
    {
        List<NameSyntax> names = ParseNames(reader);
        TakeEqualsSign(reader);
        List<WidthTerm> terms = [];
        do
        {
            int numerator = 1;
            string? size = null;
            if (reader.Current.Kind == TokenKind.Number)
            {
                numerator = TakeCount(reader);
                reader.TryTake(TokenKind.Star);
            }

            if (reader.Current.Kind == TokenKind.Name)
            {
                size = reader.Take().Text;
            }
            else if (reader.Previous.Kind != TokenKind.Number)
            {
                throw reader.Expected("a size such as `64`, `input`, `hidden/2` or `hidden + input`");
            }

            terms.Add(new WidthTerm(size, numerator, reader.TryTake(TokenKind.Slash) ? TakeCount(reader) : 1));
        }
        while (reader.TryTake(TokenKind.Plus));
        return new WidthDirective(reader.Since(0), names, terms);
    }

    private static BlocksDirective ParseBlocks(TokenReader reader)
    {
        List<NameSyntax> names = ParseNames(reader);
        TakeEqualsSign(reader);
        return new BlocksDirective(reader.Since(0), names, TakeCount(reader, MostBlocks));
    }

    private static int TakeCount(TokenReader reader, int most = 1 << 20)
    {
        Token token = reader.Current;
        if (token.Kind == TokenKind.Number && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && count <= most)
        {
            reader.Take();
            return count;
        }

        throw reader.Expected(string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {most}"));
    }

    private static StateDirective ParseState(TokenReader reader)
    {
        NameSyntax name = TakeName(reader);
        TakeEqualsSign(reader);
        if (reader.Current is { Kind: TokenKind.Name, Text: "learned" } && reader.At(reader.Position + 1).Kind == TokenKind.End)
        {
            reader.Take();
            return new StateDirective(reader.Since(0), name, null);
        }

        return new StateDirective(reader.Since(0), name, ExpressionParser.ParseSum(reader, 0));
    }

    private static InitDirective ParseInit(TokenReader reader)
    {
        int start = reader.Position;
        string pattern = string.Empty;
        while (reader.Current.Kind is not (TokenKind.Equals or TokenKind.End))
        {
            Token token = reader.Take();
            pattern += token.Kind switch
            {
                TokenKind.Name or TokenKind.Number => token.Text,
                TokenKind.Star => "*",
                TokenKind.Underscore => "_",
                TokenKind.Caret when reader.Current.Kind == TokenKind.Star => string.Empty,
                TokenKind.Caret => "^",
                TokenKind.OpenBrace or TokenKind.CloseBrace or TokenKind.Style => string.Empty,
                TokenKind.OpenRound or TokenKind.CloseRound => token.Text,
                TokenKind.Dress => throw reader.Error(token.Span, "a pattern is written in plain text", $"write `c_{token.Text}`"),
                _ => throw reader.Error(token.Span, $"`{token.Text}` cannot stand in a pattern", "a pattern is a parameter's name, where `*` stands for anything: `init W_* = orthogonal`"),
            };
        }

        SourceSpan place = reader.Since(start);
        TakeEqualsSign(reader);
        if (reader.Current.Kind != TokenKind.Name)
        {
            return new InitDirective(place, pattern, "number", [TakeNumber(reader)]);
        }

        Token draw = reader.Take();
        if (!Draws.Contains(draw.Text))
        {
            string? nearest = Spelling.Nearest(draw.Text, Draws);
            throw reader.Error(
                draw.Span, $"`{draw.Text}` is no way to draw first values; there are a number, uniform(a,b), normal(s), orthogonal, identity and chrono(T)", nearest is null ? null : $"did you mean `{nearest}`?");
        }

        List<double> numbers = [];
        if (reader.Current.Kind == TokenKind.OpenRound)
        {
            Token opening = reader.Take();
            do
            {
                numbers.Add(TakeNumber(reader));
            }
            while (reader.TryTake(TokenKind.Comma));
            reader.Close(opening);
        }

        int wanted = draw.Text switch
        {
            "uniform" => 2,
            "normal" or "chrono" => 1,
            _ => 0,
        };
        if (numbers.Count != wanted)
        {
            string form = wanted switch { 2 => "uniform(a, b)", 1 => $"{draw.Text}({(draw.Text == "normal" ? "s" : "T")})", _ => draw.Text };
            throw reader.Error(draw.Span, $"`{draw.Text}` is written `{form}`");
        }

        if ((draw.Text == "uniform" && numbers[0] > numbers[1]) || (draw.Text == "normal" && numbers[0] < 0) || (draw.Text == "chrono" && numbers[0] < 2))
        {
            throw reader.Error(draw.Span, draw.Text switch
            {
                "uniform" => "uniform(a, b) draws between a and b, so a may not be larger than b",
                "normal" => "normal(s) has the standard deviation s, which may not be negative",
                _ => "chrono(T) is for spans of T steps, and T is at least 2",
            });
        }

        return new InitDirective(place, pattern, draw.Text, numbers);
    }

    private static double TakeNumber(TokenReader reader)
    {
        bool negative = reader.TryTake(TokenKind.Minus);
        double value = reader.Current.Kind == TokenKind.Number ? double.Parse(reader.Take().Text, CultureInfo.InvariantCulture) : throw reader.Expected("a number");
        if (reader.TryTake(TokenKind.Slash))
        {
            double divisor = reader.Current.Kind == TokenKind.Number ? double.Parse(reader.Take().Text, CultureInfo.InvariantCulture) : throw reader.Expected("a number");
            value = divisor == 0 ? throw reader.Error(reader.Previous.Span, "a number is divided by 0") : value / divisor;
        }

        return negative ? -value : value;
    }
}
