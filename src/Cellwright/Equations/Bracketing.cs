namespace Cellwright.Equations;

/// <summary>Puts brackets into formulas, so that every notation reads back as what was meant (LANGUAGE rules 6 and 7).</summary>
internal static class Bracketing
{
    public static Formula Put(Formula formula, Brackets brackets)
    {
        Formula Inside(Formula inner) => Put(inner, brackets);
        Formula Operand(Formula operand, bool isGrouped) =>
            (brackets == Brackets.All ? IsOperation(operand) : isGrouped) ? new GroupFormula(Inside(operand)) : Inside(operand);
        switch (formula)
        {
            case SumFormula sum:
                return new SumFormula([.. sum.Terms.Select(term => term with { Value = Operand(term.Value, term.Value is SumFormula) })]);
            case MultiplyFormula { IsScaling: true } scaling when brackets == Brackets.Few && !BeginsWithNumber(scaling.Right):
                return new ScaledFormula(Inside(scaling.Left), Operand(scaling.Right, scaling.Right is not ProductFormula { IsFromLeft: false } && IsLoose(scaling.Right)));
            case MultiplyFormula multiply:
                return multiply with
                {
                    Left = Operand(multiply.Left, multiply.Left is SumFormula or QuotientFormula || IsProduct(multiply.Left)),
                    Right = Operand(multiply.Right, multiply.Right is SumFormula or QuotientFormula || (multiply.Right is MultiplyFormula && !IsScaled(multiply.Right)) || IsProduct(multiply.Right)),
                };
            case QuotientFormula quotient:
                return new QuotientFormula(Operand(quotient.Left, quotient.Left is SumFormula || IsProduct(quotient.Left)), Operand(quotient.Right, IsLoose(quotient.Right)));
            case ProductFormula product:
                bool continues = !product.IsFromLeft && product.Right is ProductFormula { IsFromLeft: false };
                return product with { Left = Operand(product.Left, IsLoose(product.Left)), Right = Operand(product.Right, !continues && IsLoose(product.Right)) };
            case PowerFormula { Exponent: NumberFormula or SumFormula { Terms: [(true, NumberFormula)] } } power:
                return power with { Base = Raised(power.Base) };
            case PowerFormula power:
                return new PowerFormula(new GroupFormula(Inside(power.Base)), new GroupFormula(Inside(power.Exponent)));
            case TransposeFormula transpose:
                return new TransposeFormula(Raised(transpose.Inner));
            case ListFormula list:
                return new ListFormula([.. list.Parts.Select(Inside)]);
            case CallFormula call:
                return call with { Arguments = [.. call.Arguments.Select(Inside)] };
            case PartFunctionsFormula parts:
                return parts with { Inner = Inside(parts.Inner) };
            case GreaterFormula greater:
                return new GreaterFormula(Inside(greater.Left), Inside(greater.Right));
            case TotalFormula total:
                return new TotalFormula(Operand(total.Inner, total.Inner is SumFormula));
            case SliceFormula slice:
                return slice with { Inner = Operand(slice.Inner, slice.Inner is not NameFormula) };
            default:
                return formula;
        }

        // A name with a superscript, or what ends in one, is bracketed before another.
        Formula Raised(Formula inner) =>
            inner is TransposeFormula or NumberFormula or PowerFormula || IsOperation(inner) || (inner is NameFormula name && name.Name.Contains('^', StringComparison.Ordinal))
                ? new GroupFormula(Inside(inner))
                : Inside(inner);
    }

    /// <summary>Whether a product's left side would be taken for a function of the bracket behind it, but for a dot between.</summary>
    public static bool NeedsDot(ProductFormula product)
    {
        Formula left = product.Left;
        while (left is TransposeFormula transpose)
        {
            left = transpose.Inner;
        }

        return !product.IsFromLeft && BeginsWithBracket(product.Right) && left is NameFormula name && (!char.IsAsciiLetterUpper(name.Name[0]) || Greek.Prefix(name.Name) is not null);
    }

    private static bool IsOperation(Formula formula) =>
        formula is SumFormula or MultiplyFormula or QuotientFormula or ProductFormula or PowerFormula or TotalFormula;

    // Looser than what stands side by side.
    private static bool IsLoose(Formula formula) => formula is SumFormula or MultiplyFormula or QuotientFormula or ProductFormula or TotalFormula;

    private static bool IsScaled(Formula formula) => formula is MultiplyFormula { IsScaling: true, Right: not MultiplyFormula } multiply && !BeginsWithNumber(multiply.Right);

    private static bool IsProduct(Formula formula) => formula is ProductFormula or TotalFormula || (formula is MultiplyFormula { IsScaling: true } scaling && IsProduct(scaling.Right));

    private static bool BeginsWithNumber(Formula formula) => formula switch
    {
        NumberFormula => true,
        PowerFormula power => BeginsWithNumber(power.Base),
        _ => false,
    };

    private static bool BeginsWithBracket(Formula formula) => formula switch
    {
        GroupFormula => true,
        ProductFormula product => BeginsWithBracket(product.Left),
        TransposeFormula transpose => BeginsWithBracket(transpose.Inner),
        PowerFormula power => BeginsWithBracket(power.Base),
        _ => false,
    };
}
