namespace Cellwright.Equations;

/// <summary>The equations of a cell as formulas, in the order of the text.</summary>
internal sealed class EquationFormulas(CellReading cell)
{
    /// <summary>An equation; the initial value of a state is not one.</summary>
    public EquationFormula Of(Equation equation)
    {
        Formula[] targets = [.. equation.Targets.Select(Name)];
        Formula left = equation.Syntax switch
        {
            { IsStacked: true } => new ListFormula(targets),
            { Arguments: not null } => new CallFormula(null, equation.Targets[0].Name, [.. equation.Arguments.Select(argument => new NameFormula(argument.Name, null))]),
            _ => targets[0],
        };
        return new EquationFormula(left, equation switch
        {
            { Alias: { } alias } => new FunctionFormula(alias.Name, Spelling(alias)),
            { PartFunctions.Count: > 0 } => new PartFunctionsFormula([.. equation.PartFunctions.Select(PartFunction)], Of(equation.Value!)),
            _ => Of(equation.Value!),
        });
    }

    public Formula Of(Expression expression)
    {
        switch (expression)
        {
            case NumberExpression number:
                return new NumberFormula(number.Value);
            case IdentityExpression:
                return new NameFormula("I", null);
            case ReferenceExpression reference:
                return reference.IsPrevious ? new NameFormula(reference.Definition.Name, -1) : Name(reference.Definition);
            case SumExpression sum:
                return new SumFormula([.. sum.Terms.Select(term => new FormulaTerm(term.IsNegative, Of(term.Value)))]);
            case MultiplyExpression { IsQuotient: true } quotient:
                return new QuotientFormula(Of(quotient.Left), Of(quotient.Right));
            case MultiplyExpression multiply:
                bool isLeftNumber = multiply.Left.Nature == Nature.Number;
                return new MultiplyFormula(
                    Of(multiply.Left), Of(multiply.Right), isLeftNumber || multiply.Right.Nature == Nature.Number, isLeftNumber && multiply.Left is NumberExpression or ReferenceExpression);
            case PowerExpression power:
                return new PowerFormula(Of(power.Base), Of(power.Exponent));
            case ProductExpression { FromLeft: true } product:
                return new ProductFormula(Of(product.Operand), Of(product.Matrix), IsFromLeft: true);
            case ProductExpression product:
                return new ProductFormula(Of(product.Matrix), Of(product.Operand));
            case TransposeExpression transpose:
                return new TransposeFormula(Of(transpose.Inner));
            case ConcatenationExpression concatenation:
                return new ListFormula([.. concatenation.Parts.Select(Of)]);
            case ApplyExpression apply:
                return new CallFormula(apply.Function.Name, Spelling(apply.Function), [.. apply.Arguments.Select(Of)]);
            default:
                CallExpression call = (CallExpression)expression;
                return new CallFormula(null, call.Function.Name, [.. call.Arguments.Select(Of)]);
        }
    }

    private FunctionFormula PartFunction(NameSyntax name) =>
        cell.Names.Find(name.Text) is { } own ? new FunctionFormula(null, own.Name) : FunctionCatalog.Find(name.Text) is { } function ? new FunctionFormula(function.Name, Spelling(function)) : throw new ArgumentOutOfRangeException(nameof(name));

    private static NameFormula Name(Definition definition) =>
        new(definition.Name, definition.Kind is DefinitionKind.Signal or DefinitionKind.Input ? 0 : null);

    // Where the cell gives one of a function's names to something else, the function goes by another.
    private string Spelling(FunctionInfo function)
    {
        string[] free = [.. FunctionCatalog.SpellingsOf(function).Where(spelling => !IsTaken(spelling))];
        return free.Length == FunctionCatalog.SpellingsOf(function).Count() ? function.Text : free[0];
    }

    private bool IsTaken(string spelling) => cell.Names.Find(spelling) is not null || cell.Equations.Any(equation => equation.Arguments.Any(argument => argument.Key == NameTable.KeyOf(spelling)));
}
