using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>
/// Infers the shape of every parameter from its uses. Signals and inputs have their widths from the start; what is
/// unknown are parameters, and each product, sum and elementwise operation says which widths are equal.
/// </summary>
internal sealed partial class ShapeInference
{
    private const int LargestExpansion = 20_000;

    private readonly CellReading cell;
    private readonly Dictionary<Definition, ShapeVariable> shapes = [];
    private readonly Dictionary<Definition, SourceSpan> uses = [];
    private readonly List<(WidthVariable Whole, WidthVariable[] Parts, SourceSpan Place)> concatenations = [];
    private SourceSpan place;
    private int visited;

    private ShapeInference(CellReading cell) => this.cell = cell;

    /// <summary>The shapes of inputs, signals, parameters and derived parameters.</summary>
    /// <exception cref="EquationException">Shapes contradict each other, or one does not follow from any use.</exception>
    public static IReadOnlyDictionary<Definition, Shape> Infer(CellReading cell)
    {
        ShapeInference inference = new(cell);
        inference.Prepare();
        foreach (Equation equation in cell.Order)
        {
            inference.Visit(equation);
        }

        foreach (Definition state in cell.Initials.Where(state => state.Initial is not null))
        {
            inference.VisitInitial(state);
        }

        inference.SolveConcatenations();
        return inference.Solve();
    }

    private void Prepare()
    {
        SignalWidths widths = new(cell);
        foreach (Definition definition in cell.Inputs.Concat(cell.Equations.SelectMany(equation => equation.Targets)))
        {
            shapes[definition] = definition.Kind switch
            {
                DefinitionKind.Constant => ShapeVariable.Scalar(),
                DefinitionKind.DerivedParameter => Given(definition),
                _ => ShapeVariable.Vector(new WidthVariable(widths.Of(definition))),
            };
        }

        foreach (Definition parameter in cell.Parameters)
        {
            shapes[parameter] = Given(parameter);
        }

        foreach (Definition state in cell.States.Where(state => state.LearnedInitial is not null))
        {
            shapes[state.LearnedInitial!] = ShapeVariable.Vector(shapes[state].Rows);
        }
    }

    private ShapeVariable Given(Definition parameter) => parameter switch
    {
        { Declaration: Declaration.Scalar } => ShapeVariable.Scalar(),
        { Declaration: Declaration.Matrix, Width: { } width } => ShapeVariable.Matrix(new WidthVariable(SignalWidths.Read(cell, width)), new WidthVariable()),
        { Declaration: Declaration.Matrix } => ShapeVariable.Matrix(new WidthVariable(), new WidthVariable()),
        { Width: { } width } => ShapeVariable.Vector(new WidthVariable(SignalWidths.Read(cell, width))),
        _ => ShapeVariable.Unknown(),
    };

    private EquationException Error(SourceSpan at, string problem, string? suggestion = null, SourceSpan? other = null) =>
        new(cell.Source, at, problem, suggestion, other);

    private string Written(Expression expression) => cell.Source[expression.Span];

    private void Visit(Equation equation)
    {
        place = equation.Syntax.Right.Span;
        ShapeVariable value = Visit(equation.Value!, []);
        Definition target = equation.Targets[0];
        if (equation.Targets.Count > 1 || equation.Syntax.IsStacked)
        {
            VisitStacked(equation, value);
        }
        else if (target.Kind == DefinitionKind.Signal)
        {
            Assign(target, value, equation.Value!, shapes[target]);
        }
        else if (!shapes[target].Unify(value))
        {
            throw Error(equation.Syntax.Span, $"`{target.Name}` is declared {shapes[target]}, and its equation gives {value}");
        }
    }

    private void VisitStacked(Equation equation, ShapeVariable value)
    {
        Width part = shapes[equation.Targets[0]].Rows.Value ?? Width.Hidden;
        foreach (Definition target in equation.Targets)
        {
            if (target.Kind != DefinitionKind.Signal)
            {
                throw Error(equation.Syntax.Span, "the parts of a stacked vector are signals, and this right side has only numbers and parameters");
            }

            if (!part.Equals(shapes[target].Rows.Value))
            {
                throw Error(equation.Syntax.Span, $"a stacked vector splits into equal parts, but `{equation.Targets[0].Name}` is {part} wide and `{target.Name}` {shapes[target].Rows}");
            }
        }

        foreach ((Expression applied, Definition target) in equation.PartValues.Zip(equation.Targets))
        {
            Assign(target, Visit(applied, new() { [equation.Part] = shapes[target] }), applied, shapes[target]);
        }

        ShapeVariable whole = ShapeVariable.Vector(new WidthVariable(part * equation.Targets.Count));
        if (!whole.Unify(value))
        {
            throw Conflict(
                equation.Value!, equation.Syntax.Span, $"the {equation.Targets.Count} parts on the left are together {whole.Rows} wide, and the right side is {value}");
        }
    }

    private void VisitInitial(Definition state)
    {
        place = state.Initial!.Span;
        Assign(state, Visit(state.Initial, []), state.Initial, shapes[state]);
    }

