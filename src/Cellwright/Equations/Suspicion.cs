namespace Cellwright.Equations;

/// <summary>Refuses names that would be parameters only because nobody defined them (LANGUAGE rule 4).</summary>
internal sealed class Suspicion(SourceText source, NameTable names, string timeLetter)
{
    private static readonly string[] Reserved = ["x", "y", "dy", "lengths"];
    private static readonly string[] PreviousWords = ["prev", "previous", "old", "last"];

    private string[] known = [];

    /// <summary>The key of the signal or input that a name was probably meant to be; case and dress count least.</summary>
    private static string? NearestSignal(NameTable names, string text)
    {
        string[] signals = [.. names.All.Where(definition => definition.IsSignal).Select(definition => definition.Key)];
        string key = NameTable.KeyOf(text);
        string bare = Bare(text);
        return signals.FirstOrDefault(signal => signal.Equals(key, StringComparison.OrdinalIgnoreCase))
            ?? signals.FirstOrDefault(signal => Bare(names.Canonical(signal, false)).Equals(bare, StringComparison.OrdinalIgnoreCase))
            ?? Spelling.Nearest(key, signals);
    }

    /// <summary>Whether a name is a capital letter and a signal written without a space, as in <c>Wx</c> for <c>W x</c>.</summary>
    public static bool IsUnspacedProduct(NameTable names, string text) =>
        text.Length > 1 && char.IsUpper(text[0]) && char.IsLetter(text[1]) && names.Find(text[1..]) is { IsSignal: true };

    /// <summary>A suggestion of the nearest signal, or null.</summary>
    public static string? Suggest(NameTable names, string text) =>
        IsUnspacedProduct(names, text) ? $"for the matrix `{text[0]}` times `{text[1..]}`, leave a space between them"
        : NearestSignal(names, text) is { } nearest ? $"did you mean `{names.Canonical(nearest, false)}`?" : null;

    public void Check(IReadOnlyList<Definition> parameters, IReadOnlyList<Mention> mentions)
    {
        known = [.. Functions(), .. names.All.Where(definition => definition.IsSignal).Select(definition => names.Canonical(definition.Key, false))];
        ILookup<string, Mention> byKey = mentions.ToLookup(mention => NameTable.KeyOf(mention.Name.Text));
        foreach (Definition parameter in parameters)
        {
            Mention first = byKey[parameter.Key].First();
            if (Reserved.Contains(parameter.Key))
            {
                throw Error(
                    first,
                    $"no equation computes `{parameter.Key}`, and a parameter may not be called so",
                    parameter.Key == "x" ? "say `input x` if it is an input" : "give the parameter another name");
            }

            if (parameter.Declaration != Declaration.None)
            {
                continue;
            }

            CheckTime(first);
            CheckPrevious(first);
            CheckCall(first, byKey[parameter.Key]);
            CheckNear(first);
        }
    }

    private static string Bare(string text)
    {
        string bare = text;
        foreach (string dress in (ReadOnlySpan<string>)["_tilde", "_hat", "_bar", "_dot", "_cal", "_prime"])
        {
            bare = bare.Replace(dress, string.Empty, StringComparison.Ordinal);
        }

        return NameTable.KeyOf(bare);
    }

    private EquationException Error(Mention mention, string problem, string? suggestion) => new(source, mention.Name.Span, problem, suggestion);

    private bool IsSignal(string text) => names.Find(text) is { IsSignal: true };

    private void CheckTime(Mention mention)
    {
        string text = mention.Name.Text;
        if (text == timeLetter)
        {
            throw Error(mention, $"`{text}` counts the steps and has no value here", $"if it is a parameter, say `param {text}`");
        }

        if (text.Length > timeLetter.Length && text.EndsWith(timeLetter, StringComparison.Ordinal) && IsSignal(text[..^timeLetter.Length]))
        {
            throw Error(mention, $"nothing computes `{text}`", $"did you mean `{text[..^timeLetter.Length]}_{timeLetter}`? If it is a parameter, say `param {text}`");
        }

        if (text == "pi")
        {
            throw Error(mention, "`pi` can be read in two ways", "the number: define `pi = 3.14159265358979`; a parameter: say `param pi`, or write `p_i`");
        }
    }

