using System.Text.RegularExpressions;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Tests.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>Equations as papers, courses and notes write them are the cells of their plain-text forms.</summary>
public class CorpusTests
{
    /// <summary>What papers write, and how to find it in a snippet.</summary>
    private static readonly (string Construct, string Pattern)[] Constructs =
    [
        ("a formula between dollars", @"(?<!\$)\$(?!\$)"),
        ("a display", @"\$\$|\\\["),
        ("aligned", @"\\begin\{aligned\}"),
        ("align", @"\\begin\{align\*?\}"),
        ("equation", @"\\begin\{equation\}"),
        ("an array of equations", @"\\begin\{(eqnarray|array|cases)\}[^c]*="),
        ("alignment and rows", @"&=[^\n]*\\\\"),
        ("a column of names", @"\\begin\{([pb]matrix|array)\}(\{c\})? [ifog]"),
        ("a column of functions", @"matrix\} \\sigma|\{c\} \\mathrm\{sigm"),
        ("a tilde", @"\\(wide)?tilde"),
        ("a hat", @"\\hat"),
        ("a bar", @"\\bar|\\overline"),
        ("bold", @"\\mathbf"),
        ("bold symbols", @"\\boldsymbol"),
        ("roman", @"\\mathrm"),
        ("text", @"\\text\{"),
        ("an old switch of typeface", @"\{\\(bf|rm)"),
        ("a Greek gate", @"\\Gamma_u"),
        ("a fraction", @"\\[td]?frac"),
        ("a gate as superscript", @"\^\{?[zrn]\}?"),
        ("superscript and subscript", @"W\^\{[zn]\}_\{ih\}"),
        ("a number in brackets as superscript", @"W\^\{\([12]\)\}"),
        ("a transposed name", @"\^T|\^\\top|\^\{\\mathrm\{T\}\}|ᵀ"),
        ("\\odot", @"\\odot"),
        ("\\circ", @"\\circ"),
        ("\\cdot", @"\\cdot"),
        ("\\times", @"\\times"),
        ("a star", @" \* "),
        ("a named operator", @"\\operatorname"),
        ("\\left( \\right)", @"\\left\("),
        ("brackets of a size", @"\\[bB]ig[lr]?[(\[]"),
        ("a thin space", @"\\,"),
        ("a concatenation with a semicolon", @"\[h_\{t-1\}; x_t\]"),
        ("a concatenation with a comma", @"\[h_\{t-1\}, x_t\]"),
        ("^{<t>}", @"\^\{<t>\}"),
        ("^{\\langle t-1 \\rangle}", @"\\langle ?t-1 ?\\rangle"),
        ("^{(t)}", @"\^\{\(t\)\}"),
        ("a layer beside the time", @"<t-1>\[i\]|\[l\]\\langle"),
        ("_{(t-1)}", @"_\{\(t-1\)\}"),
        ("a system from t to t+1", @"[tnk]\+1"),
        ("\\quad", @"\\q?quad"),
        ("a comma behind an equation", @"[)ct], ?(\\\\|\\label|\\tag|&|\n)"),
        ("a full stop behind an equation", @"[)t]\. ?(\\label|\n|\$)"),
        ("a number at the margin", @"(&|\\qquad) \(\d\)"),
        ("a label", @"\\label\{"),
        ("a tag", @"\\tag\{"),
        ("Unicode subscripts", "ₜ₋₁"),
        ("a prime", "h['′]"),
        ("where", @"\bwhere\b"),
        ("steps from 1 to T", @"t = 1, \\l?dots"),
        ("letters side by side", @"[WU](_[a-z])?[xh]_"),
        ("mathematical alphabets", @"[\uD835]"),
        ("space between rows", @"\\\\\[4pt\]|\\\\\[2pt\]"),
    ];

    public static TheoryData<string> Titles => [.. Snippets.All.Select(snippet => snippet.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_snippet_is_the_cell_of_its_plain_text(string title)
    {
        Snippet snippet = Snippets.All.Single(one => one.Title == title);
        string read = Signature(snippet.Text);
        string plain = Signature(snippet.Plain);
        (read == plain).ShouldBeTrue($"{snippet.Text}\nis\n{read}\nand its plain text\n{plain}");
    }

    [Fact]
    public void There_are_snippets_enough() => Snippets.All.Count.ShouldBeGreaterThanOrEqualTo(60);

    [Fact]
    public void Every_construct_stands_in_two_snippets_or_more()
    {
        string[] rare = [.. Constructs.Where(construct => Snippets.All.Count(snippet => Regex.IsMatch(snippet.Text, construct.Pattern)) < 2).Select(construct => construct.Construct)];
        rare.ShouldBeEmpty(string.Join('\n', rare));
    }

    // The order of signals and parameters follows the writing, so it does not count here.
    private static string Signature(string text)
    {
        try
        {
            return string.Join('\n', GraphSignature.Of(Cell.Parse(text).Graph).Split('\n').Order(StringComparer.Ordinal));
        }
        catch (EquationException error)
        {
            return error.Message;
        }
    }
}
