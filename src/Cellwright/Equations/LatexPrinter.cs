using System.Globalization;

namespace Cellwright.Equations;

/// <summary>Prints formulas as LaTeX that needs amsmath alone, with the time as a subscript.</summary>
/// <param name="timeLetter">The letter that counts the steps.</param>
/// <param name="brackets">Whether reading should be easy or nothing be left open.</param>
internal sealed class LatexPrinter(string timeLetter, Brackets brackets)
{
    // Capital Greek letters that look Latin have no command in LaTeX.
    private static readonly HashSet<string> WithoutCommand =
        ["Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau", "Chi", "omicron"];

    private static readonly HashSet<string> FunctionCommands = ["tanh", "exp", "log", "sin", "cos", "min", "max"];

    /// <summary>The equations in an <c>aligned</c> environment, a line each.</summary>
    public IEnumerable<string> Print(IReadOnlyList<EquationFormula> equations)
    {
        yield return @"\begin{aligned}";
        for (int i = 0; i < equations.Count; i++)
        {
            EquationFormula equation = equations[i].Bracketed(brackets);
            yield return $"{Print(equation.Left)} &= {Print(equation.Right)}{(i + 1 < equations.Count ? @" \\" : string.Empty)}";
        }

        yield return @"\end{aligned}";
    }

    public string Print(Formula formula)
    {
        switch (formula)
        {
            case NumberFormula number:
                return Number(number.Value);
            case NameFormula name:
                return Prefix(name.Prefix) + Name(name.Name, name.IsInitial ? Start(name.Name) : Time(name.Step));
            case SumFormula sum:
                return string.Concat(sum.Terms.Select((term, i) =>
                    (i, term.IsNegative) switch { (0, false) => string.Empty, (0, true) => "-", (_, false) => " + ", _ => " - " } + Print(term.Value)));
            case MultiplyFormula multiply:
                return $@"{Beside(multiply.Left)} {(multiply.HasNumber ? @"\times" : @"\odot")} {Beside(multiply.Right)}";
            case ScaledFormula scaled:
                return $@"{Print(scaled.Factor)} \, {Print(scaled.Value)}";
            case QuotientFormula quotient:
                return $@"\frac{{{Print(Bare(quotient.Left))}}}{{{Print(Bare(quotient.Right))}}}";
            case ProductFormula product:
                return $"{Print(product.Left)} {(Bracketing.NeedsDot(product) ? @"\cdot " : string.Empty)}{Print(product.Right)}";
            case PowerFormula power:
                return $"{Print(power.Base)}^{{{Print(Bare(power.Exponent))}}}";
            case TransposeFormula transpose:
                return $@"{Print(transpose.Inner)}^\top";
            case ListFormula list:
                return $@"\left[ {Join(list.Parts)} \right]";
            case CallFormula { Function: FunctionName.Sqrt, Name: "sqrt" } root:
                return $@"\sqrt{{{Print(root.Arguments[0])}}}";
            case CallFormula call:
                string function = call.Function is null ? OfTheCell(call.Name) : Function(call.Name);
                string inner = Join(call.Arguments);
                return IsTall(inner) ? $@"{function}\left( {inner} \right)" : $"{function}({inner})";
            case FunctionFormula named:
                return named.Function is null ? OfTheCell(named.Name) : Function(named.Name);
            case PartFunctionsFormula parts:
                return $@"\begin{{bmatrix}} {string.Join(@" \\ ", parts.Functions.Select(Print))} \end{{bmatrix}} \left( {Print(parts.Inner)} \right)";
            case GreaterFormula greater:
                return $"[{Print(greater.Left)} > {Print(greater.Right)}]";
            case TotalFormula total:
                return $@"\sum_{timeLetter} {Print(total.Inner)}";
            case SliceFormula slice:
                return $@"{Print(slice.Inner)}[{Bounds(slice.Rows ?? ":")}{(slice.Columns is null ? string.Empty : $@",\,{Bounds(slice.Columns)}")}]";
            case GroupFormula group:
                string content = Print(group.Inner);
                return IsTall(content) ? $@"\left( {content} \right)" : $"({content})";
            default:
                throw new ArgumentOutOfRangeException(nameof(formula));
        }
    }