    private void CheckPrevious(Mention mention)
    {
        string text = mention.Name.Text;
        if (mention.Name.IsPrimed)
        {
            string stem = text.Replace("_prime", string.Empty, StringComparison.Ordinal);
            string written = source[mention.Name.Span];
            throw IsSignal(stem)
                ? Error(mention, $"nothing computes `{written}`, the primed form of `{stem}`", $"for the step before write `{stem}[{timeLetter}-1]`")
                : Error(mention, $"`{written}` can be read in two ways", $"transposed: `{stem}^T`; another parameter: say `param {stem}_prime` and write `{stem}_prime`");
        }

        int end = text.LastIndexOf('_');
        if (end > 0 && PreviousWords.Contains(text[(end + 1)..]) && IsSignal(text[..end]))
        {
            throw Error(mention, $"nothing computes `{text}`", $"for the step before write `{text[..end]}[{timeLetter}-1]`; if it is a parameter, say `param {text}`");
        }

        int superscript = text.IndexOf('^', StringComparison.Ordinal);
        if (superscript > 0 && IsSignal(text[..superscript]))
        {
            throw Error(
                mention, $"`{text}` can be read in two ways", $"a power: `({text[..superscript]})^({text[(superscript + 1)..]})`; a parameter of this name: say `param {text}`");
        }
    }

    /// <summary>A small letter that stands only before brackets looks like a function nobody defined.</summary>
    private void CheckCall(Mention mention, IEnumerable<Mention> all)
    {
        string text = mention.Name.Text;
        if ((char.IsAsciiLetterLower(text[0]) || Greek.Prefix(text) is not null) && all.All(one => one.IsBeforeBracket))
        {
            string? nearest = Spelling.Nearest(text, Functions());
            throw Error(
                mention,
                $"nothing defines the function `{text}`",
                Subscripted(text) ?? (nearest is null ? $"define it, as `{text} = tanh` or `{text}(u) = …`; if it is a parameter, say `param {text}`" : $"did you mean `{nearest}`? If it is a parameter, say `param {text}`"));
        }
    }

    /// <summary>σ_g: a function with an index is to be defined by the one without.</summary>
    private static string? Subscripted(string text) =>
        text.IndexOf('_', StringComparison.Ordinal) is > 0 and int end && FunctionCatalog.Find(text[..end]) is { } function
            ? $"define it: `{text} = {function.Text}`"
            : null;

    private void CheckNear(Mention mention)
    {
        string text = mention.Name.Text;
        string key = NameTable.KeyOf(text);
        if (names.SplitSubscript(key) is { } parts && IsSignal(parts.Subscript))
        {
            return;
        }

        string? near = known.FirstOrDefault(candidate => IsNear(text, candidate));
        if (near is not null)
        {
            throw Error(mention, $"nothing defines `{text}`", $"did you mean `{near}`? If it is a parameter, say `param {text}`");
        }
    }

    private IEnumerable<string> Functions() =>
        FunctionCatalog.Spellings.Concat(names.All.Where(definition => definition.Kind == DefinitionKind.Function).Select(definition => names.Canonical(definition.Key, false)));

    /// <summary>
    /// Whether two names of four letters or more differ by case, or by one edit within a part of four letters or more:
    /// b_tilde beside c_tilde is meant, and so are two Greek letters.
    /// </summary>
    private static bool IsNear(string text, string candidate)
    {
        if (text.Length < 4 || Math.Abs(text.Length - candidate.Length) > 1)
        {
            return false;
        }

        if (text.Equals(candidate, StringComparison.OrdinalIgnoreCase))
        {
            return text.Count(char.IsAsciiLetter) >= 4;
        }

        string[] left = text.Split('_');
        string[] right = candidate.Split('_');
        if (left.Length != right.Length)
        {
            return false;
        }

        int[] different = [.. Enumerable.Range(0, left.Length).Where(i => left[i] != right[i])];
        return different.Length == 1
            && left[different[0]].Length >= 4
            && !(Greek.IsWord(left[different[0]]) && Greek.IsWord(right[different[0]]))
            && Spelling.Distance(left[different[0]], right[different[0]]) <= 1;
    }
}
