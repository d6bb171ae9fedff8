using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Cellwright.Equations;

/// <summary>Reads a name with its dress, subscripts, superscripts and time, however they are written.</summary>
internal static class NameReader
{
    private const int MostAccents = 4;

    public static bool StartsName(Token token) => token.Kind is TokenKind.Name or TokenKind.Dress or TokenKind.Style;

    public static NameSyntax Read(TokenReader reader)
    {
        int start = reader.Position;
        NameParts parts = new() { Text = ReadBase(reader) };
        StripTime(reader, parts);
        RefuseLooseStep(reader, parts, start);
        while (ReadMark(reader, parts, start))
        {
        }

        string text = parts.Superscript is null ? parts.Text : $"{parts.Text}^{parts.Superscript}";
        return new NameSyntax(reader.Since(start), text, parts.Time, parts.IsInitial, parts.IsPrimed);
    }

    private static bool ReadMark(TokenReader reader, NameParts parts, int start)
    {
        Token token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Prime:
                reader.Take();
                parts.Text += "_prime";
                parts.IsPrimed = true;
                return true;
            case TokenKind.Underscore:
                reader.Take();
                ReadSubscript(reader, parts, start);
                return true;
            case TokenKind.Caret:
                return ReadSuperscript(reader, parts, start);
            case TokenKind.OpenSquare or TokenKind.OpenRound or TokenKind.OpenAngle when token.Gap == Gap.None:
                // f(0) is a call or a product; only a left side reads it as a step.
                if (reader.MatchTime(reader.Position) is not { } time || (time.IsInitial && token.Kind == TokenKind.OpenRound))
                {
                    return false;
                }

                SetTime(reader, parts, time, start);
                return true;
            default:
                return false;
        }
    }

    private static void ReadSubscript(TokenReader reader, NameParts parts, int start)
    {
        Token opening = reader.Current;
        if (opening.Kind == TokenKind.OpenRound && reader.MatchTime(reader.Position) is { } bracketed)
        {
            SetTime(reader, parts, bracketed, start);
            return;
        }

        if (opening.Kind is not (TokenKind.OpenBrace or TokenKind.OpenRound))
        {
            if (reader.MatchTime(reader.Position) is { } bare && bare.End == reader.Position + 1)
            {
                SetTime(reader, parts, bare, start);
                RefuseLooseStep(reader, parts, start);
                return;
            }

            parts.Text += "_" + ReadPiece(reader);
            StripTime(reader, parts);
            return;
        }

        reader.Take();
        List<string> items = [];
        do
        {
            if (reader.MatchTime(reader.Position) is { } time && reader.At(time.End).Kind is TokenKind.CloseBrace or TokenKind.CloseRound or TokenKind.Comma)
            {
                SetTime(reader, parts, time, start);
                continue;
            }

            StringBuilder item = new(ReadPiece(reader));
            while (reader.Current.Kind is not (TokenKind.Comma or TokenKind.CloseBrace or TokenKind.CloseRound or TokenKind.End))
            {
                item.Append(ReadPiece(reader));
            }

            items.Add(item.ToString());
        }
        while (reader.TryTake(TokenKind.Comma));
        reader.Close(opening);
        if (items.Count > 0)
        {
            parts.Text += "_" + string.Join(items.All(item => item.Length == 1) ? string.Empty : "_", items);
            if (parts.Time is null && !parts.IsInitial)
            {
                StripTime(reader, parts);
            }
        }
    }

    private static bool ReadSuperscript(TokenReader reader, NameParts parts, int start)
    {
        int at = reader.Position + 1;
        Token next = reader.At(at);
        bool braced = next.Kind == TokenKind.OpenBrace;
        int inside = braced ? at + 1 : at;
        if (reader.MatchTime(inside) is { } time && TimeEnds(reader, braced, ref time))
        {
            reader.Position = at;
            SetTime(reader, parts, time, start);
            return true;
        }

        Token first = reader.At(inside);
        if (first.Kind == TokenKind.Prime && (!braced || reader.At(inside + 1).Kind == TokenKind.CloseBrace))
        {
            reader.Position = inside + (braced ? 2 : 1);
            parts.Text += "_prime";
            parts.IsPrimed = true;
            return true;
        }

        if (braced && first.Kind == TokenKind.OpenSquare && IsIndex(reader, inside) && reader.MatchTime(inside + 3) is { } layered && reader.At(layered.End).Kind == TokenKind.CloseBrace)
        {
            reader.NoteLayer(reader.At(inside + 1));
            reader.Position = at;
            SetTime(reader, parts, layered with { End = layered.End + 1 }, start);
            return true;
        }

        RefuseLayerBelow(reader, parts, inside, braced, start);

        // e^x is a power; so is x^2, while W^(2) and W^z are names of their own.
        bool isIndex = IsIndex(reader, inside);
        bool isName = StartsName(first) && !IsTranspose(reader, inside, braced);
        if (parts.Text == "e" || !(isIndex || isName) || (braced && !EndsPlainly(reader, inside)))
        {
            return false;
        }

        reader.Position = inside;
        string superscript;
        if (isIndex)
        {
            superscript = reader.At(inside + 1).Kind == TokenKind.Number ? $"({reader.At(inside + 1).Text})" : reader.At(inside + 1).Text;
            reader.Position = inside + 3;
        }
        else
        {
            superscript = ReadPiece(reader);
            while (braced && reader.Current.Kind != TokenKind.CloseBrace)
            {
                superscript += reader.TryTake(TokenKind.Comma) ? string.Empty : ReadPiece(reader);
            }
        }

        if (braced)
        {
            reader.Take();
        }

        if (parts.Superscript is not null)
        {
            throw reader.Error(reader.Since(start), "a name may have one superscript");
        }

        parts.Superscript = superscript;
        return true;
    }

    /// <summary>A layer or gate in brackets: (1), (z), [l].</summary>
    private static bool IsIndex(TokenReader reader, int at) =>
        reader.At(at).Kind is TokenKind.OpenRound or TokenKind.OpenSquare
        && reader.At(at + 1).Kind is TokenKind.Name or TokenKind.Number
        && reader.At(at + 2).Kind is TokenKind.CloseRound or TokenKind.CloseSquare;

    /// <summary>T, in whatever typeface.</summary>
    private static bool IsTranspose(TokenReader reader, int at, bool braced)
    {
        for (; reader.At(at).Kind is TokenKind.Style or TokenKind.OpenBrace; at++)
        {
            braced |= reader.At(at).Kind == TokenKind.OpenBrace;
        }

        return reader.At(at) is { Kind: TokenKind.Name, Text: "T" } && (!braced || reader.At(at + 1).Kind == TokenKind.CloseBrace);
    }

    /// <summary>h_t^{l-1} is another layer's output.</summary>
    private static void RefuseLayerBelow(TokenReader reader, NameParts parts, int inside, bool braced, int start)
    {
        int layer = reader.At(inside).Kind is TokenKind.OpenRound or TokenKind.OpenSquare ? inside + 1 : inside;
        int end = layer == inside ? layer + 3 : layer + 4;
        bool isOther = reader.At(layer).Kind == TokenKind.Name && reader.At(layer + 1).Kind is TokenKind.Minus or TokenKind.Plus && reader.At(layer + 2).Kind == TokenKind.Number;
        if (braced && isOther && reader.At(end).Kind == TokenKind.CloseBrace && (parts.Time is not null || reader.At(end + 1).Kind == TokenKind.Underscore))
        {
            reader.Position = end + 1;
            throw reader.Error(reader.Since(start), "this is the output of another layer, and a cell is one layer", "the layer below is the input: write `x`; layers are stacked when the model is built");
        }
    }

    /// <summary>Whether a time in braces ends there, but for a layer index, which is dropped.</summary>
    private static bool TimeEnds(TokenReader reader, bool braced, ref TimeMark time)
    {
        if (!braced)
        {
            // t alone is a time, t-1 needs brackets: h^t - 1 subtracts.
            return reader.At(time.End - 1).Kind != TokenKind.Number;
        }

        int end = time.End;
        if (reader.At(end).Kind is TokenKind.OpenSquare or TokenKind.OpenRound
            && reader.At(end + 1).Kind is TokenKind.Name or TokenKind.Number
            && reader.At(end + 2).Kind is TokenKind.CloseSquare or TokenKind.CloseRound)
        {
            reader.NoteLayer(reader.At(end + 1));
            end += 3;
        }

        if (reader.At(end).Kind != TokenKind.CloseBrace)
        {
            return false;
        }

        time = time with { End = end + 1 };
        return true;
    }

    private static bool EndsPlainly(TokenReader reader, int at)
    {
        while (reader.At(at).Kind is TokenKind.Name or TokenKind.Number or TokenKind.Comma or TokenKind.OpenRound or TokenKind.CloseRound or TokenKind.Style or TokenKind.Dress)
        {
            at++;
        }

        return reader.At(at).Kind == TokenKind.CloseBrace;
    }

    private static string ReadBase(TokenReader reader)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        RefuseManyAccents(reader);
        Token token = reader.Take();
        if (token.Kind == TokenKind.Name)
        {
            return token.Text;
        }

        // An accent or a typeface, over a group or over the name that follows.
        string inner;
        if (reader.Current.Kind == TokenKind.OpenBrace)
        {
            Token opening = reader.Take();
            StringBuilder text = new(ReadPiece(reader));
            while (reader.Current.Kind is not (TokenKind.CloseBrace or TokenKind.End))
            {
                text.Append(reader.TryTake(TokenKind.Underscore) ? "_" : ReadPiece(reader));
            }

            reader.Close(opening);
            inner = text.ToString();
        }
        else
        {
            inner = ReadPiece(reader);
        }

        if (token.Kind == TokenKind.Style)
        {
            return inner;
        }

        int split = inner.IndexOf('_', StringComparison.Ordinal);
        return split < 0 ? $"{inner}_{token.Text}" : $"{inner[..split]}_{token.Text}{inner[split..]}";
    }

    private static void RefuseManyAccents(TokenReader reader)
    {
        int accents = 0;
        for (int at = reader.Position; reader.At(at).Kind is TokenKind.Dress or TokenKind.Style or TokenKind.OpenBrace; at++)
        {
            accents += reader.At(at).Kind == TokenKind.OpenBrace ? 0 : 1;
            if (accents > MostAccents)
            {
                throw reader.Error(reader.At(at).Span, string.Create(CultureInfo.InvariantCulture, $"more than {MostAccents} accents and typefaces stand on one letter"));
            }
        }
    }

    /// <summary>One part of a subscript or superscript.</summary>
    private static string ReadPiece(TokenReader reader)
    {
        Token token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                return reader.Take().Text;
            case TokenKind.Number when token.Text.All(char.IsAsciiDigit):
                return reader.Take().Text;
            case TokenKind.Dress or TokenKind.Style:
                if (reader.At(reader.Position + 1).Kind is not (TokenKind.Name or TokenKind.OpenBrace))
                {
                    reader.Take();
                    throw reader.Expected("a name");
                }

                return ReadBase(reader);
            case TokenKind.Prime when reader.Previous.Kind is TokenKind.Name or TokenKind.Number or TokenKind.CloseBrace:
                reader.Take();
                return "_prime";
            default:
                throw reader.Expected("a letter or a number of a name");
        }
    }

    private static void StripTime(TokenReader reader, NameParts parts)
    {
        string suffix = "_" + reader.TimeLetter;
        if (parts.Text.Length > suffix.Length && parts.Text.EndsWith(suffix, StringComparison.Ordinal))
        {
            parts.Text = parts.Text[..^suffix.Length];
            parts.Time = 0;
        }
    }

    private static void RefuseLooseStep(TokenReader reader, NameParts parts, int start)
    {
        if (parts.Time == 0 && reader.Current is { Kind: TokenKind.Minus, Gap: Gap.None } && reader.At(reader.Position + 1) is { Kind: TokenKind.Number, Text: "1", Gap: Gap.None })
        {
            reader.Position += 2;
            SourceSpan place = reader.Since(start);
            throw reader.Error(
                place, $"`{reader.Source[place]}` can be read in two ways", $"the step before: `{parts.Text}[{reader.TimeLetter}-1]`; one less: `{parts.Text} - 1`");
        }
    }

    private static void SetTime(TokenReader reader, NameParts parts, TimeMark time, int start)
    {
        reader.Position = time.End;
        if (parts.IsInitial || parts.Time is not null)
        {
            throw reader.Error(reader.Since(start), "a name has two times here");
        }

        parts.Time = time.IsInitial ? null : time.Shift;
        parts.IsInitial = time.IsInitial;
    }

    private sealed class NameParts
    {
        public required string Text { get; set; }

        public string? Superscript { get; set; }

        public int? Time { get; set; }

        public bool IsInitial { get; set; }

        public bool IsPrimed { get; set; }
    }
}
