using System.Runtime.CompilerServices;
using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <content>What each kind of expression says about its parts' shapes.</content>
internal sealed partial class ShapeInference
{
    private ShapeVariable Visit(Expression expression, Dictionary<Definition, ShapeVariable> arguments)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++visited > LargestExpansion)
        {
            throw Error(place, "with all its functions written out this cell is too large", "give intermediate values names of their own");
        }

        switch (expression)
        {
            case NumberExpression:
                return ShapeVariable.Scalar();
            case IdentityExpression:
                WidthVariable side = new();
                return ShapeVariable.Matrix(side, side);
            case ReferenceExpression { Definition.Kind: DefinitionKind.Argument } reference:
                return arguments[reference.Definition];
            case ReferenceExpression reference:
                return shapes[reference.Definition];
            case SumExpression sum:
                return Elementwise(sum, [.. sum.Terms.Select(term => term.Value)], arguments);
            case MultiplyExpression multiply:
                return Elementwise(multiply, [multiply.Left, multiply.Right], arguments);
            case PowerExpression power:
                return Elementwise(power, [power.Base, power.Exponent], arguments);
            case ApplyExpression apply:
                return VisitApply(apply, arguments);
            case CallExpression call:
                return VisitCall(call, arguments);
            case TransposeExpression transpose:
                ShapeVariable inner = AsMatrix(transpose.Inner, Visit(transpose.Inner, arguments), transpose.Span);
                Use(transpose.Inner, transpose.Span);
                return ShapeVariable.Matrix(inner.Columns, inner.Rows);
            case ConcatenationExpression concatenation:
                return VisitConcatenation(concatenation, arguments);
            default:
                return VisitProduct((ProductExpression)expression, arguments);
        }
    }

    private ShapeVariable Elementwise(Expression whole, Expression[] parts, Dictionary<Definition, ShapeVariable> arguments)
    {
        Expression first = parts[0];
        ShapeVariable result = Visit(first, arguments);
        foreach (Expression part in parts.AsSpan(1))
        {
            ShapeVariable next = Visit(part, arguments);
            if (next.IsSingle && !(result.Rank == 2 && next.Rank == 1))
            {
                (result, first) = result.Rank == 0 ? (next, part) : (result, first);
                continue;
            }

            if (result.IsSingle && !(next.Rank == 2 && result.Rank == 1))
            {
                (result, first) = (next, part);
                continue;
            }

            if (!result.Unify(next))
            {
                string a = Written(first);
                string b = Written(part);
                bool isWidths = result.Rank == 1 && next.Rank == 1;
                string problem = isWidths
                    ? $"`{a}` is {result.Rows} wide and `{b}` is {next.Rows} wide; elementwise they must be equally wide"
                    : $"`{a}` is {result} and `{b}` is {next}; elementwise they must have one shape";
                SourceSpan span = first.Span.To(part.Span);
                string other = Width.Hidden.Equals(result.Rows.Value) ? b : a;
                throw Conflict(first, span, problem, isWidths ? $"apply a matrix to one of them, such as `W {other}`" : null, part);
            }
        }

        foreach (Expression part in parts)
        {
            Use(part, whole.Span);
        }

        return result;
    }

    private ShapeVariable VisitApply(ApplyExpression apply, Dictionary<Definition, ShapeVariable> arguments)
    {
        ShapeVariable shape = Elementwise(apply, [.. apply.Arguments], arguments);
        if (apply.Function.IsOverWidth && shape.Rank != 1 && (shape.Rank >= 0 || !shape.Unify(ShapeVariable.Vector(new WidthVariable()))))
        {
            throw Error(apply.Span, $"`{apply.Function.Text}` is taken over the width of a vector, and this is {shape}");
        }

        return shape;
    }

    private ShapeVariable VisitCall(CallExpression call, Dictionary<Definition, ShapeVariable> arguments)
    {
        Equation function = call.Function.Equation!;
        if (function.Alias is { } alias)
        {
            return VisitApply(new ApplyExpression(call.Span, alias, call.Arguments), arguments);
        }

        Dictionary<Definition, ShapeVariable> inner = [];
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            inner[function.Arguments[i]] = Visit(call.Arguments[i], arguments);
            Use(call.Arguments[i], call.Span);
        }

        return Visit(function.Value!, inner);
    }

    private ShapeVariable VisitConcatenation(ConcatenationExpression concatenation, Dictionary<Definition, ShapeVariable> arguments)
    {
        List<WidthVariable> parts = [];
        foreach (Expression part in concatenation.Parts)
        {
            ShapeVariable shape = Visit(part, arguments);
            if (shape.Rank is 0 or 2 || !shape.Unify(ShapeVariable.Vector(new WidthVariable())))
            {
                throw Error(part.Span, $"a concatenation joins vectors; this is {shape}");
            }

            Use(part, concatenation.Span);
            parts.Add(shape.Rows);
        }

        WidthVariable whole = new(parts.All(part => part.Value is not null) ? parts.Aggregate(Width.Zero, (sum, part) => sum + part.Value!) : null);
        if (whole.Value is null)
        {
            concatenations.Add((whole, [.. parts], concatenation.Span));
        }

        return ShapeVariable.Vector(whole);
    }

    private ShapeVariable VisitProduct(ProductExpression product, Dictionary<Definition, ShapeVariable> arguments)
    {
        ShapeVariable operand = Visit(product.Operand, arguments);
        ShapeVariable matrix = AsMatrix(product.Matrix, Visit(product.Matrix, arguments), product.Span);
        if (operand.Rank < 0)
        {
            operand.Unify(ShapeVariable.Matrix(new WidthVariable(), new WidthVariable()));
        }

        WidthVariable inner = product.FromLeft ? matrix.Rows : matrix.Columns;
        WidthVariable outer = product.FromLeft ? matrix.Columns : matrix.Rows;
        WidthVariable met = product.FromLeft && operand.Rank == 2 ? operand.Columns : operand.Rows;
        if (operand.Rank == 0 || !inner.Unify(met))
        {
            string met1 = operand.Rank == 1 ? $"{operand.Rows} wide" : operand.ToString();
            throw Conflict(product.Matrix, product.Span, $"`{Written(product.Matrix)}` is {matrix} and stands before `{Written(product.Operand)}`, which is {met1}");
        }

        Use(product.Matrix, product.Span);
        Use(product.Operand, product.Span);
        return operand.Rank == 2 ? ShapeVariable.Matrix(outer, operand.Columns) : ShapeVariable.Vector(outer);
    }

    private ShapeVariable AsMatrix(Expression expression, ShapeVariable shape, SourceSpan at)
    {
        if (shape.Rank < 0)
        {
            shape.Unify(ShapeVariable.Matrix(new WidthVariable(), new WidthVariable()));
        }

        return shape.Rank == 2 ? shape : throw Conflict(expression, at, $"`{Written(expression)}` is {shape}, and stands here as a matrix");
    }
}
