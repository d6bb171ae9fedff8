namespace Cellwright.Equations;

/// <summary>Finds the letter that counts the steps: the one that carries −1 or +1 in a mark.</summary>
internal static class TimeLetter
{
    public static string Find(SourceText source, List<List<Token>> lines)
    {
        Dictionary<string, SourceSpan> sure = [];
        HashSet<string> possible = [];
        HashSet<string> computed = FindLeftSides(lines);
        foreach (List<Token> line in lines)
        {
            for (int i = 1; i + 3 < line.Count; i++)
            {
                // W[h-1] and W(x-1) subtract.
                if (!IsShifted(line, i) || computed.Contains(line[i].Text) || line[i].Text == "x")
                {
                    continue;
                }

                if (IsMark(line, i))
                {
                    sure.TryAdd(line[i].Text, line[i].Span);
                }
                else if (i >= 2 && line[i - 1] is { Kind: TokenKind.OpenRound, Gap: Gap.None }
                    && line[i - 2].Kind == TokenKind.Name && (computed.Contains(line[i - 2].Text) || line[i - 2].Text == "x"))
                {
                    possible.Add(line[i].Text);
                }
            }
        }

        if (sure.ContainsKey("t") || (possible.Contains("t") && sure.Count == 0))
        {
            return "t";
        }

        if (sure.Count > 1)
        {
            KeyValuePair<string, SourceSpan>[] places = [.. sure.OrderBy(pair => pair.Value.Start)];
            throw new EquationException(
                source, places[1].Value, $"both `{places[0].Key}` and `{places[1].Key}` are shifted by a step, so either may be the time", "write the time as `t` everywhere", places[0].Value);
        }

        return sure.Count == 1 ? sure.Keys.First() : possible.Count == 1 ? possible.First() : "t";
    }

    /// <summary>The names that stand before an equals sign, bare or with one bracket.</summary>
    private static HashSet<string> FindLeftSides(List<List<Token>> lines)
    {
        HashSet<string> names = [];
        foreach (List<Token> line in lines)
        {
            for (int i = 1; i < line.Count; i++)
            {
                if (line[i].Kind != TokenKind.Equals)
                {
                    continue;
                }

                int end = i - 1;
                if (line[end].Kind == TokenKind.CloseRound)
                {
                    while (end > 0 && line[end].Kind != TokenKind.OpenRound)
                    {
                        end--;
                    }

                    end--;
                }

                // In \mathrm{last}_k the last name is the time.
                if (end >= 0 && line[end].Kind == TokenKind.Name && (end == 0 || line[end - 1].Kind != TokenKind.Underscore))
                {
                    names.Add(line[end].Text);
                }
            }
        }

        return names;
    }

    /// <summary>A letter, a sign, a 1 and a closing bracket, behind an opening one or a comma.</summary>
    private static bool IsShifted(List<Token> line, int i) =>
        line[i] is { Kind: TokenKind.Name, Text: { Length: 1 } or "tau" } && char.IsAsciiLetter(line[i].Text[0])
        && line[i + 1].Kind is TokenKind.Minus or TokenKind.Plus
        && line[i + 2] is { Kind: TokenKind.Number, Text: "1" }
        && line[i + 3].Kind is TokenKind.CloseRound or TokenKind.CloseSquare or TokenKind.CloseBrace or TokenKind.CloseAngle or TokenKind.Comma
        && line[i - 1].Kind is TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenBrace or TokenKind.OpenAngle or TokenKind.Comma;

    private static bool IsMark(List<Token> line, int i)
    {
        TokenKind before = i >= 2 ? line[i - 2].Kind : TokenKind.End;
        return line[i - 1].Kind switch
        {
            TokenKind.OpenAngle => true,
            TokenKind.OpenSquare => line[i - 1].Gap == Gap.None && before is TokenKind.Name or TokenKind.CloseBrace,
            TokenKind.OpenBrace => before is TokenKind.Underscore or TokenKind.Caret,
            TokenKind.OpenRound => before is TokenKind.Underscore or TokenKind.Caret or TokenKind.OpenBrace,
            TokenKind.Comma => line[i + 3].Kind == TokenKind.CloseBrace,
            _ => false,
        };
    }
}
