using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>Sums of vectors that each stand at a place of their own, as one vector of parts; block-diagonal products as one product.</summary>
internal static class StackedFormulas
{
    private static readonly TextPrinter Text = new("t", Brackets.Few);

    /// <summary>The parts from the first row to the last, where every row has one; null where some has none.</summary>
    /// <param name="places">Placements of rows.</param>
    /// <param name="formulaOf">Prints a node.</param>
    public static Formula? Of(IReadOnlyList<Node> places, Func<Node, Formula> formulaOf)
    {
        List<Formula> parts = [];
        Width end = Width.Zero;
        Width whole = places[0].Shape.Rows;
        int placed = 0;
        while (!end.Equals(whole))
        {
            Node[] here = [.. places.Where(place => place.Offset!.Equals(end))];
            if (here.Length == 0 || here.Any(place => !place.Operands[0].Shape.Rows.Equals(here[0].Operands[0].Shape.Rows)))
            {
                return null;
            }

            placed += here.Length;
            end += here[0].Operands[0].Shape.Rows;
            Formula[] terms = [.. here.Select(place => formulaOf(place.Operands[0]))];
            parts.Add(terms is [var single] ? single : new SumFormula([.. terms.Select(term => new FormulaTerm(false, term))]));
        }

        return placed == places.Count ? Whole(parts) ?? new ListFormula(parts) : null;
    }

    /// <summary>What all parts are slices of, in the same way; null where they are not.</summary>
    public static Formula? Whole(IReadOnlyList<Formula> parts)
    {
        Formula?[] wholes = [.. parts.Select(Strip)];
        return parts.Count > 1 && wholes.All(whole => whole is not null) && wholes.Select(whole => Text.PrintWhole(whole!)).Distinct().Count() == 1 ? wholes[0] : null;
    }

    // R[a:b]^T v[a:b] → R^T v; null where something is no slice of the same rows.
    private static Formula? Strip(Formula formula)
    {
        switch (formula)
        {
            case SumFormula sum:
                Formula?[] terms = [.. sum.Terms.Select(term => Strip(term.Value))];
                return terms.Contains(null) ? null : new SumFormula([.. sum.Terms.Select((term, i) => term with { Value = terms[i]! })]);
            case TotalFormula total:
                return Strip(total.Inner) is { } inner ? new TotalFormula(new CallFormula(null, "blocks", [inner])) : null;
            case ProductFormula product when Sliced(product.Left) is var (left, rows) && Sliced(product.Right) is var (right, others) && rows == others:
                return product with { Left = left, Right = right };
            default:
                return null;
        }
    }

    private static (Formula Inner, string Rows)? Sliced(Formula formula) => formula switch
    {
        SliceFormula { Rows: { } rows, Columns: null } slice => (slice.Inner, rows),
        TransposeFormula { Inner: SliceFormula { Rows: { } rows, Columns: null } slice } => (new TransposeFormula(slice.Inner), rows),
        _ => null,
    };
}
