using System.Globalization;
using System.Text;

namespace Cellwright.Equations;

/// <summary>Prints formulas as MathML Core, which browsers draw without help.</summary>
/// <param name="timeLetter">The letter that counts the steps.</param>
/// <param name="brackets">Whether reading should be easy or nothing be left open.</param>
internal sealed class MathmlPrinter(string timeLetter, Brackets brackets)
{
    private const string Namespace = "http://www.w3.org/1998/Math/MathML";

    /// <summary>The equations in a <c>math</c> element, aligned at the equals signs.</summary>
    public string Print(IEnumerable<EquationFormula> equations)
    {
        StringBuilder text = new();
        text.Append("<math xmlns=\"").Append(Namespace).Append("\" display=\"block\"><mtable displaystyle=\"true\" columnalign=\"right left\">");
        foreach (EquationFormula equation in equations.Select(equation => equation.Bracketed(brackets)))
        {
            text.Append("\n<mtr><mtd style=\"text-align: -webkit-right; padding-inline-end: 0\">").Append(Print(equation.Left))
                .Append("</mtd><mtd style=\"text-align: left; padding-inline-start: 0\"><mrow><mo>=</mo>").Append(Print(equation.Right)).Append("</mrow></mtd></mtr>");
        }

        return text.Append("\n</mtable></math>").ToString();
    }

    /// <summary>One equation on one line, without a <c>math</c> element around it.</summary>
    public string PrintEquation(EquationFormula equation)
    {
        EquationFormula bracketed = equation.Bracketed(brackets);
        return Row($"{Print(bracketed.Left)}<mo>=</mo>{Print(bracketed.Right)}");
    }

    /// <summary>Puts a <c>math</c> element around what was printed.</summary>
    public static string Element(string content) => $"<math xmlns=\"{Namespace}\">{content}</math>";

    public string Print(Formula formula) => formula switch
    {
        NumberFormula number => $"<mn>{LatexPrinter.Number(number.Value)}</mn>",
        NameFormula { Prefix.Length: > 0 } name => $"<mrow><mi>{name.Prefix}</mi>{Name(name.Name, Time(name))}</mrow>",
        NameFormula name => Name(name.Name, Time(name)),
        SumFormula sum => Row(string.Concat(sum.Terms.Select((term, i) => (i, term.IsNegative) switch
        {
            (0, false) => string.Empty,
            (0, true) => "<mo form=\"prefix\">−</mo>",
            (_, false) => "<mo>+</mo>",
            _ => "<mo>−</mo>",
        } + Print(term.Value)))),
        MultiplyFormula multiply => Row($"{Beside(multiply.Left)}<mo>{(multiply.HasNumber ? "×" : "⊙")}</mo>{Beside(multiply.Right)}"),
        ScaledFormula scaled => Row($"{Print(scaled.Factor)}{Thin}{Print(scaled.Value)}"),
        QuotientFormula quotient => $"<mfrac>{Print(Bare(quotient.Left))}{Print(Bare(quotient.Right))}</mfrac>",
        ProductFormula product => Row($"{Print(product.Left)}{Thin}{Print(product.Right)}"),
        PowerFormula power => $"<msup>{Print(power.Base)}{Print(Bare(power.Exponent))}</msup>",
        TransposeFormula transpose => $"<msup>{Print(transpose.Inner)}<mo>⊤</mo></msup>",
        ListFormula list => Fence("[", Join(list.Parts), "]"),
        CallFormula { Function: FunctionName.Sqrt } root => $"<msqrt>{Print(root.Arguments[0])}</msqrt>",
        CallFormula { Function: FunctionName.Abs } size => Fence("|", Print(size.Arguments[0]), "|"),
        CallFormula call => Row($"{(call.Function is null ? Name(call.Name, null) : Function(call.Name))}<mo>\u2061</mo>{Fence("(", Join(call.Arguments), ")")}"),
        FunctionFormula function => function.Function is null ? Name(function.Name, null) : Function(function.Name),
        PartFunctionsFormula parts => Row(Fence("[", $"<mtable>{string.Concat(parts.Functions.Select(function => $"<mtr><mtd>{Print(function)}</mtd></mtr>"))}</mtable>", "]") + Fence("(", Print(parts.Inner), ")")),
        GreaterFormula greater => Fence("[", $"{Print(greater.Left)}<mo>&gt;</mo>{Print(greater.Right)}", "]"),
        TotalFormula total => Row($"<munder><mo movablelimits=\"false\">∑</mo><mi>{timeLetter}</mi></munder>{Print(total.Inner)}"),
        SliceFormula slice => $"<msub>{Print(slice.Inner)}<mtext>[{Escape(slice.Rows ?? ":")}{(slice.Columns is null ? string.Empty : $", {Escape(slice.Columns)}")}]</mtext></msub>",
        GroupFormula group => Fence("(", Print(group.Inner), ")"),
        _ => throw new ArgumentOutOfRangeException(nameof(formula)),
    };

