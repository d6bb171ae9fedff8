using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>
/// How each parameter's first values are drawn: what <c>init</c> says, the last that matches; else 0 for a vector or
/// number that is only ever added to a signal (a bias) or is an initial state; else by the width of the operand.
/// </summary>
internal static class ParameterDraws
{
    public static IReadOnlyDictionary<Definition, Initializer> Settle(CellReading cell, IReadOnlyDictionary<Definition, Shape> shapes)
    {
        HashSet<Definition> multiplied = [];
        foreach (Equation equation in cell.Equations.Where(equation => equation.Value is not null))
        {
            FindMultiplied(equation.Value!, multiplied);
        }

        Dictionary<Definition, Initializer> draws = [];
        foreach (Definition parameter in cell.Parameters)
        {
            draws[parameter] = shapes[parameter].Rank < 2 && !multiplied.Contains(parameter)
                ? new Initializer(InitializerKind.Fixed)
                : new Initializer(InitializerKind.FanIn);
        }

        foreach (InitDirective directive in cell.Draws)
        {
            Definition[] matching = [.. cell.Parameters.Where(parameter => Matches(NameTable.KeyOf(directive.Pattern), parameter.Key))];
            if (matching.Length == 0)
            {
                string? nearest = Spelling.Nearest(directive.Pattern, cell.Parameters.Select(parameter => parameter.Name));
                throw new EquationException(
                    cell.Source, directive.Span, $"no parameter matches `{directive.Pattern}`", nearest is null ? null : $"did you mean `{nearest}`?");
            }

            foreach (Definition parameter in matching)
            {
                if (directive.Draw is "orthogonal" or "identity" && shapes[parameter].Rank < 2)
                {
                    throw new EquationException(cell.Source, directive.Span, $"`{directive.Draw}` is for matrices, and `{parameter.Name}` is {Describe(shapes[parameter])}");
                }

                draws[parameter] = new Initializer(Kind(directive.Draw), directive.Numbers.ElementAtOrDefault(0), directive.Numbers.ElementAtOrDefault(1));
            }
        }

        foreach (Definition parameter in cell.Parameters.Where(parameter => parameter.Blocks is not null))
        {
            draws[parameter] = draws[parameter] with { Blocks = parameter.Blocks!.Count };
        }

        return draws;
    }

    private static string Describe(Shape shape) => shape.Rank == 0 ? "a number" : "a vector";

    private static InitializerKind Kind(string draw) => draw switch
    {
        "uniform" => InitializerKind.Uniform,
        "normal" => InitializerKind.Normal,
        "orthogonal" => InitializerKind.Orthogonal,
        "identity" => InitializerKind.Identity,
        "chrono" => InitializerKind.Chrono,
        _ => InitializerKind.Fixed,
    };

    /// <summary>Whether a name fits a pattern in which * stands for anything.</summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int star = -1;
        int retry = 0;
        int p = 0;
        int n = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static void FindMultiplied(Expression expression, HashSet<Definition> found)
    {
        switch (expression)
        {
            case ReferenceExpression reference:
                found.Add(reference.Definition);
                break;
            case SumExpression sum:
                foreach ((_, Expression term) in sum.Terms)
                {
                    if (!(sum.Nature == Nature.Signal && term is ReferenceExpression))
                    {
                        FindMultiplied(term, found);
                    }
                }

                break;
            case MultiplyExpression multiply:
                FindMultiplied(multiply.Left, found);
                FindMultiplied(multiply.Right, found);
                break;
            case PowerExpression power:
                FindMultiplied(power.Base, found);
                FindMultiplied(power.Exponent, found);
                break;
            case ProductExpression product:
                FindMultiplied(product.Matrix, found);
                FindMultiplied(product.Operand, found);
                break;
            case TransposeExpression transpose:
                FindMultiplied(transpose.Inner, found);
                break;
            case ConcatenationExpression concatenation:
                foreach (Expression part in concatenation.Parts)
                {
                    FindMultiplied(part, found);
                }

                break;
            case ApplyExpression apply:
                foreach (Expression argument in apply.Arguments)
                {
                    FindMultiplied(argument, found);
                }

                break;
            case CallExpression call:
                foreach (Expression argument in call.Arguments)
                {
                    FindMultiplied(argument, found);
                }

                break;
        }
    }
}
