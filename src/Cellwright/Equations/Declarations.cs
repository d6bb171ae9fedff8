namespace Cellwright.Equations;

/// <summary>Applies <c>width</c>, <c>blocks</c>, <c>param</c> and <c>matrix</c> to the names they speak of, and refuses those that contradict the equations.</summary>
internal static class Declarations
{
    public static void Settle(SourceText source, NameTable names, Directives directives, IReadOnlyList<Definition> parameters)
    {
        SettleWidths(source, names, directives);
        SettleKinds(source, names, directives, parameters);
        SettleBlocks(source, names, directives);
    }

    private static void SettleWidths(SourceText source, NameTable names, Directives directives)
    {
        foreach (WidthDirective directive in directives.Widths)
        {
            foreach (NameSyntax name in directive.Names)
            {
                Definition definition = names.Find(name.Text) ?? throw new EquationException(source, name.Span, $"no equation has `{name.Text}`", Suspicion.Suggest(names, name.Text));
                if (definition.Kind is DefinitionKind.Constant or DefinitionKind.Function)
                {
                    throw new EquationException(source, name.Span, $"`{name.Text}` is a {(definition.Kind == DefinitionKind.Constant ? "number" : "function")} and has no width");
                }

                if (definition.Width is { } known)
                {
                    throw new EquationException(source, name.Span, $"the width of `{name.Text}` is given twice", null, known.Span);
                }

                definition.Width = directive;
            }
        }
    }

    private static void SettleKinds(SourceText source, NameTable names, Directives directives, IReadOnlyList<Definition> parameters)
    {
        foreach (NameSyntax name in directives.Declared)
        {
            Definition? definition = names.Find(name.Text);
            bool isMatrix = !directives.Parameters.Contains(name);
            switch (definition?.Kind)
            {
                case null:
                    throw new EquationException(source, name.Span, $"`{name.Text}` is declared, but no equation has it", Spelling.Nearest(name.Text, parameters.Select(parameter => parameter.Key)) is { } nearest ? $"did you mean `{names.Canonical(nearest, true)}`?" : null);
                case DefinitionKind.Parameter:
                    break;
                case DefinitionKind.DerivedParameter when isMatrix:
                    definition.Declaration = Declaration.Matrix;
                    break;
                case DefinitionKind.Signal or DefinitionKind.Input when isMatrix:
                    throw new EquationException(source, name.Span, $"`{name.Text}` is computed in every step, and matrix-valued states and signals are not supported: every signal is a vector", null, definition.Span);
                default:
                    throw new EquationException(source, name.Span, $"`{name.Text}` is declared a parameter and computed by an equation", "remove this line, or the equation", definition.Span);
            }
        }
    }

    private static void SettleBlocks(SourceText source, NameTable names, Directives directives)
    {
        foreach (BlocksDirective directive in directives.Blocks)
        {
            foreach (NameSyntax name in directive.Names)
            {
                Definition definition = names.Find(name.Text)!;
                if (definition.Kind != DefinitionKind.Parameter)
                {
                    throw new EquationException(
                        source, name.Span, $"`{name.Text}` is computed from other parameters, so it cannot be given blocks", "say `blocks` of the parameters it is computed from", definition.Span);
                }

                if (definition.Blocks is { } known)
                {
                    throw new EquationException(source, name.Span, $"the blocks of `{name.Text}` are given twice", null, known.Span);
                }

                definition.Blocks = directive;
            }
        }
    }
}