    private const string Thin = "<mspace width=\"0.17em\"/>";

    private static string Name(string name, string? time)
    {
        PrintedName parts = PrintedName.Of(name);
        string letter = parts.Dresses.Reverse().Aggregate(Word(parts.Base), Dress);
        List<string> low = [.. parts.Subscripts.Select(Word)];
        if (time is not null)
        {
            low.Add(time);
        }

        string subscript = Row(string.Join("<mo separator=\"true\">,</mo>", low));
        string superscript = Row((parts.IsPrimed ? "<mo>′</mo>" : string.Empty) + (parts.Superscript is { } high ? Superscript(high) : string.Empty));
        bool isRaised = parts.IsPrimed || parts.Superscript is not null;
        return (low.Count > 0, isRaised) switch
        {
            (true, true) => $"<msubsup>{letter}{subscript}{superscript}</msubsup>",
            (true, false) => $"<msub>{letter}{subscript}</msub>",
            (false, true) => $"<msup>{letter}{superscript}</msup>",
            _ => letter,
        };
    }

    private string? Time(NameFormula name) => name switch
    {
        { IsInitial: true } => "<mn>0</mn>",
        { Step: null } => null,
        { Step: 0 } => $"<mi>{timeLetter}</mi>",
        { Step: { } shift } => $"<mi>{timeLetter}</mi><mo>{(shift < 0 ? '−' : '+')}</mo><mn>{Math.Abs(shift).ToString(CultureInfo.InvariantCulture)}</mn>",
    };

    private static string Superscript(string high) => high.StartsWith('(') ? $"<mo>(</mo><mn>{high.Trim('(', ')')}</mn><mo>)</mo>" : Word(high);

    private static string Dress(string inner, string dress) => dress == "cal"
        ? $"<mi class=\"cal\" style=\"font-family: cursive\">{inner[(inner.IndexOf('>', StringComparison.Ordinal) + 1)..inner.IndexOf("</", StringComparison.Ordinal)]}</mi>"
        : $"<mover accent=\"true\">{inner}<mo stretchy=\"false\">{dress switch { "tilde" => "~", "hat" => "^", "bar" => "¯", _ => "˙" }}</mo></mover>";

    private static string Word(string word)
    {
        if (word.All(char.IsAsciiDigit))
        {
            return $"<mn>{word}</mn>";
        }

        if (word == DifferenceNames.StepSize)
        {
            return "<mrow><mi mathvariant=\"normal\">Δ</mi><mi>t</mi></mrow>";
        }

        // A single letter leans; a word, and a capital Greek letter, does not.
        return Greek.Letter(word) is { } letter
            ? char.IsUpper(letter) ? $"<mi mathvariant=\"normal\">{letter}</mi>" : $"<mi>{letter}</mi>"
            : $"<mi>{word}</mi>";
    }

    private static string Function(string name) => name == "sigmoid" ? "<mi>σ</mi>" : $"<mi>{FunctionCatalog.Upright(name)}</mi>";

    private static string Row(string content) => $"<mrow>{content}</mrow>";

    private static string Fence(string open, string content, string close) =>
        Row($"<mo fence=\"true\" form=\"prefix\">{open}</mo>{content}<mo fence=\"true\" form=\"postfix\">{close}</mo>");

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static Formula Bare(Formula formula) => formula is GroupFormula group ? group.Inner : formula;

    // A fraction needs no brackets of its own beside an operator.
    private string Beside(Formula formula) => Print(formula is GroupFormula { Inner: QuotientFormula quotient } ? quotient : formula);

    private string Join(IReadOnlyList<Formula> parts) => string.Join("<mo separator=\"true\">,</mo>", parts.Select(Print));
}
