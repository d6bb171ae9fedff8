using System.Runtime.CompilerServices;

namespace Cellwright.Equations;

/// <summary>Gives every name and every product of an expression its meaning (LANGUAGE rules 6 to 8).</summary>
internal sealed class ExpressionReader(SourceText source, NameTable names, int shift)
{
    private readonly HashSet<Equation> open = [];
    private IReadOnlyList<Definition> arguments = [];

    /// <summary>Reads the right side of an equation, if that has not been done.</summary>
    public void ReadEquation(Equation equation)
    {
        if (equation.Value is not null || equation.Alias is not null)
        {
            return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!open.Add(equation))
        {
            return;
        }

        if (equation.Syntax is { IsStacked: true, Right: RunSyntax { Factors: [{ Syntax: var first }, ..] } run } && Unwrap(first) is ListSyntax { IsSquare: true } column && column.Items.All(IsFunction))
        {
            Factor[] operand = [.. run.Factors.Skip(1)];
            ReadColumn(equation, column, operand is [var single] ? single.Syntax : new RunSyntax(operand[0].Syntax.Span.To(run.Span), operand));
            return;
        }

        equation.Value = Read(equation.Syntax.Right, equation.Arguments);
    }

    private static Syntax Unwrap(Syntax syntax)
    {
        while (syntax is GroupSyntax group)
        {
            syntax = group.Inner;
        }

        return syntax;
    }

    /// <summary>Applies a column of functions to the parts of what stands behind it.</summary>
    private void ReadColumn(Equation equation, ListSyntax column, Syntax operand)
    {
        if (column.Items.Count != equation.Targets.Count)
        {
            throw Error(column.Span, $"{column.Items.Count} functions stand in this column, and {equation.Targets.Count} names on the left side", "write one function for each name");
        }

        equation.Value = Read(operand, []);
        Expression part = new ReferenceExpression(operand.Span, equation.Part, false, Nature.Signal);
        equation.PartFunctions = [.. column.Items.Cast<NameSyntax>()];
        equation.PartValues = [.. equation.PartFunctions.Select(function => Apply(function, column.Span, [part]))];
    }

    /// <summary>Reads an expression in which a function's arguments may stand.</summary>
    public Expression Read(Syntax syntax, IReadOnlyList<Definition> scope)
    {
        IReadOnlyList<Definition> outer = arguments;
        arguments = scope;
        Expression expression = Read(syntax);
        arguments = outer;
        return expression;
    }

    /// <summary>Whether an expression is the name of a function, unmarked.</summary>
    public bool IsFunction(Syntax syntax) => syntax is NameSyntax { Time: null, IsInitial: false } name && (Find(name.Text) is { Kind: DefinitionKind.Function } || IsBuiltIn(name.Text));

    public EquationException Error(SourceSpan place, string problem, string? suggestion = null) => new(source, place, problem, suggestion);

    /// <summary>The text that an expression was read from.</summary>
    public string Written(SourceSpan span) => source[span];

