namespace Cellwright.Equations;

/// <summary>
/// In LaTeX a letter is a name by itself, and an index without braces is one letter: <c>Wx_t</c> is W x_t, <c>W_fh_{t-1}</c>
/// is W_f h_{t-1}. Runs of letters are cut so where their last letter is an input or a signal, unless the run is a
/// function or a name that the text defines, declares or writes with an underscore.
/// </summary>
internal sealed class LetterRuns
{
    private readonly SourceText source;
    private readonly string timeLetter;
    private readonly HashSet<string> vectors = new(StringComparer.Ordinal);
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private readonly HashSet<string> underscored = new(StringComparer.Ordinal);

    private LetterRuns(SourceText source, string timeLetter, List<List<Token>> lines)
    {
        this.source = source;
        this.timeLetter = timeLetter;
        bool isInputGiven = false;
        foreach (List<Token> line in lines)
        {
            if (DirectiveParser.IsDirective(line))
            {
                isInputGiven |= line[0].Text == "input";
                NoteNames(line, Places(line), 1, line.Count, isVector: line[0].Text == "input");
                continue;
            }

            int start = 0;
            Place[] places = Places(line);
            for (int i = 0; i < line.Count; i++)
            {
                if (line[i].Kind == TokenKind.Equals)
                {
                    NoteNames(line, places, start, i, isVector: true);
                }

                if (line[i].Kind is TokenKind.Equals or TokenKind.Comma or TokenKind.Semicolon or TokenKind.Words || line[i].Gap == Gap.Wide)
                {
                    // In [i, f] = … a comma begins no equation.
                    start = line[i].Kind is TokenKind.Comma or TokenKind.Semicolon && line[start].Kind is TokenKind.OpenSquare or TokenKind.OpenRound ? start
                        : line[i].Gap == Gap.Wide && line[i].Kind is not (TokenKind.Comma or TokenKind.Semicolon or TokenKind.Words or TokenKind.Equals) ? i : i + 1;
                }

                NoteUnderscore(line, i);
            }
        }

        if (!isInputGiven)
        {
            vectors.Add("x");
        }
    }

    /// <summary>Cuts the runs of a text in LaTeX.</summary>
    public static void Split(SourceText source, string timeLetter, List<List<Token>> lines)
    {
        LetterRuns runs = new(source, timeLetter, lines);
        foreach (List<Token> line in lines)
        {
            if (!DirectiveParser.IsDirective(line))
            {
                runs.Split(line);
            }
        }
    }

    private static string Base(string name)
    {
        int end = name.IndexOf('_', StringComparison.Ordinal);
        return end > 0 ? name[..end] : name;
    }

    private void NoteNames(List<Token> line, Place[] places, int start, int end, bool isVector)
    {
        for (int i = start; i < end; i++)
        {
            if (line[i].Kind == TokenKind.Name && places[i] is Place.Free or Place.Dressed)
            {
                string name = Base(line[i].Text);
                (name.Length == 1 && isVector ? vectors : named).Add(name);
            }
        }
    }

    private void NoteUnderscore(List<Token> line, int i)
    {
        string name = line[i].Text;
        if (line[i].Kind != TokenKind.Name)
        {
            return;
        }

        if (i >= 2 && line[i - 2].Kind == TokenKind.Name && line[i - 1].Kind == TokenKind.Underscore)
        {
            underscored.Add(line[i - 2].Text + name);
        }
        else if (i >= 3 && line[i - 3].Kind == TokenKind.Name && line[i - 2].Kind == TokenKind.Underscore && line[i - 1].Kind == TokenKind.OpenBrace)
        {
            underscored.Add(line[i - 3].Text + name);
        }
        else if (name.Length > 2 && name[^2] == '_')
        {
            underscored.Add(name.Remove(name.Length - 2, 1));
        }
    }

    /// <summary>What each token of a line is part of.</summary>
    private static Place[] Places(List<Token> line)
    {
        Place[] places = new Place[line.Count];
        Stack<Place> groups = new();
        for (int i = 0; i < line.Count; i++)
        {
            Place around = groups.TryPeek(out Place outer) ? outer : Place.Free;
            Place before = i == 0 ? Place.Free : line[i - 1].Kind switch
            {
                TokenKind.Underscore or TokenKind.Caret => Place.Index,
                TokenKind.Dress or TokenKind.Style => Place.Dressed,
                _ => Place.Free,
            };
            places[i] = around == Place.Index ? Place.InIndex : before == Place.Free ? around : before;
            if (line[i].Kind == TokenKind.OpenBrace)
            {
                groups.Push(places[i] == Place.InIndex ? Place.Index : places[i]);
            }
            else if (line[i].Kind == TokenKind.CloseBrace)
            {
                groups.TryPop(out _);
            }
        }

        return places;
    }

