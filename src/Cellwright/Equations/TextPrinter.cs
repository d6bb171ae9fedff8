using System.Globalization;

namespace Cellwright.Equations;

/// <summary>Prints formulas as plain text, as <c>.cell</c> files have it.</summary>
/// <param name="timeLetter">The letter that counts the steps.</param>
/// <param name="brackets">Whether reading should be easy or nothing be left open.</param>
internal sealed class TextPrinter(string timeLetter, Brackets brackets)
{
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public string Print(EquationFormula equation)
    {
        EquationFormula bracketed = equation.Bracketed(brackets);
        return $"{Print(bracketed.Left)} = {Print(bracketed.Right)}";
    }

    /// <summary>A formula that has no brackets yet.</summary>
    public string PrintWhole(Formula formula) => Print(Bracketing.Put(formula, brackets));

    public string Print(Formula formula) => formula switch
    {
        NumberFormula number => Number(number.Value),
        NameFormula name => $"{name.Prefix}{name.Name}{(name.IsInitial ? "[0]" : Time(name.Step))}",
        SumFormula sum => PrintSum(sum),
        MultiplyFormula multiply => $"{Print(multiply.Left)} {(multiply.HasNumber ? "*" : "⊙")} {Print(multiply.Right)}",
        ScaledFormula scaled => $"{Print(scaled.Factor)} {Print(scaled.Value)}",
        QuotientFormula quotient => $"{Print(quotient.Left)} / {Print(quotient.Right)}",
        ProductFormula product => $"{Print(product.Left)} {(Bracketing.NeedsDot(product) ? "· " : string.Empty)}{Print(product.Right)}",
        PowerFormula power => $"{Print(power.Base)}^{Exponent(power.Exponent)}",
        TransposeFormula transpose => $"{Print(transpose.Inner)}^T",
        ListFormula list => $"[{Join(list.Parts)}]",
        CallFormula call => $"{(call is { Function: FunctionName.Sigmoid, Name: "sigmoid" } && brackets == Brackets.Few ? "σ" : call.Name)}({Join(call.Arguments)})",
        FunctionFormula function => function.Name,
        PartFunctionsFormula parts => $"[{Join(parts.Functions)}] ({Print(parts.Inner)})",
        GreaterFormula greater => $"({Print(greater.Left)} > {Print(greater.Right)})",
        TotalFormula total => $"Σ {Print(total.Inner)}",
        SliceFormula slice => $"{Print(slice.Inner)}[{slice.Rows ?? ":"}{(slice.Columns is null ? string.Empty : $", {slice.Columns}")}]",
        GroupFormula group => $"({Print(group.Inner)})",
        _ => throw new ArgumentOutOfRangeException(nameof(formula)),
    };

    private string Time(int? step) => step switch
    {
        null or 0 => string.Empty,
        > 0 => string.Create(CultureInfo.InvariantCulture, $"[{timeLetter}+{step}]"),
        _ => string.Create(CultureInfo.InvariantCulture, $"[{timeLetter}{step}]"),
    };

    private string Join(IReadOnlyList<Formula> parts) => string.Join(", ", parts.Select(Print));

    private string PrintSum(SumFormula sum) => string.Concat(sum.Terms.Select((term, i) =>
        (i, term.IsNegative) switch { (0, false) => string.Empty, (0, true) => "-", (_, false) => " + ", _ => " - " } + Print(term.Value)));

    private string Exponent(Formula exponent)
    {
        string text = Print(exponent);
        return exponent is GroupFormula || text.Length == 1 ? text : $"{{{text}}}";
    }
}
