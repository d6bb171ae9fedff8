namespace Cellwright.Equations;

/// <summary>What an expression is, as far as products need to know before shapes are inferred.</summary>
internal enum Nature
{
    /// <summary>A number, a constant or a parameter that is one number: it scales.</summary>
    Number,

    /// <summary>A vector of each step.</summary>
    Signal,

    /// <summary>A vector of parameters beyond doubt.</summary>
    Vector,

    /// <summary>A matrix of parameters beyond doubt.</summary>
    Matrix,

    /// <summary>Parameters: a matrix where they stand beside a signal, a vector where they meet one elementwise.</summary>
    Parameters,

    /// <summary>A function of parameters, which beside a signal could be either.</summary>
    Mapped,
}

/// <summary>An expression in which every name and every product is settled.</summary>
internal abstract class Expression
{
    private const int Deepest = 400;

    protected Expression(SourceSpan span, Nature nature, params ReadOnlySpan<Expression> parts)
    {
        Span = span;
        Nature = nature;
        foreach (Expression part in parts)
        {
            Depth = Math.Max(Depth, part.Depth + 1);
        }

        if (Depth > Deepest)
        {
            throw new InsufficientExecutionStackException();
        }
    }

    public SourceSpan Span { get; }

    public Nature Nature { get; }

    private int Depth { get; }
}

internal sealed class NumberExpression(SourceSpan span, double value) : Expression(span, Nature.Number)
{
    public double Value { get; } = value;
}

/// <summary>A name; of a state the value before, where it is so marked.</summary>
internal sealed class ReferenceExpression(SourceSpan span, Definition definition, bool isPrevious, Nature nature) : Expression(span, nature)
{
    public Definition Definition { get; } = definition;

    public bool IsPrevious { get; } = isPrevious;
}

/// <summary>The identity matrix.</summary>
internal sealed class IdentityExpression(SourceSpan span) : Expression(span, Nature.Matrix);

internal sealed class SumExpression(SourceSpan span, IReadOnlyList<(bool IsNegative, Expression Value)> terms)
    : Expression(span, Natures.OfSum([.. terms.Select(term => term.Value)]), [.. terms.Select(term => term.Value)])
{
    public IReadOnlyList<(bool IsNegative, Expression Value)> Terms { get; } = terms;
}

/// <summary>An elementwise product or quotient.</summary>
internal sealed class MultiplyExpression(SourceSpan span, Expression left, Expression right, bool isQuotient)
    : Expression(span, Natures.OfElementwise(left, right), left, right)
{
    public Expression Left { get; } = left;

    public Expression Right { get; } = right;

    public bool IsQuotient { get; } = isQuotient;
}

internal sealed class PowerExpression(SourceSpan span, Expression @base, Expression exponent)
    : Expression(span, Natures.OfFunction([@base, exponent]), @base, exponent)
{
    public Expression Base { get; } = @base;

    public Expression Exponent { get; } = exponent;
}

/// <summary>A matrix applied to a vector or multiplied by a matrix; where <paramref name="fromLeft"/>, the vector is written first: x W.</summary>
internal sealed class ProductExpression(SourceSpan span, Expression matrix, Expression operand, bool fromLeft)
    : Expression(span, operand.Nature is Nature.Signal or Nature.Vector ? operand.Nature : Nature.Matrix, matrix, operand)
{
    public Expression Matrix { get; } = matrix;

    public Expression Operand { get; } = operand;

    public bool FromLeft { get; } = fromLeft;
}

internal sealed class TransposeExpression(SourceSpan span, Expression inner) : Expression(span, Nature.Matrix, inner)
{
    public Expression Inner { get; } = inner;
}

internal sealed class ConcatenationExpression(SourceSpan span, IReadOnlyList<Expression> parts)
    : Expression(span, parts.Any(part => part.Nature == Nature.Signal) ? Nature.Signal : Nature.Vector, [.. parts])
{
    public IReadOnlyList<Expression> Parts { get; } = parts;
}

/// <summary>A function of the language applied.</summary>
internal sealed class ApplyExpression(SourceSpan span, FunctionInfo function, IReadOnlyList<Expression> arguments)
    : Expression(span, Natures.OfFunction(arguments), [.. arguments])
{
    public FunctionInfo Function { get; } = function;

    public IReadOnlyList<Expression> Arguments { get; } = arguments;
}

/// <summary>A function of the cell applied.</summary>
internal sealed class CallExpression(SourceSpan span, Definition function, IReadOnlyList<Expression> arguments, Nature nature)
    : Expression(span, nature, [.. arguments])
{
    public Definition Function { get; } = function;

    public IReadOnlyList<Expression> Arguments { get; } = arguments;
}

/// <summary>The nature of what is made of parts.</summary>
internal static class Natures
{
    public static Nature OfSum(IReadOnlyList<Expression> terms) =>
        First(terms, Nature.Signal, Nature.Vector, Nature.Matrix, Nature.Mapped, Nature.Parameters);

    public static Nature OfElementwise(Expression left, Expression right)
    {
        Nature nature = First([left, right], Nature.Signal, Nature.Vector, Nature.Matrix, Nature.Mapped, Nature.Parameters);
        bool both = left.Nature == Nature.Parameters && right.Nature == Nature.Parameters;
        return both ? Nature.Mapped : nature;
    }

    public static Nature OfFunction(IReadOnlyList<Expression> arguments)
    {
        Nature nature = First(arguments, Nature.Signal, Nature.Vector, Nature.Matrix, Nature.Mapped, Nature.Parameters);
        return nature == Nature.Parameters ? Nature.Mapped : nature;
    }

    private static Nature First(IReadOnlyList<Expression> parts, params ReadOnlySpan<Nature> order)
    {
        foreach (Nature nature in order)
        {
            if (parts.Any(part => part.Nature == nature))
            {
                return nature;
            }
        }

        return Nature.Number;
    }
}
