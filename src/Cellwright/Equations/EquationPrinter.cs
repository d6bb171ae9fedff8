using System.Globalization;

namespace Cellwright.Equations;

/// <summary>
/// Prints what was understood as plain text, every operation in brackets. The text parses again to the same cell:
/// elementwise products of vectors are written ⊙, which has no second reading.
/// </summary>
internal sealed class EquationPrinter(CellReading cell)
{
    /// <summary>The directives that matter to the graph, then the equations.</summary>
    public static IReadOnlyList<string> Print(CellReading cell)
    {
        EquationPrinter printer = new(cell);
        return [.. printer.Directives(), .. cell.Equations.Select(printer.Equation), .. printer.Initials(), .. printer.Draws()];
    }

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

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private string Equation(Equation equation)
    {
        string target = string.Join(", ", equation.Targets.Select(part => part.Name));
        return (equation.Syntax, equation.Alias) switch
        {
            (_, { } alias) => $"{target} = {alias.Text}",
            ({ IsStacked: true }, _) when equation.PartFunctions.Count > 0 => $"[{target}] = [{string.Join(", ", equation.PartFunctions.Select(Function))}] ({Print(equation.Value!)})",
            ({ IsStacked: true }, _) => $"[{target}] = {Print(equation.Value!)}",
            ({ Arguments: not null }, _) => $"{target}({string.Join(", ", equation.Arguments.Select(argument => argument.Name))}) = {Print(equation.Value!)}",
            _ => $"{target} = {Print(equation.Value!)}",
        };
    }

    private string Function(NameSyntax name) => cell.Names.Find(name.Text)?.Name ?? FunctionCatalog.Find(name.Text)!.Text;

    private IEnumerable<string> Initials() => cell.Initials.Select(state =>
        $"state {state.Name} = {(state.Initial is { } value ? Print(value) : "learned")}");

    private IEnumerable<string> Draws() => cell.Draws.Select(draw =>
    {
        string numbers = string.Join(", ", draw.Numbers.Select(Number));
        return $"init {draw.Pattern} = {(draw.Draw == "number" ? numbers : numbers.Length == 0 ? draw.Draw : $"{draw.Draw}({numbers})")}";
    });

    private string Print(Expression expression) => expression switch
    {
        NumberExpression number => Number(number.Value),
        IdentityExpression => "I",
        ReferenceExpression { IsPrevious: true } reference => $"{reference.Definition.Name}[{cell.TimeLetter}-1]",
        ReferenceExpression reference => reference.Definition.Name,
        SumExpression sum => PrintSum(sum),
        MultiplyExpression { IsQuotient: true } quotient => $"{Inner(quotient.Left)} / {Inner(quotient.Right)}",
        MultiplyExpression multiply => $"{Inner(multiply.Left)} {(multiply.Left.Nature == Nature.Number || multiply.Right.Nature == Nature.Number ? "*" : "⊙")} {Inner(multiply.Right)}",
        PowerExpression { Exponent: NumberExpression exponent } power => $"{Raised(power.Base)}^{Exponent(Number(exponent.Value))}",
        PowerExpression { Exponent: SumExpression { Terms: [(true, NumberExpression exponent)] } } power => $"{Raised(power.Base)}^{{-{Number(exponent.Value)}}}",
        PowerExpression power => $"({Print(power.Base)})^({Print(power.Exponent)})",
        ProductExpression product => PrintProduct(product),
        TransposeExpression transpose => $"{Raised(transpose.Inner)}^T",
        ConcatenationExpression concatenation => $"[{string.Join(", ", concatenation.Parts.Select(Print))}]",
        ApplyExpression apply => $"{apply.Function.Text}({string.Join(", ", apply.Arguments.Select(Print))})",
        CallExpression call => $"{call.Function.Name}({string.Join(", ", call.Arguments.Select(Print))})",
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };

    private static string Exponent(string text) => text.Length == 1 ? text : $"{{{text}}}";

    private string PrintSum(SumExpression sum)
    {
        string text = (sum.Terms[0].IsNegative ? "-" : string.Empty) + Inner(sum.Terms[0].Value);
        foreach ((bool isNegative, Expression value) in sum.Terms.Skip(1))
        {
            text += (isNegative ? " - " : " + ") + Inner(value);
        }

        return text;
    }

    // A name with a superscript, or what ends in one, is bracketed before another.
    private string Raised(Expression expression) =>
        expression is TransposeExpression or NumberExpression || (expression is ReferenceExpression reference && reference.Definition.Name.Contains('^', StringComparison.Ordinal))
            ? $"({Print(expression)})"
            : Inner(expression);

    // A dot before a bracket says that the name is no function.
    private string PrintProduct(ProductExpression product)
    {
        string matrix = Inner(product.Matrix);
        string operand = Inner(product.Operand);
        return product.FromLeft ? $"{operand} {matrix}"
            : operand.StartsWith('(') && !char.IsAsciiLetterUpper(matrix[0]) && matrix[0] != '(' ? $"{matrix} · {operand}"
            : $"{matrix} {operand}";
    }

    private string Inner(Expression expression) =>
        expression is NumberExpression or IdentityExpression or ReferenceExpression or ConcatenationExpression or TransposeExpression or ApplyExpression or CallExpression
            ? Print(expression)
            : $"({Print(expression)})";
}
