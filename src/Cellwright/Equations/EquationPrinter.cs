namespace Cellwright.Equations;

/// <summary>
/// Prints a cell as it was understood. Text and LaTeX parse again to the same cell: elementwise products of vectors are
/// written ⊙, which has no second reading.
/// </summary>
internal sealed class EquationPrinter
{
    private readonly CellReading cell;
    private readonly EquationFormulas formulas;

    private EquationPrinter(CellReading cell)
    {
        this.cell = cell;
        formulas = new EquationFormulas(cell);
    }

    /// <summary>The lines of a cell in text or LaTeX: directives that matter to the graph, and equations. In MathML the equations alone.</summary>
    public static IReadOnlyList<string> Print(CellReading cell, EquationNotation notation, Brackets brackets)
    {
        EquationPrinter printer = new(cell);
        return notation switch
        {
            EquationNotation.Text => [.. printer.Directives(), .. printer.TextEquations(new TextPrinter(cell.TimeLetter, brackets)), .. printer.Draws()],
            EquationNotation.Latex => [.. printer.Directives(), .. printer.LatexEquations(new LatexPrinter(cell.TimeLetter, brackets)), .. printer.Draws()],
            _ => [.. new MathmlPrinter(cell.TimeLetter, brackets).Print(printer.Shown()).Split('\n')],
        };
    }

    /// <summary>Equations that are no cell's text.</summary>
    public static IReadOnlyList<string> Print(IReadOnlyList<EquationFormula> equations, EquationNotation notation, string timeLetter) => notation switch
    {
        EquationNotation.Text => [.. equations.Select(new TextPrinter(timeLetter, Brackets.Few).Print)],
        EquationNotation.Latex => [.. new LatexPrinter(timeLetter, Brackets.Few).Print(equations)],
        _ => [.. new MathmlPrinter(timeLetter, Brackets.Few).Print(equations).Split('\n')],
    };

    private IEnumerable<string> Directives()
    {
        if (cell.Inputs is not [{ Key: "x" }])
        {
            yield return $"input {string.Join(", ", cell.Inputs.Select(input => input.Name))}";
        }

        if (cell.IsOutputDeclared)
        {
            yield return $"output {cell.Output.Name}";
        }

        foreach (WidthDirective width in cell.Widths)
        {
            string names = string.Join(", ", width.Names.Select(name => cell.Names.Find(name.Text)!.Name));
            yield return $"width {names} = {string.Join(" + ", width.Terms.Select(Term))}";
        }

        foreach (BlocksDirective blocks in cell.Blocks)
        {
            yield return $"blocks {string.Join(", ", blocks.Names.Select(name => cell.Names.Find(name.Text)!.Name))} = {Number(blocks.Count)}";
        }

        foreach (Definition definition in cell.Names.All.Where(definition => definition.Declaration != Declaration.None && definition.Blocks is null))
        {
            yield return $"{(definition.Declaration == Declaration.Matrix ? "matrix" : "param")} {definition.Name}";
        }
    }

    private static string Term(WidthTerm term)
    {
        string factor = term.Size is null ? Number(term.Numerator) : term.Numerator == 1 ? term.Size : $"{Number(term.Numerator)}*{term.Size}";
        return term.Denominator == 1 ? factor : $"{factor}/{Number(term.Denominator)}";
    }

    private static string Number(double value) => TextPrinter.Number(value);

    // Parameters are counted in the order they are first named, so initial values stay among the equations they stood among.
    private IEnumerable<(Equation? Equation, Definition? State)> InOrder() =>
        cell.Equations.Select(equation => ((Equation?)equation, (Definition?)null, equation.Syntax.Span.Start))
            .Concat(cell.Initials.Select(state => ((Equation?)null, (Definition?)state, (state.Initial?.Span ?? state.LearnedInitial!.Span).Start)))
            .OrderBy(item => item.Start).Select(item => (item.Item1, item.Item2));

    private IEnumerable<string> TextEquations(TextPrinter printer) => InOrder().Select(item => item switch
    {
        ({ } equation, _) => printer.Print(formulas.Of(equation)),
        (_, { Initial: { } value } state) => $"state {state.Name} = {printer.PrintWhole(formulas.Of(value))}",
        (_, var state) => $"state {state!.Name} = learned",
    });

    // A learned initial value has no equation, so it stands outside the environment.
    private IEnumerable<string> LatexEquations(LatexPrinter printer) =>
        cell.Initials.Where(state => state.Initial is null).Select(state => $"state {state.Name} = learned").Concat(printer.Print([.. Shown()]));

    private IEnumerable<EquationFormula> Shown() => InOrder().Where(item => item.State is not { Initial: null }).Select(item => item.Equation is { } equation
        ? formulas.Of(equation)
        : new EquationFormula(new NameFormula(item.State!.Name, 0) { IsInitial = true }, formulas.Of(item.State.Initial!)));

    private IEnumerable<string> Draws() => cell.Draws.Select(draw =>
    {
        string numbers = string.Join(", ", draw.Numbers.Select(Number));
        return $"init {draw.Pattern} = {(draw.Draw == "number" ? numbers : numbers.Length == 0 ? draw.Draw : $"{draw.Draw}({numbers})")}";
    });
}
