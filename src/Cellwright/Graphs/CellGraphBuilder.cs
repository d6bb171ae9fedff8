using System.Globalization;
using System.Runtime.CompilerServices;
using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>Builds the graph of one step from equations that were read.</summary>
internal sealed class CellGraphBuilder
{
    private readonly CellReading cell;
    private readonly IReadOnlyDictionary<Definition, Shape> shapes;
    private readonly Graph graph = new();
    private readonly Dictionary<Definition, Node> values = [];
    private readonly Dictionary<Definition, BlockDiagonal> blocks = [];
    private readonly Dictionary<Definition, Node> previous = [];
    private readonly Dictionary<string, double> constants = [];
    private readonly Dictionary<string, Node> calls = new(StringComparer.Ordinal);

    private CellGraphBuilder(CellReading cell)
    {
        this.cell = cell;
        shapes = ShapeInference.Infer(cell);
    }

    /// <summary>The graph of a cell, and the values of its constants.</summary>
    /// <exception cref="EquationException">The shapes of the equations do not fit together.</exception>
    public static (CellGraph Graph, IReadOnlyDictionary<string, double> Constants) Build(CellReading cell)
    {
        try
        {
            CellGraphBuilder builder = new(cell);
            CellGraph graph = builder.Build();
            return (graph, builder.constants);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new EquationException("the equations are nested too deeply to be built", "give inner parts names of their own");
        }
        catch (OverflowException)
        {
            throw new EquationException("a width of this cell is too large or has too many parts");
        }
    }

    private CellGraph Build()
    {
        foreach (Definition input in cell.Inputs)
        {
            values[input] = graph.Input(input.Name, shapes[input].Rows);
        }

        foreach (Definition state in cell.States)
        {
            previous[state] = graph.Previous(state.Name, shapes[state].Rows);
        }

        foreach (Definition parameter in cell.Parameters)
        {
            RefuseUnspacedProduct(parameter);
            if (parameter.Blocks is { Count: > 1 } directive)
            {
                blocks[parameter] = BlockDiagonal.Create(graph, parameter.Name, shapes[parameter], directive.Count);
            }
            else
            {
                values[parameter] = graph.Parameter(parameter.Name, shapes[parameter]);
            }
        }

        foreach (Equation equation in cell.Order)
        {
            Compute(equation);
        }

        IReadOnlyDictionary<Definition, Initializer> draws = ParameterDraws.Settle(cell, shapes);
        Definition[] targets = [.. cell.Equations.SelectMany(equation => equation.Targets)];
        return new CellGraph
        {
            Graph = graph,
            Inputs = [.. cell.Inputs.Select(Named)],
            Signals = [.. targets.Where(target => target.Kind == DefinitionKind.Signal).Select(Named)],
            States = [.. cell.States.Select(state => new CellState(state.Name, previous[state], values[state], Initial(state)))],
            Parameters = [.. cell.Parameters.Select(parameter => new CellParameter(parameter.Name, blocks.GetValueOrDefault(parameter)?.Leaf ?? values[parameter], draws[parameter]))],
            DerivedParameters = [.. targets.Where(target => target.Kind == DefinitionKind.DerivedParameter).Select(Named)],
            Output = Named(cell.Output),
        };
    }

    // `tanh(Wx + b)` would be a vector `Wx` and never read x. Written `W_x`, or as a matrix (`Wf x` beside a gate f), it is meant.
    private void RefuseUnspacedProduct(Definition parameter)
    {
        string text = cell.Source[parameter.Span];
        if (parameter.Declaration == Declaration.None && shapes[parameter].Rank < 2 && Suspicion.IsUnspacedProduct(cell.Names, text))
        {
            throw new EquationException(
                cell.Source,
                parameter.Span,
                $"`{text}` is one name here, a parameter that is added",
                $"for the matrix `{text[0]}` times `{text[1..]}`, leave a space between them; if it is a parameter, say `param {text}`");
        }
    }

