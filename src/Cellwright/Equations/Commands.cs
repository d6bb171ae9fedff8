using System.Collections.Frozen;

namespace Cellwright.Equations;

/// <summary>What the commands of TeX stand for, as far as they are one token each.</summary>
internal static class Commands
{
    private static readonly FrozenDictionary<string, (TokenKind Kind, string Text)> Table = new Dictionary<string, (TokenKind, string)>
    {
        ["cdot"] = (TokenKind.Dot, "·"),
        ["cdotp"] = (TokenKind.Dot, "·"),
        ["bullet"] = (TokenKind.Dot, "·"),
        ["odot"] = (TokenKind.Elementwise, "⊙"),
        ["circ"] = (TokenKind.Elementwise, "⊙"),
        ["times"] = (TokenKind.Elementwise, "⊙"),
        ["ast"] = (TokenKind.Star, "*"),
        ["star"] = (TokenKind.Star, "*"),
        ["div"] = (TokenKind.Slash, "/"),
        ["frac"] = (TokenKind.Fraction, "frac"),
        ["dfrac"] = (TokenKind.Fraction, "frac"),
        ["tfrac"] = (TokenKind.Fraction, "frac"),
        ["leftarrow"] = (TokenKind.Equals, "="),
        ["gets"] = (TokenKind.Equals, "="),
        ["coloneqq"] = (TokenKind.Equals, "="),
        ["triangleq"] = (TokenKind.Equals, "="),
        ["langle"] = (TokenKind.OpenAngle, "<"),
        ["lt"] = (TokenKind.OpenAngle, "<"),
        ["rangle"] = (TokenKind.CloseAngle, ">"),
        ["gt"] = (TokenKind.CloseAngle, ">"),
        ["lbrack"] = (TokenKind.OpenSquare, "["),
        ["rbrack"] = (TokenKind.CloseSquare, "]"),
        ["lbrace"] = (TokenKind.OpenBrace, "{"),
        ["rbrace"] = (TokenKind.CloseBrace, "}"),
        ["top"] = (TokenKind.Transpose, "T"),
        ["intercal"] = (TokenKind.Transpose, "T"),
        ["prime"] = (TokenKind.Prime, "'"),
        ["ldots"] = (TokenKind.Dots, "…"),
        ["dots"] = (TokenKind.Dots, "…"),
        ["dotsc"] = (TokenKind.Dots, "…"),
        ["cdots"] = (TokenKind.Dots, "…"),
        ["tilde"] = (TokenKind.Dress, "tilde"),
        ["widetilde"] = (TokenKind.Dress, "tilde"),
        ["hat"] = (TokenKind.Dress, "hat"),
        ["widehat"] = (TokenKind.Dress, "hat"),
        ["bar"] = (TokenKind.Dress, "bar"),
        ["overline"] = (TokenKind.Dress, "bar"),
        ["dot"] = (TokenKind.Dress, "dot"),
        ["mathcal"] = (TokenKind.Dress, "cal"),
        ["mathscr"] = (TokenKind.Dress, "cal"),
        ["cal"] = (TokenKind.Dress, "cal"),
        ["mathbf"] = (TokenKind.Style, "bf"),
        ["mathbb"] = (TokenKind.Style, "bf"),
        ["boldsymbol"] = (TokenKind.Style, "bf"),
        ["bm"] = (TokenKind.Style, "bf"),
        ["pmb"] = (TokenKind.Style, "bf"),
        ["bf"] = (TokenKind.Style, "bf"),
        ["vec"] = (TokenKind.Style, "bf"),
        ["mathrm"] = (TokenKind.Style, "rm"),
        ["mathsf"] = (TokenKind.Style, "rm"),
        ["mathtt"] = (TokenKind.Style, "rm"),
        ["mathnormal"] = (TokenKind.Style, "rm"),
        ["mathit"] = (TokenKind.Style, "it"),
        ["text"] = (TokenKind.Style, "rm"),
        ["textrm"] = (TokenKind.Style, "rm"),
        ["textbf"] = (TokenKind.Style, "bf"),
        ["textit"] = (TokenKind.Style, "it"),
        ["texttt"] = (TokenKind.Style, "rm"),
        ["textsf"] = (TokenKind.Style, "rm"),
        ["mbox"] = (TokenKind.Style, "rm"),
        ["rm"] = (TokenKind.Style, "rm"),
        ["it"] = (TokenKind.Style, "it"),
        ["operatorname"] = (TokenKind.Style, "rm"),
        ["ell"] = (TokenKind.Name, "l"),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Sizes = FrozenSet.Create(
        "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "bigm", "Bigl", "Bigr", "Bigm", "biggl", "biggr", "Biggl", "Biggr");

    private static readonly FrozenSet<string> Spaces = FrozenSet.Create(
        "displaystyle", "textstyle", "limits", "nolimits", "thinspace", "enspace", "nonumber", "notag", "noindent", "mathstrut", "allowbreak", "nobreak");

    private static readonly FrozenSet<string> WideSpaces = FrozenSet.Create("quad", "qquad", "hfill");

    private static readonly FrozenSet<string> Unprinted = FrozenSet.Create(
        "label", "tag", "eqno", "hspace", "vspace", "phantom", "hphantom", "vphantom", "color", "textcolor", "footnote", "eqref", "ref", "cite");

    private static readonly FrozenSet<string> Texts = FrozenSet.Create("text", "textrm", "textit", "textbf", "mbox", "mathrm", "intertext", "shortintertext");

    private static readonly FrozenSet<string> EnvironmentsOfEquations = FrozenSet.Create(
        "aligned", "align", "alignat", "flalign", "gathered", "gather", "split", "equation", "subequations", "eqnarray", "multline", "multlined", "dmath", "displaymath", "math", "IEEEeqnarray");

    private static readonly FrozenSet<string> EnvironmentsOfColumns = FrozenSet.Create("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "array");

    private static readonly FrozenDictionary<string, (string Problem, string Suggestion)> Refused = new Dictionary<string, (string, string)>
    {
        ["sum"] = ("sums over an index are not in the language", "write the sum as a product of vectors and matrices, such as `W x`"),
        ["prod"] = ("products over an index are not in the language", "write the factors out"),
        ["otimes"] = ("`⊗` may be an elementwise or an outer product", "elementwise: write `*` or `⊙`"),
        ["oplus"] = ("`⊕` may be a sum or a concatenation", "a sum: `a + b`; a concatenation: `[a, b]`"),
        ["in"] = ("`∈` is not read: shapes follow from the equations", "leave this out, and where a width is not `hidden` say `width s = 64`"),
        ["forall"] = ("`∀` is not read: an equation holds in every step", "leave this out"),
        ["partial"] = ("derivatives are not written: the gradients of a cell are derived from its equations", "leave this line out"),
        ["lVert"] = ("norms of vectors are not in the language", "a layer normalisation is `norm(v)`"),
        ["lvert"] = ("bars are not read", "an absolute value is `abs(v)`"),
    }.ToFrozenDictionary();

    /// <summary>Whether an environment, starred or not, holds equations and nothing else.</summary>
    public static bool IsEnvironmentOfEquations(string name) => EnvironmentsOfEquations.Contains(name.TrimEnd('*'));

    /// <summary>Whether an environment holds a column of names or expressions: a stacked vector.</summary>
    public static bool IsEnvironmentOfColumns(string name) => EnvironmentsOfColumns.Contains(name);

    /// <summary>Whether a command only says how large the bracket behind it is.</summary>
    public static bool IsSize(string command) => Sizes.Contains(command);

    public static bool IsSpace(string command) => Spaces.Contains(command);

    public static bool IsWideSpace(string command) => WideSpaces.Contains(command);

    /// <summary>Whether the argument in braces behind a command says nothing about the equation.</summary>
    public static bool HasUnreadArgument(string command) => Unprinted.Contains(command);

    /// <summary>Whether what stands in the braces behind a command may be prose.</summary>
    public static bool MayHoldProse(string command) => Texts.Contains(command);

    /// <summary>Why a command that papers have is not read, or null.</summary>
    public static (string Problem, string Suggestion)? Refusal(string command) => Refused.TryGetValue(command, out (string, string) refusal) ? refusal : null;

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