    // The subscript holds both the name's own and the time.
    private string Name(string name, string? time)
    {
        PrintedName parts = PrintedName.Of(name);
        string letter = parts.Dresses.Reverse().Aggregate(Word(parts.Base), (inner, dress) => $@"\{(dress == "cal" ? "mathcal" : dress)}{{{inner}}}");
        List<string> low = [];
        List<string> subscripts = [.. parts.Subscripts];
        bool hasMark = parts.IsPrimed && time is not null;
        if (parts.IsPrimed && !hasMark)
        {
            // An unmarked name with a prime could be a transposed matrix.
            subscripts.Insert(0, "prime");
        }

        if (subscripts.Count > 1 && subscripts.All(part => part.Length == 1))
        {
            // a_{b,c} would be the name a_bc.
            low.Add(subscripts.AsEnumerable().Reverse().Aggregate((inner, part) => $"{part}_{(inner.Length == 1 ? inner : $"{{{inner}}}")}"));
        }
        else
        {
            low.AddRange(subscripts.Select(part => part == timeLetter ? $@"\mathrm{{{part}}}" : part.Length < 3 && !Greek.IsWord(part) ? part : Word(part)));
        }

        if (time is not null)
        {
            low.Add(time);
        }

        string subscript = string.Join(',', low);
        return letter + (hasMark ? "'" : string.Empty)
            + (low.Count == 0 ? string.Empty : subscript.Length == 1 ? $"_{subscript}" : $"_{{{subscript}}}")
            + (parts.Superscript is { } high ? $"^{{{(Greek.IsWord(high) ? Word(high) : high)}}}" : string.Empty);
    }

    /// <summary>A number without a power of ten, where that is not too long.</summary>
    internal static string Number(double value)
    {
        string text = TextPrinter.Number(value);
        bool isShort = text.Contains('E', StringComparison.Ordinal) && value is > 1e-12 and < 1e15;
        return isShort && (decimal)value is var whole && ((double)whole).Equals(value) ? whole.ToString(CultureInfo.InvariantCulture) : text;
    }

    private string? Time(int? step) => step switch
    {
        null => null,
        0 => timeLetter,
        { } shift => string.Create(CultureInfo.InvariantCulture, $"{timeLetter}{shift:+0;-0}"),
    };

    // h_{1,0} would be the name h_10, and h^z_0 a name of its own.
    private static string Start(string name) => name.Contains('^', StringComparison.Ordinal) || char.IsAsciiDigit(name[^1]) ? "(0)" : "0";

    private static string Prefix(string prefix) => prefix switch { "∂" => @"\partial ", "δ" => @"\delta ", _ => prefix };

    private static string Word(string word) =>
        word.Length == 1 ? word : word == DifferenceNames.StepSize ? @"\Delta t" : Greek.IsWord(word) && !WithoutCommand.Contains(word) ? $@"\{word}" : $@"\mathrm{{{word}}}";

    private static string OfTheCell(string name) => PrintedName.Of(name) is { Base.Length: > 1, Dresses: [], Subscripts: [], Superscript: null, IsPrimed: false } && !Greek.IsWord(name)
        ? $@"\operatorname{{{name}}}"
        : new LatexPrinter("t", Brackets.Few).Name(name, null);

    private static string Function(string name) => name switch
    {
        "sigmoid" => @"\sigma",
        _ when FunctionCommands.Contains(name) => $@"\{name}",
        _ => $@"\operatorname{{{FunctionCatalog.Upright(name)}}}",
    };

    private static Formula Bare(Formula formula) => formula is GroupFormula group ? group.Inner : formula;

    // A fraction needs no brackets of its own beside an operator.
    private string Beside(Formula formula) => Print(formula is GroupFormula { Inner: QuotientFormula quotient } ? quotient : formula);

    private string Join(IReadOnlyList<Formula> parts) => string.Join(", ", parts.Select(Print));

    private static bool IsTall(string latex) => latex.Contains(@"\frac", StringComparison.Ordinal) || latex.Contains(@"\sum", StringComparison.Ordinal);

    private static string Bounds(string range) => string.Join(':', range.Split(':').Select(bound => bound.Any(char.IsAsciiLetter) ? $@"\mathrm{{{bound}}}" : bound));
}
