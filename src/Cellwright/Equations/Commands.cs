using System.Collections.Frozen;

namespace Cellwright.Equations;

/// <summary>What the commands of TeX stand for, as far as they are one token each.</summary>
internal static class Commands
{
    private static readonly FrozenDictionary<string, (TokenKind Kind, string Text)> Table = new Dictionary<string, (TokenKind, string)>
    {
        ["cdot"] = (TokenKind.Dot, "·"),
        ["odot"] = (TokenKind.Elementwise, "⊙"),
        ["circ"] = (TokenKind.Elementwise, "⊙"),
        ["times"] = (TokenKind.Elementwise, "⊙"),
        ["ast"] = (TokenKind.Star, "*"),
        ["langle"] = (TokenKind.OpenAngle, "<"),
        ["rangle"] = (TokenKind.CloseAngle, ">"),
        ["lbrack"] = (TokenKind.OpenSquare, "["),
        ["rbrack"] = (TokenKind.CloseSquare, "]"),
        ["top"] = (TokenKind.Transpose, "T"),
        ["intercal"] = (TokenKind.Transpose, "T"),
        ["prime"] = (TokenKind.Prime, "'"),
        ["tilde"] = (TokenKind.Dress, "tilde"),
        ["widetilde"] = (TokenKind.Dress, "tilde"),
        ["hat"] = (TokenKind.Dress, "hat"),
        ["widehat"] = (TokenKind.Dress, "hat"),
        ["bar"] = (TokenKind.Dress, "bar"),
        ["overline"] = (TokenKind.Dress, "bar"),
        ["dot"] = (TokenKind.Dress, "dot"),
        ["mathcal"] = (TokenKind.Dress, "cal"),
        ["mathbf"] = (TokenKind.Style, "bf"),
        ["boldsymbol"] = (TokenKind.Style, "bf"),
        ["bm"] = (TokenKind.Style, "bf"),
        ["mathrm"] = (TokenKind.Style, "rm"),
        ["mathit"] = (TokenKind.Style, "it"),
        ["text"] = (TokenKind.Style, "rm"),
        ["textrm"] = (TokenKind.Style, "rm"),
        ["operatorname"] = (TokenKind.Style, "rm"),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Spaces =
        FrozenSet.Create("left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "limits", "nolimits");

    private static readonly FrozenSet<string> WideSpaces = FrozenSet.Create("quad", "qquad");

    private static readonly FrozenSet<string> EnvironmentsOfEquations =
        FrozenSet.Create("aligned", "align", "gathered", "gather", "split", "equation", "eqnarray", "multline");

    /// <summary>Whether an environment, starred or not, holds equations and nothing else.</summary>
    public static bool IsEnvironmentOfEquations(string name) => EnvironmentsOfEquations.Contains(name.EndsWith('*') ? name[..^1] : name);

    public static bool IsSpace(string command) => Spaces.Contains(command);

    public static bool IsWideSpace(string command) => WideSpaces.Contains(command);

    /// <summary>The known command nearest to one that is not, or null.</summary>
    public static string? Nearest(string command) => Spelling.Nearest(command, Table.Keys.Concat(Greek.LowerCaseWords).Concat(FunctionCatalog.Spellings));

    /// <summary>The token of a command: a table entry, a Greek letter or a function.</summary>
    public static (TokenKind Kind, string Text)? Token(string command)
    {
        if (Table.TryGetValue(command, out (TokenKind, string) token))
        {
            return token;
        }

        string letter = command.StartsWith("var", StringComparison.Ordinal) ? command[3..] : command;
        return Greek.IsWord(letter) ? (TokenKind.Name, letter)
            : FunctionCatalog.Find(command) is not null ? (TokenKind.Name, command)
            : null;
    }
}