    private NamedNode Named(Definition definition) => new(definition.Name, values[definition]);

    private Node Initial(Definition state)
    {
        Node value = state switch
        {
            { LearnedInitial: { } learned } => values[learned],
            { Initial: { } given } => Build(given, []),
            _ => graph.Constant(0),
        };
        return graph.Broadcast(value, shapes[state]);
    }

    private void Compute(Equation equation)
    {
        Node value = Build(equation.Value!, []);
        if (equation.Syntax.IsStacked)
        {
            Width part = shapes[equation.Targets[0]].Rows;
            for (int i = 0; i < equation.Targets.Count; i++)
            {
                Node slice = graph.SliceRows(value, part * i, part);
                SetSignal(equation, equation.Targets[i], equation.PartValues.Count == 0 ? slice : Build(equation.PartValues[i], new() { [equation.Part] = slice }));
            }
        }
        else if (equation.Targets[0].Kind == DefinitionKind.Signal)
        {
            SetSignal(equation, equation.Targets[0], graph.Broadcast(value, shapes[equation.Targets[0]]));
        }
        else
        {
            values[equation.Targets[0]] = value;
            if (equation.Targets[0].Kind == DefinitionKind.Constant)
            {
                SetConstant(equation, value.Value);
            }
        }
    }

    private void SetConstant(Equation equation, double value)
    {
        string name = equation.Targets[0].Name;
        constants[name] = double.IsFinite(value)
            ? value
            : throw new EquationException(cell.Source, equation.Syntax.Span, string.Create(CultureInfo.InvariantCulture, $"the constant `{name}` comes to {value}"));
    }

    private void SetSignal(Equation equation, Definition signal, Node value)
    {
        values[signal] = value.IsPerStep
            ? value
            : throw new EquationException(cell.Source, equation.Syntax.Span, $"`{signal.Name}` comes to the same in every step: it depends on no input and no state");
    }

