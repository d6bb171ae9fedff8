namespace Cellwright.Equations;

/// <summary>
/// Settles a run of expressions side by side: functions take what follows them; a matrix applies to everything
/// signal-valued on its right up to the next matrix, or, with no signal on its right, to its left; signals multiply
/// elementwise and numbers scale.
/// </summary>
internal static class RunReader
{
    public static Expression Read(ExpressionReader reader, RunSyntax run)
    {
        List<Expression> items = ApplyFunctions(reader, run);
        if (items.Count == 1)
        {
            return items[0];
        }

        ScaleIdentity(items);
        int lastVector = items.FindLastIndex(IsVector);
        bool several = items.Count(item => item.Nature != Nature.Number) > 1;
        if (several)
        {
            foreach (Expression item in items)
            {
                reader.RefuseDoubtful(item, run.Span);
            }
        }

        if (lastVector < 0)
        {
            return MultiplyParameters(items);
        }

        int firstMatrix = items.FindIndex(IsMatrix);
        int lastMatrix = items.FindLastIndex(IsMatrix);
        if (firstMatrix < 0)
        {
            return items.Aggregate(Multiply);
        }

        if (lastMatrix < lastVector)
        {
            return ApplyToRight(items);
        }

        return firstMatrix > lastVector
            ? ApplyToLeft(items, firstMatrix)
            : throw reader.Error(
                run.Span,
                $"`{reader.Written(run.Span)}` can be read in two ways: `{reader.Written(items[lastMatrix].Span)}` has a signal on its left only, and another matrix applies to that",
                "write matrices before what they apply to, or put brackets");
    }

    /// <summary>γ I is a number times the identity: nothing else stands beside it.</summary>
    private static void ScaleIdentity(List<Expression> items)
    {
        for (int i = 0; i + 1 < items.Count; i++)
        {
            if (items[i + 1] is IdentityExpression
                && items[i] is ReferenceExpression { Nature: Nature.Parameters, Definition: { Kind: DefinitionKind.Parameter, Declaration: Declaration.None } greek } reference
                && Directives.IsSmallGreek(greek.Name))
            {
                greek.Declaration = Declaration.Scalar;
                items[i] = new ReferenceExpression(reference.Span, greek, false, Nature.Number);
            }
        }
    }

    private static bool IsVector(Expression item) => item.Nature is Nature.Signal or Nature.Vector;

    private static bool IsMatrix(Expression item) => item.Nature is Nature.Matrix or Nature.Parameters or Nature.Mapped;

    private static Expression Multiply(Expression left, Expression right) => new MultiplyExpression(left.Span.To(right.Span), left, right, false);

    private static ProductExpression Product(Expression matrix, Expression operand) => new(matrix.Span.To(operand.Span), matrix, operand, false);

    private static Expression MultiplyParameters(List<Expression> items)
    {
        Expression value = items[^1];
        for (int i = items.Count - 2; i >= 0; i--)
        {
            value = items[i].Nature == Nature.Number || value.Nature == Nature.Number ? Multiply(items[i], value) : Product(items[i], value);
        }

        return value;
    }

    private static Expression ApplyToLeft(List<Expression> items, int firstMatrix)
    {
        Expression value = items.Take(firstMatrix).Aggregate(Multiply);
        foreach (Expression item in items.Skip(firstMatrix))
        {
            value = item.Nature == Nature.Number ? Multiply(value, item) : new ProductExpression(value.Span.To(item.Span), item, value, true);
        }

        return value;
    }

    private static Expression ApplyToRight(List<Expression> items)
    {
        Expression? settled = null;
        Expression current = items[^1];
        bool isProduct = false;
        for (int i = items.Count - 2; i >= 0; i--)
        {
            Expression item = items[i];
            if (IsMatrix(item))
            {
                current = Product(item, current);
                isProduct = true;
            }
            else if (IsVector(item) && isProduct)
            {
                settled = settled is null ? current : Multiply(current, settled);
                current = item;
                isProduct = false;
            }
            else
            {
                current = Multiply(item, current);
            }
        }

        return settled is null ? current : Multiply(current, settled);
    }

    /// <summary>The members of a run from left to right, each function with what it applies to.</summary>
    private static List<Expression> ApplyFunctions(ExpressionReader reader, RunSyntax run)
    {
        List<Expression> items = [];
        Syntax? pending = null;
        for (int i = run.Factors.Count - 1; i >= 0; i--)
        {
            Factor factor = run.Factors[i];
            if (!reader.IsFunction(factor.Syntax))
            {
                if (pending is not null)
                {
                    items.Add(reader.Read(pending));
                }

                pending = factor.Syntax;
                continue;
            }

            NameSyntax function = (NameSyntax)factor.Syntax;
            bool isNext = i + 1 < run.Factors.Count && !run.Factors[i + 1].FollowsDot;
            if (!isNext)
            {
                // Reading the bare name explains what is missing.
                items.Add(reader.Read(function));
            }
            else if (pending is null)
            {
                Expression inner = items[^1];
                items[^1] = reader.Apply(function, function.Span.To(inner.Span), [inner]);
            }
            else
            {
                items.Add(ApplyTo(reader, function, pending));
                pending = null;
            }
        }

        if (pending is not null)
        {
            items.Add(reader.Read(pending));
        }

        items.Reverse();
        return items;
    }

    /// <summary>f(a), f(a, b), f a; in f(a)^2 the power is of the value.</summary>
    private static Expression ApplyTo(ExpressionReader reader, NameSyntax function, Syntax operand)
    {
        SourceSpan span = function.Span.To(operand.Span);
        return operand switch
        {
            PowerSyntax { Base: GroupSyntax or ListSyntax or PowerSyntax or TransposeSyntax } power =>
                new PowerExpression(span, ApplyTo(reader, function, power.Base), reader.Read(power.Exponent)),
            TransposeSyntax { Inner: GroupSyntax or ListSyntax or PowerSyntax or TransposeSyntax } transpose =>
                reader.NewTranspose(span, ApplyTo(reader, function, transpose.Inner)),
            ListSyntax { IsSquare: false } list => reader.Apply(function, span, [.. list.Items.Select(reader.Read)]),
            _ => reader.Apply(function, span, [reader.Read(operand)]),
        };
    }
}