    private void Split(List<Token> line)
    {
        Place[] places = Places(line);
        List<Token> split = new(line.Count);
        for (int i = 0; i < line.Count; i++)
        {
            if (line[i].Kind == TokenKind.Name && line[i].Text.Length > 1 && places[i] is Place.Free or Place.Index)
            {
                Cut(line, i, places[i] == Place.Index, split);
            }
            else
            {
                split.Add(line[i]);
            }
        }

        line.Clear();
        line.AddRange(split);
    }

    private void Cut(List<Token> line, int i, bool isIndex, List<Token> split)
    {
        Token token = line[i];
        string text = token.Text;
        List<(int Start, int End)>? pieces = source[token.Span] == text ? Pieces(text) : null;
        if (pieces is null || pieces.Count < 2 || IsWhole(text))
        {
            split.Add(token);
            return;
        }

        string spaced = string.Join(' ', pieces.Select(piece => text[piece.Start..piece.End]));
        if (!isIndex && !IsTime(line, i + 1) && text.All(char.IsAsciiLetterUpper) && !underscored.Contains(text))
        {
            throw new EquationException(
                source, token.Span, $"`{text}` can be read in two ways", $"a product: write `{spaced}`; one name: write `\\text{{{text}}}`");
        }

        string last = text[pieces[^1].Start..pieces[^1].End];
        bool hasTime = last.Length == 3 && last[2..] == timeLetter;
        bool isMarked = hasTime || IsTime(line, i + 1);
        bool isVector = vectors.Contains(last[..1]) && (last.Length == 1 || hasTime);
        int first = isIndex ? 1 : 0;
        bool isProduct = pieces[first..^1].TrueForAll(piece => char.IsAsciiLetterUpper(text[piece.Start]) || piece.End - piece.Start > 1 || vectors.Contains(text[piece.Start..piece.End]));
        if (!isVector || !isProduct || (!isMarked && underscored.Contains(text.Replace("_", string.Empty, StringComparison.Ordinal))))
        {
            split.Add(token);
            return;
        }

        bool isMatrix = char.IsAsciiLetterUpper(text[0]) || pieces[0].End - pieces[0].Start > 1;
        if (!isMarked && isMatrix && !isIndex && (last != "x" || text.Contains('_', StringComparison.Ordinal)))
        {
            string stem = Base(text);
            string index = text[(stem.Length == text.Length ? 1 : stem.Length + 1)..];
            throw new EquationException(
                source, token.Span, $"`{text}` can be read in two ways", $"a product: write `{spaced}`; one name: write `{(stem.Length == text.Length ? text[..1] : stem)}_{{{index}}}`");
        }

        foreach ((int start, int end) in pieces)
        {
            split.Add(new Token(TokenKind.Name, text[start..end], new SourceSpan(token.Span.Start + start, token.Span.Start + end), start == 0 ? token.Gap : Gap.None));
        }
    }

    /// <summary>Whether a run is one name: a function, or what stands on a left side or in a directive.</summary>
    private bool IsWhole(string text) => FunctionCatalog.Find(text) is not null || (Base(text) is { Length: > 1 } stem && (named.Contains(stem) || FunctionCatalog.Find(stem) is not null));

    /// <summary>Whether a time begins at a token.</summary>
    private bool IsTime(List<Token> line, int at)
    {
        Token first = line[at];
        bool isMark = first.Kind is TokenKind.Underscore or TokenKind.Caret || (first.Gap == Gap.None && first.Kind is TokenKind.OpenSquare or TokenKind.OpenRound or TokenKind.OpenAngle);
        for (int i = at + 1; isMark && i < Math.Min(at + 4, line.Count); i++)
        {
            if (line[i].Kind == TokenKind.Name)
            {
                return line[i].Text == timeLetter;
            }

            isMark = line[i].Kind is TokenKind.OpenBrace or TokenKind.OpenRound or TokenKind.OpenSquare or TokenKind.OpenAngle;
        }

        return false;
    }

    /// <summary>The letters of a run, each with an index of one letter or digit where it has one; null where it is no such run.</summary>
    private static List<(int Start, int End)>? Pieces(string text)
    {
        List<(int, int)> pieces = [];
        for (int i = 0; i < text.Length;)
        {
            int end = i + 2 < text.Length && text[i + 1] == '_' ? i + 3 : i + 1;
            if (!char.IsAsciiLetter(text[i]) || !char.IsAsciiLetterOrDigit(text[end - 1]))
            {
                return null;
            }

            pieces.Add((i, end));
            i = end;
        }

        return pieces;
    }

    private enum Place
    {
        Free,

        /// <summary>Directly behind <c>_</c> or <c>^</c>.</summary>
        Index,

        /// <summary>In the braces of an index.</summary>
        InIndex,

        /// <summary>Under an accent or in a typeface.</summary>
        Dressed,
    }
}
