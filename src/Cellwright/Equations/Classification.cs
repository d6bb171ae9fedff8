namespace Cellwright.Equations;

/// <summary>A name that an equation reads.</summary>
internal readonly record struct Read(Definition Definition, bool IsPrevious, SourceSpan Span);

/// <summary>
/// Settles which left sides are signals, derived parameters or constants: a signal reads an input, a value of the step
/// before or another signal, a derived parameter reads parameters, a constant neither.
/// </summary>
internal static class Classification
{
    public static void Settle(IReadOnlyList<Equation> equations, Dictionary<Equation, List<Read>> reads)
    {
        HashSet<Equation> signals = Spread(equations, reads, read => read.IsPrevious || read.Definition.Kind == DefinitionKind.Input);
        HashSet<Equation> parameters = Spread(equations, reads, read => read.Definition.Kind == DefinitionKind.Parameter);
        foreach (Equation equation in equations)
        {
            foreach (Definition target in equation.Targets)
            {
                if (target.Kind != DefinitionKind.Function)
                {
                    target.Kind = signals.Contains(equation) ? DefinitionKind.Signal
                        : parameters.Contains(equation) ? DefinitionKind.DerivedParameter
                        : DefinitionKind.Constant;
                }
                else if (signals.Contains(equation))
                {
                    target.ReadsSignals = true;
                }
            }
        }
    }

    /// <summary>The equations that read something of a kind, or read what such an equation computes.</summary>
    private static HashSet<Equation> Spread(IReadOnlyList<Equation> equations, Dictionary<Equation, List<Read>> reads, Func<Read, bool> isSource)
    {
        Dictionary<Equation, List<Equation>> readers = [];
        HashSet<Equation> found = [];
        Queue<Equation> open = new();
        foreach (Equation equation in equations)
        {
            foreach (Read read in reads.GetValueOrDefault(equation) ?? [])
            {
                if (isSource(read) && found.Add(equation))
                {
                    open.Enqueue(equation);
                }

                if (read.Definition.Equation is { } computed)
                {
                    if (!readers.TryGetValue(computed, out List<Equation>? list))
                    {
                        readers.Add(computed, list = []);
                    }

                    list.Add(equation);
                }
            }
        }

        while (open.TryDequeue(out Equation? equation))
        {
            foreach (Equation reader in readers.GetValueOrDefault(equation) ?? [])
            {
                if (found.Add(reader))
                {
                    open.Enqueue(reader);
                }
            }
        }

        return found;
    }
}
