namespace Cellwright.Equations;

/// <summary>
/// The names of a cell. Two spellings mean the same name when they are equal without underscores (<c>Wf</c>,
/// <c>W_f</c>, <c>W_{f}</c>; <c>Γ_u</c>, <c>Gamma_u</c>). The canonical spelling is
/// <list type="number">
/// <item>the first spelling in the text that has an underscore, if there is one;</item>
/// <item>else, for a parameter, an underscore behind its base where the rest is plainly a subscript: behind a capital
/// letter, or one of b, p, u, v, w, when one or two small letters or digits follow (<c>Wf</c> → <c>W_f</c>,
/// <c>bih</c> → <c>b_ih</c>) or the name of a signal or input (<c>Wgate</c> → <c>W_gate</c>); behind a Greek word of
/// five letters or more in the same way (<c>Gammau</c> → <c>Gamma_u</c>);</item>
/// <item>else the name as it is written: <c>STM</c>, <c>beta</c>, <c>gate</c>, <c>lam</c>, <c>bias</c>.</item>
/// </list>
/// </summary>
internal sealed class NameTable(string timeLetter)
{
    private readonly Dictionary<string, Definition> definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> spellings = new(StringComparer.Ordinal);

    /// <summary>The definitions in the order they were added.</summary>
    public IReadOnlyCollection<Definition> All => definitions.Values;

    /// <summary>What two spellings of one name have in common.</summary>
    public static string KeyOf(string text) => text.Replace("_", string.Empty, StringComparison.Ordinal);

    public Definition? Find(string text) => definitions.GetValueOrDefault(KeyOf(text));

    public void Add(Definition definition) => definitions.Add(definition.Key, definition);

    /// <summary>Takes note of how a name is written.</summary>
    public void Note(string text)
    {
        string key = KeyOf(text);
        if (!spellings.TryGetValue(key, out List<string>? known))
        {
            spellings.Add(key, known = []);
        }

        if (!known.Contains(text))
        {
            known.Add(text);
        }
    }

    /// <summary>The name in canonical text form.</summary>
    public string Canonical(string key, bool isParameter)
    {
        List<string> known = spellings.GetValueOrDefault(key) ?? [key];
        string? marked = known.FirstOrDefault(spelling => spelling.Contains('_', StringComparison.Ordinal));
        return marked ?? (isParameter && SplitSubscript(known[0]) is var (letter, rest) && rest != timeLetter ? $"{letter}_{rest}" : known[0]);
    }

    /// <summary>A name without underscores as base and subscript, where it plainly has one.</summary>
    public (string Base, string Subscript)? SplitSubscript(string name)
    {
        if (Greek.IsWord(name))
        {
            return null;
        }

        int end = name.IndexOf('^', StringComparison.Ordinal);
        string stem = end < 0 ? name : name[..end];
        int length = Greek.Prefix(stem) is { Length: >= 5 } word ? word.Length
            : stem.Length > 0 && (char.IsAsciiLetterUpper(stem[0]) || stem[0] is 'b' or 'p' or 'u' or 'v' or 'w') ? 1
            : 0;
        string rest = stem[length..];
        bool isShort = rest.Length is 1 or 2 && rest.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
        return length > 0 && (isShort || (rest.Length > 0 && definitions.GetValueOrDefault(rest) is { IsSignal: true }))
            ? (stem[..length], name[length..])
            : null;
    }
}