    private void Assign(Definition target, ShapeVariable value, Expression expression, ShapeVariable wanted)
    {
        if (value.IsSingle || wanted.Unify(value))
        {
            return;
        }

        string? suggestion = value.Rank == 1 && value.Rows.Value is { } width ? $"say `width {target.Name} = {width}`, or apply a matrix" : null;
        throw value.Rank == 2
            ? Error(expression.Span, $"the right side is {value}; matrix-valued states and signals are not supported: `{target.Name}` is a vector")
            : Conflict(expression, expression.Span, $"`{target.Name}` is {wanted.Rows} wide, and its right side is {value.Rows} wide", suggestion);
    }

    private void Use(Expression expression, SourceSpan at)
    {
        if (expression is ReferenceExpression { Definition.Kind: DefinitionKind.Parameter or DefinitionKind.DerivedParameter } reference)
        {
            uses.TryAdd(reference.Definition, at);
        }
    }

    /// <summary>An error about widths, which names the parameter with two shapes where there is one.</summary>
    private EquationException Conflict(Expression expression, SourceSpan at, string problem, string? suggestion = null, Expression? other = null)
    {
        foreach (Expression candidate in other is null ? [expression] : (Expression[])[other, expression])
        {
            if (ShapingParameter(candidate) is { } parameter && uses.TryGetValue(parameter, out SourceSpan earlier) && !(earlier.Start >= at.Start && earlier.End <= at.End))
            {
                return Error(
                    at, $"the parameter `{parameter.Name}` is used with two shapes: {problem}", "give one of the two another name", earlier);
            }
        }

        return Error(at, problem, suggestion);
    }

    /// <summary>The parameter that an expression has its shape from.</summary>
    private static Definition? ShapingParameter(Expression expression) => expression switch
    {
        ReferenceExpression { Definition.Kind: DefinitionKind.Parameter or DefinitionKind.DerivedParameter } reference => reference.Definition,
        ProductExpression product => ShapingParameter(product.Matrix),
        TransposeExpression transpose => ShapingParameter(transpose.Inner),
        SumExpression sum => sum.Terms.Select(term => ShapingParameter(term.Value)).FirstOrDefault(found => found is not null),
        MultiplyExpression multiply => ShapingParameter(multiply.Left) ?? ShapingParameter(multiply.Right),
        ApplyExpression apply => ShapingParameter(apply.Arguments[0]),
        _ => null,
    };

    /// <summary>A concatenation's width is the sum of its parts, whichever of them is found last.</summary>
    private void SolveConcatenations()
    {
        for (bool moved = true; moved;)
        {
            moved = false;
            foreach ((WidthVariable whole, WidthVariable[] parts, SourceSpan at) in concatenations)
            {
                WidthVariable[] open = [.. parts.Where(part => part.Value is null)];
                Width sum = parts.Aggregate(Width.Zero, (total, part) => total + (part.Value ?? Width.Zero));
                if (open.Length == 0 && whole.Value is null)
                {
                    moved |= whole.Unify(new WidthVariable(sum));
                }
                else if (open.Length == 1 && whole.Value is not null)
                {
                    moved |= open[0].Unify(new WidthVariable(whole.Value + (sum * -1)));
                }
                else if (open.Length == 0 && !sum.Equals(whole.Value))
                {
                    throw Error(at, $"a concatenation that should be {whole} wide is {sum} wide");
                }
            }
        }
    }

    private Dictionary<Definition, Shape> Solve()
    {
        Dictionary<Definition, Shape> solved = [];
        foreach ((Definition definition, ShapeVariable shape) in shapes)
        {
            solved[definition] = shape.Solve() ?? throw Unsolved(definition, shape);
            if (!solved[definition].Rows.CanBePositive || !solved[definition].Columns.CanBePositive)
            {
                throw Error(
                    uses.GetValueOrDefault(definition, definition.Span),
                    $"nothing is left for `{definition.Name}`: from its uses it is {shape}, and the other parts fill the concatenation alone",
                    "say how wide the signal that holds the concatenation is, such as `width n = 2*hidden`");
            }
        }

        return solved;
    }

    private EquationException Unsolved(Definition definition, ShapeVariable shape)
    {
        SourceSpan at = uses.GetValueOrDefault(definition, definition.Span);
        return shape.Rank switch
        {
            2 => Error(
                at,
                $"the {(shape.Rows.Value is null ? "rows" : "columns")} of the matrix `{definition.Name}` do not follow from its uses: it is [{shape.Rows}, {shape.Columns}]",
                "name the value between two matrices and say how wide it is: `v = V x`, `width v = rank`"),
            1 => Error(at, $"the width of the vector `{definition.Name}` does not follow from its uses", $"say it: `width {definition.Name} = …`"),
            _ => Error(at, $"the shape of `{definition.Name}` does not follow from its uses", $"say it: `matrix {definition.Name}` or `width {definition.Name} = …`"),
        };
    }
}