    public Expression Read(Syntax syntax)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (syntax)
        {
            case NumberSyntax number:
                return new NumberExpression(number.Span, number.Value);
            case NameSyntax name:
                return ReadName(name);
            case GroupSyntax group:
                Expression inner = Read(group.Inner);
                RefuseDoubtfulBracket(group, inner);
                return inner;
            case ListSyntax { IsSquare: false } list:
                throw Error(list.Span, "round brackets hold one expression here", "a concatenation is written `[a, b]`");
            case ListSyntax list:
                return ReadConcatenation(list);
            case PowerSyntax power when Mention.IsE(power.Base) && Find("e") is null:
                return new ApplyExpression(power.Span, FunctionCatalog.Find("exp")!, [Read(power.Exponent)]);
            case PowerSyntax power:
                return new PowerExpression(power.Span, Read(power.Base), Read(power.Exponent));
            case TransposeSyntax transpose:
                return NewTranspose(transpose.Span, Read(transpose.Inner));
            case RunSyntax run:
                return RunReader.Read(this, run);
            case ProductSyntax product:
                return ReadProduct(product);
            default:
                SumSyntax sum = (SumSyntax)syntax;
                return new SumExpression(sum.Span, [.. sum.Terms.Select(term => (term.IsNegative, Read(term.Syntax)))]);
        }
    }

    public Expression NewTranspose(SourceSpan span, Expression inner) => inner.Nature switch
    {
        Nature.Signal or Nature.Vector => throw Error(
            span, "only matrices of parameters can be transposed; a transposed signal would make a matrix-valued signal, and those are not supported"),
        Nature.Number => throw Error(span, "a number cannot be transposed"),
        _ => new TransposeExpression(span, inner),
    };

    /// <summary>Applies a function to what stands behind it.</summary>
    public Expression Apply(NameSyntax function, SourceSpan span, IReadOnlyList<Expression> values)
    {
        Definition? defined = Find(function.Text);
        FunctionInfo? builtIn = defined is null ? FunctionCatalog.Find(function.Text) : defined.Equation!.Alias;
        int arity = builtIn?.Arity ?? defined!.Equation!.Arguments.Count;
        if (values.Count != arity)
        {
            throw Error(span, $"`{function.Text}` takes {Count(arity)}, and {values.Count} {(values.Count == 1 ? "is" : "are")} given");
        }

        if (defined is not null)
        {
            bool readsSignals = defined.ReadsSignals;
            return new CallExpression(span, defined, values, readsSignals ? Nature.Signal : Natures.OfFunction(values));
        }

        if (builtIn!.IsOverWidth && values[0].Nature == Nature.Number)
        {
            throw Error(span, $"`{function.Text}` is taken over the width of a vector, and this is a single number");
        }

        return new ApplyExpression(span, builtIn, values);
    }

    /// <summary>Refuses to guess what a parameter beside a signal is.</summary>
    public void RefuseDoubtful(Expression item, SourceSpan span)
    {
        string written = Written(span);
        if (item is ReferenceExpression { Nature: Nature.Parameters or Nature.Mapped, Definition: { Declaration: Declaration.None } greek } && Directives.IsSmallGreek(greek.Name))
        {
            string vector = written.Contains(' ', StringComparison.Ordinal) ? $"write `{greek.Name} ⊙ …`" : $"`{greek.Name} ⊙ …`";
            throw Error(
                span,
                $"`{written}` can be read in three ways: `{greek.Name}` may be a number, a vector or a matrix",
                greek.Kind == DefinitionKind.Parameter
                    ? $"a number: say `param {greek.Name}`; a vector: {vector}; a matrix: say `matrix {greek.Name}`"
                    : $"a vector: {vector}; a matrix: say `matrix {greek.Name}`");
        }

        if (item.Nature == Nature.Mapped)
        {
            string part = Written(item.Span);
            throw Error(
                span, $"`{written}` can be read in two ways: `{part}` may be a vector or a matrix", $"a vector: write `{part} ⊙ …`; a matrix: {(item is ReferenceExpression ? $"say `matrix {part}`" : "declare its parameters with `matrix …`")}");
        }
    }

    private static string Count(int arity) => arity switch { 1 => "one argument", 2 => "two arguments", 3 => "three arguments", _ => $"{arity} arguments" };

    private Definition? Find(string text)
    {
        string key = NameTable.KeyOf(text);
        foreach (Definition argument in arguments)
        {
            if (argument.Key == key)
            {
                return argument;
            }
        }

        return names.Find(key);
    }

    private bool IsBuiltIn(string text) => Find(text) is null && FunctionCatalog.Find(text) is not null;

    private Expression ReadName(NameSyntax name)
    {
        Definition? definition = Find(name.Text);
        if (definition is null && name.Text == "I")
        {
            return new IdentityExpression(name.Span);
        }

        if (definition is null or { Kind: DefinitionKind.Function })
        {
            throw Error(name.Span, $"`{name.Text}` is a function, and nothing stands behind it that it could apply to", $"write `{name.Text}(…)`");
        }

        if (definition.Kind is DefinitionKind.DerivedParameter or DefinitionKind.Constant)
        {
            ReadEquation(definition.Equation!);
        }

        return new ReferenceExpression(name.Span, definition, name.Time - shift == -1, NatureOf(definition));
    }

    private static Nature NatureOf(Definition definition)
    {
        if (definition.IsSignal)
        {
            return Nature.Signal;
        }

        return definition switch
        {
            { Kind: DefinitionKind.Constant } => Nature.Number,
            { Declaration: Declaration.Matrix } => Nature.Matrix,
            { Declaration: Declaration.Scalar } => Nature.Number,
            { Width: not null } => Nature.Vector,
            { Kind: DefinitionKind.DerivedParameter, Equation.Value.Nature: var nature } => nature == Nature.Signal ? Nature.Vector : nature,
            _ => Nature.Parameters,
        };
    }

    /// <summary>[h x] may be a concatenation or a product.</summary>
    private void RefuseDoubtfulBracket(GroupSyntax group, Expression inner)
    {
        if (group.Inner is RunSyntax { Factors: [_, _, ..] factors } run && Written(group.Span)[0] == '['
            && inner is MultiplyExpression { Left.Nature: Nature.Signal, Right.Nature: Nature.Signal } && !factors.Any(factor => factor.FollowsDot))
        {
            throw Error(
                group.Span,
                $"`{Written(group.Span)}` can be read in two ways",
                $"a concatenation: write `[{string.Join(", ", factors.Select(factor => Written(factor.Syntax.Span)))}]`; an elementwise product: write `({Written(run.Span)})`");
        }
    }

    private ConcatenationExpression ReadConcatenation(ListSyntax list)
    {
        if (list.Items.All(IsFunction))
        {
            throw Error(list.Span, "a column of functions stands only behind the `=` of a stacked left side, with what it applies to in brackets", "write `[i, g] = [sigmoid, tanh] (W x + b)`");
        }

        Expression[] parts = [.. list.Items.Select(Read)];
        foreach (Expression part in parts)
        {
            if (part.Nature is Nature.Number or Nature.Matrix)
            {
                throw Error(part.Span, $"a concatenation joins vectors; this is a {(part.Nature == Nature.Matrix ? "matrix" : "single number")}");
            }
        }

        return new ConcatenationExpression(list.Span, parts);
    }

    private Expression ReadProduct(ProductSyntax product)
    {
        Syntax before = product.First;
        Expression last = Read(before);
        Expression value = last;
        foreach (Operand operand in product.Rest)
        {
            Expression next = Read(operand.Syntax);
            SourceSpan span = product.Span with { End = operand.Syntax.Span.End };
            if (operand.Operator == TokenKind.Star)
            {
                RefuseDoubtfulStar(before, last, operand.Syntax, next);
            }

            bool isMatrixStar = operand.Operator == TokenKind.Star && IsDeclaredMatrix(value, next) is not null;
            value = isMatrixStar
                ? value.Nature == Nature.Matrix ? new ProductExpression(span, value, next, false) : new ProductExpression(span, next, value, true)
                : new MultiplyExpression(span, value, next, operand.Operator == TokenKind.Slash);
            (before, last) = (operand.Syntax, next);
        }

        return value;
    }

    private static ReferenceExpression? IsDeclaredMatrix(Expression left, Expression right)
    {
        static ReferenceExpression? Declared(Expression one, Expression other) =>
            one is ReferenceExpression { Definition.Declaration: Declaration.Matrix } matrix && other.Nature is Nature.Signal or Nature.Vector ? matrix : null;
        return Declared(left, right) ?? Declared(right, left);
    }

    /// <summary>Between an undeclared capital and x, a state or a bracket, * may mean either product.</summary>
    private void RefuseDoubtfulStar(Syntax leftSyntax, Expression left, Syntax rightSyntax, Expression right)
    {
        if (!(IsCapital(left) && IsDoubtful(rightSyntax, right)) && !(IsCapital(right) && IsDoubtful(leftSyntax, left)))
        {
            return;
        }

        string a = Written(leftSyntax.Span);
        string b = Written(rightSyntax.Span);
        throw Error(leftSyntax.Span.To(rightSyntax.Span), $"`{a} * {b}` can be read in two ways", $"a matrix product: write `{a} {b}`; elementwise: write `{a} ⊙ {b}`");
    }

    private static bool IsCapital(Expression expression) =>
        expression is ReferenceExpression { Nature: Nature.Parameters, Definition: { Kind: DefinitionKind.Parameter, Declaration: Declaration.None } definition }
        && char.IsAsciiLetterUpper(definition.Name[0]);

    private static bool IsDoubtful(Syntax syntax, Expression expression) => expression switch
    {
        ReferenceExpression reference => reference.Definition.Kind == DefinitionKind.Input || reference.Definition.IsState,
        ConcatenationExpression => true,
        _ => syntax is GroupSyntax && expression.Nature == Nature.Signal,
    };
}