    private Node Build(Expression expression, Dictionary<Definition, Node> arguments)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case NumberExpression number:
                return graph.Constant(number.Value);
            case ReferenceExpression { Definition.Kind: DefinitionKind.Argument } reference:
                return arguments[reference.Definition];
            case ReferenceExpression reference when blocks.TryGetValue(reference.Definition, out BlockDiagonal? whole):
                return whole.Dense();
            case ReferenceExpression reference:
                return reference.IsPrevious ? previous[reference.Definition] : values[reference.Definition];
            case SumExpression sum:
                return BuildSum(sum, arguments);
            case MultiplyExpression multiply:
                return graph.Binary(multiply.IsQuotient ? Operation.Divide : Operation.Multiply, Build(multiply.Left, arguments), Build(multiply.Right, arguments));
            case PowerExpression power:
                return FunctionNodes.Power(graph, Build(power.Base, arguments), Build(power.Exponent, arguments));
            case ApplyExpression apply:
                return FunctionNodes.Apply(graph, apply.Function.Name, [.. apply.Arguments.Select(argument => Build(argument, arguments))]);
            case CallExpression call:
                return BuildCall(call, [.. call.Arguments.Select(argument => Build(argument, arguments))]);
            case TransposeExpression transpose:
                return graph.Transpose(Build(transpose.Inner, arguments));
            case ConcatenationExpression concatenation:
                return graph.Concatenate([.. concatenation.Parts.Select(part => Build(part, arguments))]);
            case ProductExpression product:
                return BuildProduct(product, Build(product.Operand, arguments), arguments);
            default:
                throw new EquationException(cell.Source, expression.Span, "the identity matrix stands here alone, so its size does not follow", "add it to a square matrix: `(W + I) h[t-1]`");
        }
    }

    private Node BuildSum(SumExpression sum, Dictionary<Definition, Node> arguments)
    {
        // The identity has the shape of the square matrix it is added to.
        Node?[] terms = [.. sum.Terms.Select(term => IsIdentity(term.Value) ? null : Build(term.Value, arguments))];
        Width? side = terms.FirstOrDefault(term => term is { Shape.Rank: 2 })?.Shape.Rows;
        Node? total = null;
        for (int i = 0; i < terms.Length; i++)
        {
            Node term = terms[i] ?? BuildIdentity(sum.Terms[i].Value, side, arguments);
            total = (total, sum.Terms[i].IsNegative) switch
            {
                (null, false) => term,
                (null, true) => graph.Unary(Operation.Negate, term),
                (_, false) => graph.Add(total, term),
                _ => graph.Subtract(total, term),
            };
        }

        return total!;
    }

    /// <summary>I, or a number times I.</summary>
    private static bool IsIdentity(Expression expression) => expression switch
    {
        IdentityExpression => true,
        MultiplyExpression { IsQuotient: false } scaled => (IsIdentity(scaled.Left) && scaled.Right.Nature == Nature.Number) || (IsIdentity(scaled.Right) && scaled.Left.Nature == Nature.Number),
        MultiplyExpression scaled => IsIdentity(scaled.Left) && scaled.Right.Nature == Nature.Number,
        SumExpression { Terms: [(_, var single)] } => IsIdentity(single),
        _ => false,
    };

    private Node BuildIdentity(Expression expression, Width? side, Dictionary<Definition, Node> arguments)
    {
        switch (expression)
        {
            case IdentityExpression when side is not null:
                return graph.Identity(side);
            case MultiplyExpression multiply when side is not null:
                Node left = IsIdentity(multiply.Left) ? BuildIdentity(multiply.Left, side, arguments) : Build(multiply.Left, arguments);
                Node right = IsIdentity(multiply.Right) ? BuildIdentity(multiply.Right, side, arguments) : Build(multiply.Right, arguments);
                return graph.Binary(multiply.IsQuotient ? Operation.Divide : Operation.Multiply, left, right);
            case SumExpression single when side is not null:
                Node inner = BuildIdentity(single.Terms[0].Value, side, arguments);
                return single.Terms[0].IsNegative ? graph.Unary(Operation.Negate, inner) : inner;
            default:
                return Build(expression, arguments);
        }
    }

    private Node BuildProduct(ProductExpression product, Node operand, Dictionary<Definition, Node> arguments)
    {
        // x W is the row vector's product: its column form is Wᵀ x.
        if (operand.Shape.Rank == 1 && BlocksOf(product.Matrix) is { } diagonal)
        {
            return (product.FromLeft ? diagonal.Transposed() : diagonal).Product(operand);
        }

        Node matrix = Build(product.Matrix, arguments);
        Node applied = product.FromLeft ? graph.Transpose(matrix) : matrix;
        return operand.Shape.Rank == 2 ? graph.MatrixProduct(applied, operand) : graph.Product(applied, operand);
    }

    private BlockDiagonal? BlocksOf(Expression matrix) => matrix switch
    {
        ReferenceExpression reference => blocks.GetValueOrDefault(reference.Definition),
        TransposeExpression transpose => BlocksOf(transpose.Inner)?.Transposed(),
        _ => null,
    };

    private Node BuildCall(CallExpression call, Node[] arguments)
    {
        Equation function = call.Function.Equation!;
        if (function.Alias is { } alias)
        {
            return FunctionNodes.Apply(graph, alias.Name, arguments);
        }

        // Equal arguments give the same node, so functions of functions do not multiply the work.
        string key = string.Join(',', arguments.Select(argument => argument.Id).Prepend(function.Syntax.Span.Start));
        if (!calls.TryGetValue(key, out Node? value))
        {
            Dictionary<Definition, Node> inner = [];
            for (int i = 0; i < arguments.Length; i++)
            {
                inner[function.Arguments[i]] = arguments[i];
            }

            value = Build(function.Value!, inner);
            calls.Add(key, value);
        }

        return value;
    }
}
